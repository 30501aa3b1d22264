"""What people with accounts do in the trial, through the services that the pages call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bureau.accounts.models import User
from bureau.charter.choices import UnitKind
from bureau.charter.models import Membership
from bureau.workflow.services import perform
from schools.returns.checking import findings
from schools.returns.models import Collection, Return
from schools.returns.services import remarks
from schools.returns.services.entry import save_cells

if TYPE_CHECKING:
    from schools.returns.demo_making import Maker

PRINCIPAL, CLERK = "school.principal", "school.clerk"
TO_CORRECT = 7


def own_units() -> frozenset[int]:
    """Units of the schools whose people have accounts."""
    posts = Membership.objects.filter(unit__kind=UnitKind.SCHOOL)
    return frozenset(posts.values_list("unit_id", flat=True))


def user(username: str) -> User:
    return User.objects.get(username=username)


def endorse(returns: Sequence[Return]) -> None:
    """By the reviewer of the county bureau that manages the school."""
    reviewers = {
        post.unit_id: post.user
        for post in Membership.objects.filter(
            unit__kind=UnitKind.DISTRICT, role="district_reviewer"
        ).select_related("user")
    }
    for record in returns:
        if reviewer := reviewers.get(record.school.managed_by_id):
            perform(record, "endorse", by=reviewer)


def send_back(returns: Sequence[Return], *, by: User, today: date) -> None:
    """Two cells each, with reasons."""
    for record in returns:
        cells = {key: text for key, text in WRONG_CELLS.items() if record.values.get(key)}
        data = {"cells": cells, "due_on": today + timedelta(days=TO_CORRECT)}
        perform(record, "send_back", by=by, data=data, reason="个别数据需核对，请更正后重新报送。")


WRONG_CELLS = {
    "staff.workers.all": "工勤人员数与编制台账不符，请核对。",
    "premises.teaching": "教学及辅助用房面积请按房产证重新填报。",
}


def own(collection: Collection) -> Return | None:
    """The return of the school whose principal and clerk have accounts."""
    unit = Membership.objects.filter(user__username=PRINCIPAL).values("unit_id")[:1]
    related = ("school__unit", "school__managed_by", "collection", "form_version__form", "owner")
    found: Return | None = (
        Return.objects.select_related(*related)
        .filter(collection=collection, school__unit_id__in=unit)
        .first()
    )
    return found


def filled(maker: Maker, record: Return, *, parts: int | None = None) -> Return:
    """The clerk types the whole return, or its first parts, and gives reasons for what is unusual."""
    clerk = user(CLERK)
    definition = maker.asked(record.collection.version_of_form, record.school)
    given = maker.answer(record.collection, record.school)
    keys = {part.key for part in definition.parts[:parts]}
    typed = {
        key: typed_text(cell.spec.kind, given.values.get(key, ""))
        for key, cell in definition.cells.items()
        if cell.part.key in keys and not cell.spec.computed
    }
    saved = save_cells(record=record, by=clerk, typed=typed, page_entry=record.entry, rows=given.rows)
    reasons = {one.key: "已核实，情况属实。" for one in findings(saved.record) if one.needs_reason}
    if parts is None and reasons:
        saved = save_cells(
            record=saved.record, by=clerk, typed={}, page_entry=saved.record.entry, reasons=reasons
        )
    return saved.record


def typed_text(kind: str, canonical: str) -> str:
    """What a person types: money in yuan."""
    if kind != "money" or not canonical:
        return canonical
    return f"{int(canonical) // 100}.{int(canonical) % 100:02d}"


def own_basic(maker: Maker, collection: Collection, *, by: User) -> None:
    """Sent, passed on by the district, and two cells came back: the principal and the clerk have work."""
    record = own(collection)
    if record is None:
        return
    record = perform(filled(maker, record), "check", by=user(CLERK))
    record = perform(record, "sign", by=user(PRINCIPAL))
    record = perform(record, "send", by=user(CLERK))
    endorse([record])
    record.refresh_from_db()
    if record.status == "section":
        send_back([record], by=by, today=maker.today)


def own_funds(maker: Maker, collection: Collection) -> None:
    """Half filled in, due soon, with a comment of the principal."""
    record = own(collection)
    if record is None:
        return
    record = filled(maker, record, parts=1)
    text = "县级配套已到账，请按到账通知书填写。"
    remarks.comment(record=record, cell="income.county.received", text=text, by=user(PRINCIPAL))


def own_safety(maker: Maker, collection: Collection) -> None:
    """Checked by the clerk: the principal signs."""
    record = own(collection)
    if record is not None:
        perform(filled(maker, record), "check", by=user(CLERK))
