"""Many new schools at once: what `create_school` does for one, with one write for all of each kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bureau.access.remits import apply_remits
from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.among import Among
from bureau.charter.units import create_units
from bureau.duplicates.declare import MERGEABLES
from bureau.duplicates.finding import look_at
from bureau.identifiers.pinyin import initials
from bureau.inserts import insert_records
from bureau.search.services import index_records
from bureau.workflow.services import begin_many
from schools.choices import STAGE_ORDER, SchoolStatus
from schools.models import School, SchoolStage
from schools.services.rights import unit_of
from schools.services.values import check_values

# (place among the given schools, field or "", sentence)
Fault = tuple[int, str, str]


@transaction.atomic
def create_schools(schools: Sequence[School], *, by: Principal) -> list[Fault]:
    """Unsaved schools with their units, stages and rights: with a code in operation, without one proposed.

    Returns what is wrong with them; nothing is written then. Raises NotPermitted where `by` may add none.
    """
    faults = [*_unfit(schools), *_known(schools)]
    if faults or not schools:
        return faults
    units = create_units([unit_of(school) for school in schools])
    for school, unit in zip(schools, units, strict=True):
        school.unit, school.initials = unit, initials(school.name_zh)[:100]
    for status, step in ((SchoolStatus.OPEN, "enter"), (SchoolStatus.PROPOSED, "propose")):
        begun = [school for school in schools if bool(school.code) is (status == SchoolStatus.OPEN)]
        begin_many(begun, step, status=status, by=by)
    _settle(schools)
    return _outside(schools, by)


def _unfit(schools: Sequence[School]) -> list[Fault]:
    """Each record for itself; relations were chosen from lists."""
    relations = [field.name for field in School._meta.concrete_fields if field.is_relation]
    found: list[Fault] = []
    for place, school in enumerate(schools):
        school.code = school.code or None
        try:
            school.clean_fields(exclude=relations)
            school.clean()
            check_values(school)
        except ValidationError as error:
            found += [(place, name, " ".join(said)) for name, said in error.message_dict.items()]
    return found


def _known(schools: Sequence[School]) -> list[Fault]:
    """A code stands for one school for ever: in the register, and among these."""
    found: list[Fault] = []
    for name in ("code", "credit_code"):
        places: dict[str, list[int]] = defaultdict(list)
        for place, school in enumerate(schools):
            if text := getattr(school, name):
                places[text].append(place)
        said = _("%(code)s belongs to %(school)s already. Compare it with the notice that assigned it.")
        for other in School.objects.filter(Among(name, places)):
            text = getattr(other, name)
            found += [(place, name, said % {"code": text, "school": other}) for place in places[text]]
        for text, own in places.items():
            first = schools[own[0]]
            found += [(place, name, said % {"code": text, "school": first}) for place in own[1:]]
    return found


def _settle(schools: Sequence[School]) -> None:
    """Stages as the types say, then rights, index and lookalikes."""
    insert_records(
        [
            SchoolStage(school=school, stage=stage, order=STAGE_ORDER[stage])
            for school in schools
            for stage in school.school_type.stages
        ]
    )
    apply_remits(objects=schools)
    keys = [school.pk for school in schools]
    index_records(School, keys)
    look_at(MERGEABLES[School._meta.label_lower], keys)


def _outside(schools: Sequence[School], by: Principal) -> list[Fault]:
    """What was begun must be what the person may begin: asked after the rights are made, as for one."""
    mine = set(
        permitted(by, "add", School)
        .filter(Among("pk", [one.pk for one in schools]))
        .values_list("pk", flat=True)
    )
    said = _("You may not begin this record for the unit or the place that it names.")
    return [(place, "", said) for place, school in enumerate(schools) if school.pk not in mine]
