"""Writing the school record: by its section at once, by the school itself where the field is its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from bureau.access.services import may
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.charter.choices import UnitKind
from bureau.charter.models import Unit
from bureau.workflow.refusals import Refusal
from bureau.workflow.services import perform
from schools.choices import ChangeSource, OrganiserLevel
from schools.models import ChangeRequest, District, Organiser, School, SchoolType
from schools.selectors.fields import EDITABLE, kept_by_school, raw, to_raw
from schools.selectors.remits import reviewed_by
from schools.services.requests import propose_changes
from schools.services.values import apply_values, copy, tidied

_CITY_STAGES = frozenset({"senior", "vocational", "teacher_education"})


@dataclass(frozen=True)
class Outcome:
    """What became of an edit: fields changed at once, and requests for those that a section owns."""

    school: School
    changed: tuple[str, ...] = ()
    requests: tuple[ChangeRequest, ...] = ()


def create_school(*, values: Mapping[str, Any], by: Principal, is_open: bool = True) -> School:
    """A new school with its unit, stages and rights. `is_open`: in operation already, else proposed.

    Raises NotPermitted where `by` has no remit to add such a school, Invalid for values that cannot stand.
    """
    school = School(**tidied(values))
    return perform(school, "enter" if is_open else "propose", by=by)


def change_school(*, school: School, values: Mapping[str, Any], by: Principal, reason: str = "") -> Outcome:
    """Change fields of a school. Somebody of the school itself asks for what a section owns, its district for all.

    Raises NotPermitted, Invalid. Nothing is written then but the refusal.
    """
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise TypeError(f"Not fields of the school record: {', '.join(sorted(unknown))}")
    # A refusal must leave the caller's instance alone, too.
    stored = School.objects.get(pk=school.pk)
    try:
        with transaction.atomic():
            outcome = _change(stored, tidied(values), by, reason.strip())
    except Refusal:
        # What the engine wrote about the refusal was rolled back with the rest.
        audit.record("schools.school.change", by=by, obj=school, fields=sorted(values), refused=True)
        raise
    copy(stored, school)
    return replace(outcome, school=school)


def _change(school: School, values: Mapping[str, Any], by: Principal, reason: str) -> Outcome:
    moved = {name: value for name, value in values.items() if to_raw(value) != raw(school, name)}
    if is_of_its_district(by, school):
        return Outcome(school, (), tuple(propose_changes(school=school, values=moved, by=by, reason=reason)))
    if not is_of_the_school(by, school):
        changed = apply_values(school, moved, by=by, source=ChangeSource.SECTION, reason=reason)
        return Outcome(school, changed)
    own = kept_by_school()
    at_once = {name: value for name, value in moved.items() if name in own}
    changed = apply_values(school, at_once, by=by, source=ChangeSource.SCHOOL, reason="")
    asked = {name: value for name, value in moved.items() if name not in own}
    made = propose_changes(school=school, values=asked, by=by, reason=reason)
    return Outcome(school, changed, tuple(made))


def is_of_the_school(by: Principal, school: School) -> bool:
    """Whether the person belongs to this school: then its section's fields are not his to change."""
    return isinstance(by, User) and school.unit_id in standing(by).own_unit_ids()


def is_of_its_district(by: Principal, school: School) -> bool:
    """Whether the person reviews the school for its district and may not change it: then all is asked for."""
    if not isinstance(by, User) or may(by, "change", school):
        return False
    return reviewed_by(by).filter(pk=school.pk).exists()


def default_manager(*, organiser: Organiser, school_type: SchoolType, district: District) -> Unit:
    """Who manages a school unless its approval says otherwise: the city its own and private upper schools."""
    level = organiser.level
    is_upper = bool(_CITY_STAGES & set(school_type.stages))
    if level in (OrganiserLevel.PROVINCE, OrganiserLevel.CITY) or (
        level == OrganiserLevel.PRIVATE and is_upper
    ):
        city = Unit.objects.filter(kind=UnitKind.BUREAU, is_active=True).first()
        return city or district.unit
    return district.unit
