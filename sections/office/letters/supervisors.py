"""Who stands above a letter: the chief of the section that has it, the leader in charge, the bureau's leader.

Where those of the section are all kept away from the letter, somebody else is told in their place.
"""

from __future__ import annotations

from collections.abc import Iterable

from bureau.access.services import is_kept_from, may
from bureau.accounts.models import User
from bureau.charter.choices import Role
from bureau.charter.models import Membership, Unit
from bureau.notices.services import tell
from sections.office.letters.accused import refuge
from sections.office.letters.choices import Level
from sections.office.letters.models import Letter


def people_above(letter: Letter, level: str, *, unit: Unit | None = None) -> list[User]:
    """Whoever is told at this level, above `unit` or the section that has it; never one from whom it is kept.

    Where that leaves nobody of them, whoever is told in their place.
    """
    people = _candidates(unit or letter.unit or letter.owner, level)
    found = _who_may(letter, "view", people)
    if found or not any(is_kept_from(person, letter) for person in people):
        return found
    return in_their_place(letter)


def warn_of_nobody_above(letter: Letter) -> None:
    """Tell somebody when the chief of the section and the leader in charge are kept away, whoever of them there is."""
    if not letter.school_id and not letter.accused.exists():
        return
    unit = letter.unit or letter.owner
    above = [*_candidates(unit, Level.CHIEF), *_candidates(unit, Level.DEPUTY)]
    if above and all(is_kept_from(person, letter) for person in above):
        params = {"number": letter.number}
        tell("letters.nobody_above", to=in_their_place(letter), params=params, record=letter)


def in_their_place(letter: Letter) -> list[User]:
    """The chief of the unit that keeps the letter; where he is kept away too, the bureau's leader; at last the
    discipline unit."""
    last = refuge()
    rows = Membership.objects.in_force().select_related("user").order_by("user_id")
    chain = (
        _candidates(letter.owner, Level.CHIEF),
        _candidates(letter.owner, Level.HEAD),
        [row.user for row in rows.filter(unit=last)] if last is not None else [],
    )
    return next((found for people in chain if (found := _who_may(letter, "view", people))), [])


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
