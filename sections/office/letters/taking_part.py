"""Sections that take part in a letter beside the one that leads: who contributes, who answers it with another one."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import NOTHING
from bureau.access.standing import Standing
from sections.office.letters.accused import LetterRights
from sections.office.letters.models import CoHandler, Letter

# What a section that was asked for a contribution may do; it writes no answer and invites nobody.
OF_CO_HANDLERS = ("view", "contribute", "note")


class HandledLetters(LetterRights):
    """Sub-queries, no joins: a letter with three sections stays one row."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        # To contribute is for those who were asked; the section that leads writes the answer.
        found = NOTHING if verb == "contribute" else super().for_user(standing, verb)
        units = standing.participant_units(self.capability, verb) if verb in OF_CO_HANDLERS else set()
        if units:
            found |= Q(pk__in=CoHandler.objects.filter(unit__in=units).values("letter_id"))
        if units and verb == "view":
            # Who answers a letter reads those that get the same answer.
            # Few letters are merged: said so, the database begins with these.
            merged = Letter.objects.filter(merged_into__isnull=False, merged_into__unit__in=units)
            found |= Q(pk__in=merged.order_by().values("pk"))
        return found
