"""A school asks, personnel or the district decides."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bureau.access.services import may
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.choices import UnitKind
from bureau.charter.models import Remit, Unit
from bureau.notices.kinds import Params
from bureau.notices.services import tell_unit
from bureau.proposals import values as stored
from bureau.proposals.services import check_reason, overtaken, refuse_second
from bureau.workflow.declare import Data, Transition
from bureau.workflow.refusals import Invalid
from bureau.workflow.services import perform
from personnel.changes.choices import ChangeStatus
from personnel.changes.models import TeacherChange
from personnel.changes.selectors import SECRET, masked, present, sealed_of, wanted
from personnel.models import Post, Teacher
from personnel.selectors.fields import group_of, stage_of
from personnel.services.register import change_teacher, writable_of, write_fields

# Where the form shows what the service calls otherwise.
_AT = {"identity": "document", "phone": "telephone"}


def change_or_ask(
    *, teacher: Teacher, values: Mapping[str, Any], by: Principal, reason: str = ""
) -> tuple[Teacher, list[TeacherChange]]:
    """Change what the person keeps at once and ask for the rest. Raises NotPermitted, Invalid; then nothing is."""
    own = writable_of(Teacher.objects.get(pk=teacher.pk), by)
    at_once = {name: value for name, value in values.items() if name in own}
    asked = {name: value for name, value in values.items() if name not in own}
    with transaction.atomic():
        changed = change_teacher(teacher=teacher, values=at_once, by=by)
        return changed, propose_changes(teacher=changed, values=asked, by=by, reason=reason)


def propose_changes(
    *, teacher: Teacher, values: Mapping[str, Any], by: Principal, reason: str
) -> list[TeacherChange]:
    """One request per field, or per group of fields that must fit one another. Raises NotPermitted, Invalid."""
    moved = {name: value for name, value in values.items() if wanted(name, value) != present(teacher, name)}
    if not moved:
        return []
    check_reason(reason)
    groups: dict[str, dict[str, Any]] = {}
    for name, value in moved.items():
        groups.setdefault(group_of(name), {})[name] = value
    return [_propose(teacher, group, found, by, reason) for group, found in groups.items()]


def _propose(
    teacher: Teacher, group: str, values: Mapping[str, Any], by: Principal, reason: str
) -> TeacherChange:
    first = next(iter(values))
    waiting = TeacherChange.objects.filter(teacher=teacher, field=group, status=ChangeStatus.OPEN)
    refuse_second(waiting, at=_AT.get(first, first))
    texts = {name: (present(teacher, name), wanted(name, value)) for name, value in values.items()}
    secret = {name: pair for name, pair in texts.items() if name in SECRET}
    request = TeacherChange(
        teacher=teacher,
        field=group,
        old={name: masked(name, pair[0]) for name, pair in texts.items()},
        new={name: masked(name, pair[1]) for name, pair in texts.items()},
        sealed=json.dumps(secret) if secret else "",
        reason=reason.strip(),
    )
    return perform(request, "ask", by=by)


def address(request: TeacherChange, by: Principal, data: Data) -> None:
    """Effect of `ask`: who asks, who decides. Raises Invalid."""
    if isinstance(by, User):
        request.requested_by = by
        own = standing(by).own_unit_ids()
        posts = Post.objects.in_force().filter(teacher=request.teacher, school__unit_id__in=own)
        post = posts.select_related("school__unit").order_by("-is_main").first()
        if post is not None:
            request.asking_unit = post.school.unit
    unit = deciding_unit(request.teacher)
    if unit is None:
        raise Invalid(_("Nobody keeps the records of teachers like this one at present. Call the bureau."))
    request.deciding_unit = unit


def deciding_unit(teacher: Teacher) -> Unit | None:
    """The district that manages the school of the main post, else the section that keeps teachers there."""
    post = teacher.main_post
    manager = post.school.managed_by if post is not None else None
    if manager is not None and manager.kind == UnitKind.DISTRICT:
        return manager
    rows = Remit.objects.filter(over="teacher", unit__kind=UnitKind.SECTION, unit__is_active=True)
    for row in rows.select_related("unit").order_by("unit__order", "order"):
        if "change" in row.verbs and stage_of(teacher) in row.filters.get("stages", [stage_of(teacher)]):
            return row.unit
    return None


def has_moved_on(request: TeacherChange, by: Principal) -> str:
    """Condition of `accept`: why a request can no longer be accepted; "" where it can."""
    if request.teacher.merged_into_id is not None:
        return _("This record was merged into another one; it stays as it is.")
    secret = sealed_of(request)
    then = {name: secret[name][0] if name in secret else text for name, text in dict(request.old).items()}
    return overtaken({name: present(request.teacher, name) for name in then}, then)


def carry_out(request: TeacherChange, by: Principal, data: Data) -> None:
    """After `accept`: the values are written with the right of whoever accepts: to change, or to review."""
    teacher = Teacher.objects.select_for_update(of=("self",)).get(pk=request.teacher_id)
    request.teacher = teacher
    refusal = has_moved_on(request, by)
    if refusal:
        raise Invalid(refusal)
    verb = "change" if may(by, "change", teacher) else "review"
    try:
        write_fields(teacher=teacher, values=_values(request), by=by, verb=verb)
    except Invalid as error:
        raise Invalid(str(error)) from error  # the page of a request has none of the fields


def _values(request: TeacherChange) -> dict[str, Any]:
    secret = sealed_of(request)
    found: dict[str, Any] = {}
    for name, text in request.new.items():
        if name == "identity":
            kind, _space, number = secret[name][1].partition(" ")
            found[name] = (kind, number)
        elif name == "phone":
            found[name] = secret[name][1]
        else:
            found[name] = _parsed(name, text)
    return found


def _parsed(name: str, text: str) -> Any:
    try:
        return stored.parsed(Teacher, name, text)
    except ValidationError as error:
        raise Invalid.of(error) from error


def tell(request: TeacherChange, step: Transition, by: Principal) -> None:
    """Who decides, then the school. Nobody is named in a notice."""
    unit = request.asking_unit
    params: Params = {"school": {"zh": unit.name_zh, "en": unit.name}}
    if request.status == ChangeStatus.OPEN:
        tell_unit("personnel.change_asked", unit=request.deciding_unit, params=params, record=request)
    elif request.status in (ChangeStatus.ACCEPTED, ChangeStatus.REFUSED):
        tell_unit(f"personnel.change_{request.status}", unit=unit, params=params, record=request)
