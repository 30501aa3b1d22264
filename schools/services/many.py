"""Many schools at once, new or changed: what is done for one, with one write for all of each kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.remits import apply_remits
from bureau.access.services import permitted
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.among import Among
from bureau.charter.units import create_units
from bureau.duplicates.declare import MERGEABLES
from bureau.duplicates.finding import look_at
from bureau.identifiers.pinyin import initials
from bureau.inserts import insert_records
from bureau.search.keeping import index_changed
from bureau.search.services import index_records
from bureau.workflow.many import Many, amend_each
from bureau.workflow.refusals import Invalid, NotPermitted, Refusal
from bureau.workflow.rights import right_to
from bureau.workflow.services import begin_many
from schools.choices import STAGE_ORDER, ChangeSource, SchoolStatus
from schools.models import School, SchoolChange, SchoolStage
from schools.selectors.fields import EDITABLE, MOVES_RIGHTS, raw, to_raw
from schools.selectors.remits import reviewed_by
from schools.services.register import change_school
from schools.services.rights import settle_many, settle_stages, settle_units, unit_of
from schools.services.values import check_values, lines_of, renamed, tidied
from schools.services.values import copy as take_over

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
            found += [
                (place, name, said % {"code": text, "school": other})
                for place in places[text]
                if schools[place].pk != other.pk
            ]
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


# --- changed ones -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Edit:
    """New values of some fields of a stored school. `reason`: why, for whoever decides a request."""

    school: School
    values: Mapping[str, Any]
    reason: str = ""


def change_schools(edits: Sequence[Edit], *, by: Principal) -> list[Fault]:
    """As `change_school` for each, in one transaction of the caller's, who undoes it where a fault comes back.

    What a section keeps is written for all at once; where a district or the school itself asks, school by school.
    """
    asked = _asked_for(edits, by)
    faults, kept = [], []
    for place, edit in enumerate(edits):
        if edit.school.pk in asked:
            faults += _ask(place, edit, by)
        else:
            kept.append(place)
    return [*faults, *_change_kept({place: edits[place] for place in kept}, by)]


def _asked_for(edits: Sequence[Edit], by: Principal) -> set[int]:
    """Keys of the schools that the person belongs to, or reviews for a district without the right to change."""
    if not isinstance(by, User):
        return set()
    own_units = standing(by).own_unit_ids()
    keys = [edit.school.pk for edit in edits]
    mine = {edit.school.pk for edit in edits if edit.school.unit_id in own_units}
    reviewed = (
        reviewed_by(by).filter(Among("pk", keys)).exclude(pk__in=permitted(by, "change", School).values("pk"))
    )
    return mine | set(reviewed.values_list("pk", flat=True))


def _ask(place: int, edit: Edit, by: Principal) -> list[Fault]:
    try:
        change_school(school=edit.school, values=edit.values, by=by, reason=edit.reason)
    except Invalid as refusal:
        errors = refusal.errors or {"": [refusal.sentence]}
        return [(place, name, " ".join(sentences)) for name, sentences in errors.items()]
    except Refusal as refusal:
        return [(place, "", refusal.sentence)]
    return []


def _change_kept(edits: Mapping[int, Edit], by: Principal) -> list[Fault]:
    """`edits`: place among all → edit. Checked as a whole first; then written, then asked for the right again."""
    places = {edit.school.pk: place for place, edit in edits.items()}
    stored = School.objects.select_related("unit", "school_type", "managed_by").in_bulk(places)
    values = {pk: _moved(stored[pk], edits[place].values) for pk, place in places.items()}
    wanted = [_as_it_would_be(stored[pk], values[pk]) for pk in places]
    faults = [
        (places[wanted[place].pk], name, said) for place, name, said in (*_unfit(wanted), *_known(wanted))
    ]
    if faults:
        return faults
    verbs = _verbs(stored, by)
    for verb in sorted(set(verbs.values())):
        part = {pk: values[pk] for pk in places if verbs[pk] == verb and values[pk]}
        many = amend_each(School, part, by=by, verb=verb, derive=_derived)
        faults += [(places[school.pk], "", sentence) for school, sentence in many.skipped]
        _follow(many, stored, {pk: edits[place].reason for pk, place in places.items()}, by)
        faults += [(places[school.pk], "", said) for school, said in _moved_out(many.done, by, verb)]
    for school in (edit.school for edit in edits.values()):
        take_over(stored[school.pk], school)
    return faults


def _moved(school: School, values: Mapping[str, Any]) -> dict[str, Any]:
    """What differs from the register, with what follows from it; nothing where nothing differs."""
    moved = {name: value for name, value in tidied(values).items() if to_raw(value) != raw(school, name)}
    if not moved:
        return {}
    return {**moved, **renamed(school, moved), "as_of": timezone.localdate()}


def _as_it_would_be(school: School, values: Mapping[str, Any]) -> School:
    wanted = copy(school)
    for name, value in values.items():
        setattr(wanted, name, value)
    return wanted


def _derived(school: School) -> dict[str, Any]:
    return {"initials": initials(school.name_zh)[:100]}


def _verbs(schools: Mapping[int, School], by: Principal) -> dict[int, str]:
    """Key → the right that is asked for: to change, or where only that is given, to adjust."""
    mine = {
        verb: set(permitted(by, verb, School).filter(Among("pk", schools)).values_list("pk", flat=True))
        for verb in ("change", "adjust")
    }
    return {pk: "adjust" if pk in mine["adjust"] - mine["change"] else "change" for pk in schools}


def _follow(
    many: Many[School], stored: Mapping[int, School], reasons: Mapping[int, str], by: Principal
) -> None:
    """History of the fields, then unit, stages and rights, then index and lookalikes. `stored`: as they were before."""
    lines: list[SchoolChange] = []
    named, moved = [], []
    for school in many.done:
        before = {name: raw(stored[school.pk], name) for name in EDITABLE}
        old = {name: text for name, text in before.items() if text != raw(school, name)}
        take_over(school, stored[school.pk])
        school = stored[school.pk]
        reason = reasons[school.pk].strip()
        lines += lines_of(school, old, by=by, source=ChangeSource.SECTION, reason=reason)
        named += [school] if {"name", "name_zh", "managed_by"} & set(old) else []
        moved += [school] if MOVES_RIGHTS & set(old) else []
    SchoolChange.objects.bulk_create(lines, batch_size=500)
    prefetch_related_objects(named, "managed_by")
    settle_units(named)
    _settle_moved(moved)
    changed = [stored[school.pk] for school in many.done]
    index_changed(School, changed)
    look_at(MERGEABLES[School._meta.label_lower], [school.pk for school in changed])


def _settle_moved(schools: Sequence[School]) -> None:
    """Stages as the types say, then the rights. Which stages stand is read once for all."""
    if not schools:
        return
    prefetch_related_objects(schools, "stages", "school_type")
    for school in schools:
        settle_stages(school)
    settle_many(schools)


def _moved_out(schools: Sequence[School], by: Principal, verb: str) -> list[tuple[School, str]]:
    """After the change a school must still lie in the remit of whoever changed it."""
    mine = permitted(by, verb, School).filter(Among("pk", [school.pk for school in schools]))
    left = {school.pk: school for school in schools}
    for pk in mine.values_list("pk", flat=True):
        left.pop(pk, None)
    found = []
    for school in left.values():
        try:
            right_to(by, verb, school)
        except NotPermitted as refusal:
            found.append((school, refusal.sentence))
    return found
