"""What the steps of a transfer do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.choices import UnitKind
from bureau.charter.models import HeldCapability, Unit
from bureau.notices.kinds import Params
from bureau.notices.services import tell_unit
from bureau.workflow.declare import Data, Transition
from bureau.workflow.refusals import Invalid
from bureau.workflow.services import perform
from personnel.choices import EventKind
from personnel.models import Post, Teacher
from personnel.services.posts import move_post
from personnel.services.timeline import note
from personnel.transfers.choices import OPEN, TransferStatus
from personnel.transfers.models import Transfer
from schools.models import School, SchoolStage
from schools.services.telling import name_of

FIELDS = ("kind", "subject", "on", "grounds")


def request_transfer(
    *, teacher: Teacher, to_stage: SchoolStage, values: Mapping[str, Any], by: Principal
) -> Transfer:
    """Ask that a teacher's main post moves. Raises NotPermitted, Invalid.

    `values`: kind, subject, on (first day there), grounds. Asking counts as agreeing for one's own school.
    """
    post = teacher.main_post
    if post is None:
        raise _bad(
            "teacher_number", _("This teacher has no main post; the personnel section can appoint at once.")
        )
    if post.school_id == to_stage.school_id:
        raise _bad(
            "school", _("The teacher is at this school already. End the post and appoint anew instead.")
        )
    transfer = Transfer(
        teacher=teacher,
        old_post=post,
        from_school=post.school,
        to_school=to_stage.school,
        to_stage=to_stage,
        **{name: values[name] for name in FIELDS if name in values},
    )
    return perform(transfer, "ask", by=by)


def _bad(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, {field: [sentence]})


def address(transfer: Transfer, by: Principal, data: Data) -> None:
    """Effect of `ask`: who asks, who decides, which side has agreed by asking."""
    _check_day(transfer)
    if Transfer.objects.filter(teacher=transfer.teacher, status__in=OPEN).exists():
        raise _bad("teacher_number", _("A transfer of this teacher is under way already."))
    transfer.deciding_unit = deciding_unit()
    sides = _own_schools(transfer, by)
    today = timezone.localdate()
    if transfer.from_school in sides:
        transfer.released_on, transfer.requested_by_unit = today, transfer.from_school.unit
    if transfer.to_school in sides:
        transfer.accepted_on, transfer.requested_by_unit = today, transfer.to_school.unit
    if not sides:
        transfer.requested_by_unit = transfer.deciding_unit


def _check_day(transfer: Transfer) -> None:
    post = transfer.old_post
    if post is not None and transfer.on <= post.since:
        raise _bad("on", _("The first day there lies before the present post began."))
    if not transfer.to_school.is_in_use:
        raise _bad("school", _("This school has ended; nobody can be appointed there."))


def deciding_unit() -> Unit:
    """The section that holds transfers, the lead where several do. Raises Invalid where none does."""
    rows = HeldCapability.objects.filter(capability="personnel.transfers", unit__is_active=True)
    found = rows.select_related("unit").order_by("-is_lead", "pk").first()
    if found is None:
        raise Invalid(_("No section decides on transfers at present. Call the bureau."))
    return found.unit


def _own_schools(transfer: Transfer, by: Principal) -> list[School]:
    if not isinstance(by, User):
        return []
    mine = {post.unit_id for post in standing(by).posts if post.unit_kind == UnitKind.SCHOOL}
    return [school for school in (transfer.from_school, transfer.to_school) if school.unit_id in mine]


def agree(transfer: Transfer, by: Principal, data: Data) -> None:
    """Effect of `agree`: the school of the person says yes."""
    today = timezone.localdate()
    for school in _own_schools(transfer, by):
        if school == transfer.from_school:
            transfer.released_on = transfer.released_on or today
        else:
            transfer.accepted_on = transfer.accepted_on or today


def after_agreement(transfer: Transfer, data: Data) -> str:
    both = transfer.released_on is not None and transfer.accepted_on is not None
    return TransferStatus.AGREED if both else TransferStatus.REQUESTED


def has_moved_on(transfer: Transfer, by: Principal) -> str:
    """Condition of `approve`: the post from which the teacher moves must still be the main post."""
    post = transfer.old_post
    if post is None or post.is_over or transfer.teacher.main_post_id != post.pk:
        return _("The teacher's main post has changed since. Refuse the request; the schools may ask again.")
    if transfer.to_stage is None or not transfer.to_school.is_in_use:
        return _("The receiving school no longer has this stage. Refuse the request.")
    return ""


def carry_out(transfer: Transfer, by: Principal, data: Data) -> None:
    """After `approve`: the old post ends the day before, the new one begins on the day."""
    teacher = Teacher.objects.select_for_update(of=("self",)).get(pk=transfer.teacher_id)
    transfer.teacher = teacher
    refusal = has_moved_on(transfer, by)
    if refusal or transfer.old_post is None or transfer.to_stage is None:
        raise Invalid(refusal)
    on: date = data.get("on") or transfer.on
    old = Post.objects.select_for_update(of=("self",)).get(pk=transfer.old_post.pk)
    if on <= old.since:
        raise _bad("on", _("The first day there lies before the present post began."))
    move_post(old, transfer.to_stage, {"subject": transfer.subject}, on=on)
    old_school, new_school = transfer.from_school, transfer.to_school
    texts = (
        f"{old_school.name or old_school.name_zh} → {new_school.name or new_school.name_zh}",
        f"{old_school.name_zh} → {new_school.name_zh}",
    )
    note(teacher, EventKind.TRANSFERRED, on=on, by=by, school=new_school, texts=texts)


def tell(transfer: Transfer, step: Transition, by: Principal) -> None:
    """Whoever must act next, and both schools once it is decided."""
    params: Params = {
        "old": name_of(transfer.from_school),
        "new": name_of(transfer.to_school),
        "day": transfer.on,
    }
    for unit in _told(transfer):
        tell_unit(f"personnel.transfer_{transfer.status}", unit=unit, params=params, record=transfer)


def _told(transfer: Transfer) -> list[Unit]:
    schools = [transfer.from_school.unit, transfer.to_school.unit]
    if transfer.status == TransferStatus.REQUESTED:
        return undecided(transfer)
    if transfer.status == TransferStatus.AGREED:
        return [transfer.deciding_unit]
    return schools


def undecided(transfer: Transfer) -> list[Unit]:
    """The units of the schools that have not agreed yet."""
    sides = ((transfer.released_on, transfer.from_school), (transfer.accepted_on, transfer.to_school))
    return [school.unit for agreed, school in sides if agreed is None]
