"""Writing down whom a letter complains about; what follows for its keeper and its section. Sets no status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bureau.accounts.principals import Principal
from bureau.notices.services import tell_unit
from bureau.workflow.refusals import Invalid
from schools.models import School
from sections.office.letters.accused import homeless, kept_out_units, refuge
from sections.office.letters.choices import AccusedKind
from sections.office.letters.models import Accused, Letter

FIELDS = ("about_school", "about_unit", "about_person", "about_teacher", "about_name")


def named_in(data: Mapping[str, Any]) -> dict[str, Any]:
    """Of what a form brings, whom it complains about."""
    return {name: data[name] for name in FIELDS if data.get(name)}


def name_accused(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """Write the rows; then nobody who is kept out may go on keeping or handling the letter."""
    rows = list(_rows(letter, data))
    if not rows:
        raise Invalid(_("Say whom the letter is about: fill in one of the fields."))
    for row in rows:
        row.added_by_name = by.audit_name[:100]
        row.full_clean()
        row.save()
    _hand_on(letter)
    _take_from_section(letter)


def _rows(letter: Letter, data: Mapping[str, Any]) -> list[Accused]:
    """A row for each field; somebody who has an account and a teacher's record is one person."""
    found = []
    if school := data.get("about_school"):
        _main_school(letter, school)
        found.append(Accused(letter=letter, kind=AccusedKind.SCHOOL, school=school))
    if unit := data.get("about_unit"):
        found.append(Accused(letter=letter, kind=AccusedKind.UNIT, unit=unit))
    person, teacher = data.get("about_person"), data.get("about_teacher")
    if person or teacher:
        found.append(Accused(letter=letter, kind=AccusedKind.PERSON, user=person, teacher=teacher))
    if name := data.get("about_name"):
        found.append(Accused(letter=letter, kind=AccusedKind.NAME, name=name))
    return found


def _main_school(letter: Letter, school: School) -> None:
    """The first school is the letter's own as well: figures and the way to a section follow it."""
    letter.school = letter.school or school


def _hand_on(letter: Letter) -> None:
    """Where the letter is about its keeper or those above it, the discipline unit keeps it from now on."""
    if not homeless().filter(letter=letter).exists():
        return
    taker = refuge()
    if taker is not None and taker.pk not in kept_out_units(letter):
        letter.owner = taker


def _take_from_section(letter: Letter) -> None:
    closed = kept_out_units(letter)
    letter.co_handlers.filter(unit__in=closed, is_done=False).delete()
    if letter.unit_id in closed:
        letter.unit = None


def tell_new_keeper(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """A letter that names somebody and stands with the discipline unit was perhaps just handed on."""
    if named_in(data) and refuge() == letter.owner:
        tell_unit("letters.received", unit=letter.owner, params={"number": letter.number}, record=letter)
