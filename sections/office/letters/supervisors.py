"""Who stands above a letter: the chief of the section that has it, the leader in charge, the bureau's leader."""

from __future__ import annotations

from collections.abc import Iterable

from bureau.access.services import may
from bureau.accounts.models import User
from bureau.charter.choices import Role
from bureau.charter.models import Membership, Unit
from sections.office.letters.choices import Level
from sections.office.letters.models import Letter


def people_above(letter: Letter, level: str) -> list[User]:
    """Whoever is told at this level; never one from whom the letter is kept."""
    unit = letter.unit or letter.owner
    return _who_may(letter, "view", _candidates(unit, level))


def leaders_of(letter: Letter, verb: str) -> list[User]:
    """The leaders who may take a step: those in charge of the section, and the bureau's leader."""
    unit = letter.unit or letter.owner
    both = [*_candidates(unit, Level.DEPUTY), *_candidates(unit, Level.HEAD)]
    return _who_may(letter, verb, both)


def _candidates(unit: Unit, level: str) -> list[User]:
    rows = Membership.objects.in_force().select_related("user").order_by("user_id")
    if level == Level.CHIEF:
        rows = rows.filter(unit=unit, role=Role.CHIEF)
    elif level == Level.DEPUTY:
        rows = rows.filter(role=Role.DEPUTY_LEADER, in_charge_of=unit)
    else:
        rows = rows.filter(role=Role.BUREAU_LEADER)
    return [row.user for row in rows]


def _who_may(letter: Letter, verb: str, people: Iterable[User]) -> list[User]:
    found = {person.pk: person for person in people}
    return [person for person in found.values() if may(person, verb, letter)]
