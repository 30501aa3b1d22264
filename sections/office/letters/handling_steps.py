"""The steps of handling a letter beside its main way: entering, merging, contributions, notes, instructions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.workflow.declare import Transition, note
from sections.office.letters import handling, handling_forms, services
from sections.office.letters.choices import OPEN, Status
from sections.office.letters.clocks import ACCEPTANCE, REPLY

HANDLING_STEPS = (
    Transition(
        "enter",
        _("Enter a letter"),
        done_label=_("Received and registered"),
        sources=(),
        target=Status.REGISTERED,
        effect=services.enter_by_staff,
        starts=(ACCEPTANCE,),
        counted_from=services.day_of_receipt,
        public=True,
    ),
    Transition(
        "take_in",
        _("Take in from a sheet"),
        done_label=_("Received"),
        sources=(),
        target=Status.RECEIVED,
        effect=services.enter_by_staff,
        starts=(ACCEPTANCE,),
        counted_from=services.day_of_receipt,
        public=True,
    ),
    Transition(
        "merge",
        _("Handle with another letter"),
        done_label=_("Handled together with another letter"),
        sources=(Status.RECEIVED, Status.REGISTERED, Status.ACCEPTED),
        target=Status.MERGED,
        verb="register",
        form=handling_forms.MergeForm,
        effect=handling.merge_letter,
        then=handling.bring_along,
        stops=(ACCEPTANCE, REPLY),
        public=True,
    ),
    Transition(
        "separate",
        _("Handle by itself again"),
        done_label=_("Handled by itself again"),
        sources=(Status.MERGED,),
        target=Status.REGISTERED,
        verb="register",
        effect=handling.separate_letter,
        starts=(ACCEPTANCE,),
        reason="required",
        public=True,
    ),
    note(
        "invite",
        _("Ask another section to contribute"),
        handling.WITH_A_SECTION,
        done_label=_("Another section was asked to contribute"),
        form=handling_forms.InviteForm,
        then=handling.invite,
    ),
    note(
        "contribute",
        _("Contribute to the answer"),
        handling.WITH_A_SECTION,
        done_label=_("Contribution written"),
        form=handling_forms.ContributeForm,
        then=handling.contribute,
        style="primary",
    ),
    note(
        "note",
        _("Write a note"),
        tuple(Status),
        done_label=_("Note written"),
        form=handling_forms.NoteForm,
        then=handling.write_note,
    ),
    note(
        "instruct",
        _("Give an instruction"),
        OPEN,
        done_label=_("Instruction given"),
        form=handling_forms.InstructForm,
        then=handling.write_instruction,
    ),
)
