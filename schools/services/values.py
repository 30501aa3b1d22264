"""Writing values of the school record with everything that follows: history, unit, stages, rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.services import may
from bureau.accounts.principals import Principal
from bureau.charter.choices import UnitKind
from bureau.identifiers.text import compact
from bureau.workflow.refusals import Invalid
from bureau.workflow.rights import right_to
from bureau.workflow.services import amend
from schools.choices import ChangeSource
from schools.models import School, SchoolChange
from schools.selectors.fields import EDITABLE, MOVES_RIGHTS, raw
from schools.services.rights import settle, settle_unit


def apply_values(
    school: School, values: Mapping[str, Any], *, by: Principal, source: ChangeSource, reason: str
) -> tuple[str, ...]:
    """Write values of the record with their history; unit, stages and rights follow. Returns the fields."""
    if not values:
        return ()
    verb = "change" if may(by, "change", school) or not may(by, "adjust", school) else "adjust"
    before = {name: raw(school, name) for name in EDITABLE}
    refuse_duplicates(school, values)
    stored = _amend(school, by, verb, {**values, **renamed(school, values), "as_of": timezone.localdate()})
    copy(stored, school)
    changed = tuple(name for name in EDITABLE if before[name] != raw(school, name))
    remember(school, {name: before[name] for name in changed}, by=by, source=source, reason=reason)
    _follow(school, changed)
    # After the change the school must still lie in the remit of whoever changed it.
    right_to(by, verb, school)
    return changed


def _amend(school: School, by: Principal, verb: str, changes: Mapping[str, Any]) -> School:
    try:
        with transaction.atomic():
            return amend(school, by=by, changes=changes, verb=verb)
    except IntegrityError:
        # Somebody took the code between the check and the write.
        refuse_duplicates(school, changes)
        raise


def _follow(school: School, changed: Sequence[str]) -> None:
    if {"name", "name_zh", "managed_by"} & set(changed):
        settle_unit(school)
    if MOVES_RIGHTS & set(changed):
        settle(school)


def remember(
    school: School, old: Mapping[str, str], *, by: Principal, source: ChangeSource, reason: str
) -> None:
    SchoolChange.objects.bulk_create(lines_of(school, old, by=by, source=source, reason=reason))


def lines_of(
    school: School, old: Mapping[str, str], *, by: Principal, source: ChangeSource, reason: str
) -> list[SchoolChange]:
    """What the school's own history says of changed fields, not saved yet. `old`: field → stored text before."""
    return [
        SchoolChange(
            school=school,
            field=name,
            old=value,
            new=raw(school, name),
            source=source,
            reason=reason,
            by_id=by.audit_id,
            by_name=by.audit_name,
        )
        for name, value in old.items()
    ]


def refuse_duplicates(school: School, values: Mapping[str, Any]) -> None:
    """A code stands for one school for ever. Raises Invalid with a sentence that names the other school."""
    errors = {}
    for name in ("code", "credit_code"):
        text = values.get(name)
        other = School.objects.filter(**{name: text}).exclude(pk=school.pk).first() if text else None
        if other is not None:
            errors[name] = [
                _("%(code)s belongs to %(school)s already. Compare it with the notice that assigned it.")
                % {"code": text, "school": other}
            ]
    if errors:
        raise Invalid(" ".join(said for rows in errors.values() for said in rows), errors)


def renamed(school: School, values: Mapping[str, Any]) -> dict[str, str]:
    """A school that takes another name keeps the old one among its former names."""
    if "name_zh" not in values or "former_names" in values:
        return {}
    former = [line for line in school.former_names.splitlines() if line.strip()]
    if school.name_zh not in former:
        former.append(school.name_zh)
    return {"former_names": "\n".join(former)}


def tidied(values: Mapping[str, Any]) -> dict[str, Any]:
    """Codes without the spaces and full-width digits that people type."""
    found = dict(values)
    for name in ("code", "credit_code"):
        if found.get(name):
            found[name] = compact(found[name])
    if found.get("code") == "":
        found["code"] = None
    return found


def copy(stored: School, school: School) -> None:
    """The caller's instance holds what the database holds."""
    for field in School._meta.concrete_fields:
        setattr(school, field.attname, getattr(stored, field.attname))
    for name in ("school_type", "organiser", "area_class", "district", "managed_by"):
        school._state.fields_cache.pop(name, None)


def check_values(school: School) -> None:
    """What holds for a whole record beyond its fields. Raises ValidationError."""
    if school.managed_by_id and school.managed_by.kind not in (UnitKind.BUREAU, UnitKind.DISTRICT):
        raise ValidationError({"managed_by": _("A school is managed by the city or by a district.")})
