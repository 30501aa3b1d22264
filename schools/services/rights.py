"""Rights follow the school: unit, stages and grants are kept in step with the record."""

from __future__ import annotations

from collections.abc import Sequence

from bureau.access.remits import apply_remits
from bureau.charter.choices import UnitKind
from bureau.charter.models import Unit
from bureau.charter.units import create_unit
from bureau.identifiers.codes import new_code
from schools.models import School, SchoolStage

# Units of one statement.
AT_ONCE = 500


def settle(school: School) -> None:
    """After a school was made or moved: stages as the type says, then the rights, in the same transaction."""
    settle_stages(school)
    apply_remits(objects=[school])


def settle_many(schools: Sequence[School]) -> None:
    """The same for many schools whose stages stand already."""
    apply_remits(objects=list(schools))


def settle_stages(school: School) -> None:
    """One row per stage of the type. A stage that is gone takes its grants along."""
    wanted = set(school.school_type.stages)
    standing = {row.stage: row for row in school.stages.all()}
    for stage, row in standing.items():
        if stage not in wanted:
            row.delete()
    for stage in school.school_type.stages:
        if stage not in standing:
            SchoolStage.objects.create(school=school, stage=stage)


def make_unit(school: School) -> Unit:
    """The unit of a new school, under whoever manages it."""
    unit = unit_of(school)
    return create_unit(key=unit.key, kind=unit.kind, name=unit.name, name_zh=unit.name_zh, parent=unit.parent)


def unit_of(school: School) -> Unit:
    """The same, not saved yet."""
    return Unit(
        key=f"school-{school.code or new_code().lower()}",
        kind=UnitKind.SCHOOL,
        name=school.name,
        name_zh=school.name_zh,
        parent=school.managed_by,
    )


def settle_unit(school: School) -> None:
    """Names and place of the unit follow the school; the unit of a closed one ends, and its memberships."""
    settle_units([school])


def settle_units(schools: Sequence[School]) -> None:
    """The same for many schools, in one write."""
    for school in schools:
        unit = school.unit
        unit.name, unit.name_zh, unit.parent = school.name, school.name_zh, school.managed_by
        unit.is_active, unit.ended_on = school.is_in_use, school.closed_on
    names = ["name", "name_zh", "parent", "is_active", "ended_on"]
    Unit.objects.bulk_update([school.unit for school in schools], names, batch_size=AT_ONCE)
