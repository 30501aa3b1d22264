"""The way of a return: every step, every refusal, nothing half done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.notices.models import Notice
from bureau.workflow.models import HistoryEntry, WorkItem
from bureau.workflow.refusals import Invalid, NotPermitted, WrongState
from bureau.workflow.services import available, perform
from schools.returns.choices import CellSource, RemarkKind, ReturnStatus
from schools.returns.models import CellChange, Figure, FigureTotal, FlowRule, LockException, Return
from schools.returns.selectors.locks import why_locked
from schools.returns.selectors.reviewing import changed_cells
from schools.returns.services import accepting, locks, remarks
from tests.factories import returns
from tests.factories.returns import FILLED, CollectionFactory

TODAY = timezone.localdate
WEEK = timedelta(days=7)


def due(days=7):
    return TODAY() + timedelta(days=days)


def steps(record):
    rows = HistoryEntry.objects.filter(kind="schools.return", object_id=record.pk).order_by("pk")
    return list(rows.values_list("transition", flat=True))


def item(record):
    return WorkItem.objects.filter(kind="schools.return", object_id=record.pk).get()


def names(record, by):
    return {step.name for step in available(record, by)}


def closed(record, days=1):
    """As if the window had closed so many days ago."""
    last = TODAY() - timedelta(days=days)
    changes = {"opens_on": last - WEEK, "due_on": last, "locks_on": last}
    type(record.collection).objects.filter(pk=record.collection_id).update(**changes)
    record.collection.refresh_from_db()


# --- the straight way -------------------------------------------------------------------------


def test_a_return_goes_from_the_school_to_the_section_and_is_accepted(cast):
    record = returns.accepted(cast)
    assert steps(record) == ["issue", "check", "sign", "send", "accept"]
    assert (record.round, record.sent_on, record.accepted_on) == (1, TODAY(), TODAY())
    assert record.signed_by == cast.principal
    assert not WorkItem.objects.filter(kind="schools.return", object_id=record.pk).exists()
    told = Notice.objects.filter(kind="returns.accepted").values_list("user__username", flat=True)
    assert sorted(told) == ["principal", "school_clerk"]


def test_each_reader_in_turn_has_it_in_the_inbox_with_a_day(cast):
    record = returns.filled(cast)
    assert (item(record).unit, item(record).due) == (cast.school.unit, record.collection.due_on)
    record = perform(record, "check", by=cast.school_clerk)
    assert item(record).verb == "sign"
    record = perform(record, "sign", by=cast.principal)
    record = perform(record, "send", by=cast.principal)
    assert item(record).unit == record.owner
    assert item(record).due > TODAY()


def test_the_district_looks_first_where_the_form_asks_for_it(cast):
    record = returns.with_district(cast)
    assert (record.status, item(record).unit) == (ReturnStatus.DISTRICT, cast.school.managed_by)
    assert names(record, cast.basic_officer) == set()
    with pytest.raises(NotPermitted):
        perform(record, "endorse", by=cast.other_district)
    assert perform(record, "endorse", by=cast.district_reviewer).status == ReturnStatus.SECTION


def test_a_school_of_the_city_goes_to_the_section_at_once(cast):
    school = cast.school
    school.managed_by = school.managed_by.parent or returns.section()
    school.save()
    assert returns.sent(cast, needs_district=True).status == ReturnStatus.SECTION


# --- refusals at the school -------------------------------------------------------------------


def test_check_says_how_much_is_missing_and_names_the_first(cast):
    record = returns.filled(cast, values={"pupils.g1.boys": "20"})
    with pytest.raises(Invalid) as refusal:
        perform(record, "check", by=cast.school_clerk)
    assert "4" in refusal.value.sentence
    assert "A·" in refusal.value.sentence
    assert Return.objects.get(pk=record.pk).status == ReturnStatus.DRAFT
    assert steps(record) == ["issue"]


def test_an_unusual_figure_needs_a_reason(cast):
    from schools.returns.checking import findings

    many = {**FILLED, "pupils.g1.girls": "500", **returns.COMPUTED}
    many |= {"pupils.g1.total": "520", "pupils.total.girls": "521", "pupils.total.total": "563"}
    record = returns.filled(cast, values=many)
    with pytest.raises(Invalid):
        perform(record, "check", by=cast.school_clerk)
    odd = [one for one in findings(record) if one.needs_reason]
    given = {one.key: {"value": one.value, "text": "女校"} for one in odd}
    Return.objects.filter(pk=record.pk).update(reasons=given)
    record = perform(record, "check", by=cast.school_clerk)
    assert (record.status, record.errors, record.unusual) == (ReturnStatus.CHECKED, 0, len(odd))


def test_whoever_typed_does_not_sign(cast):
    record = returns.filled(cast)
    returns.fill(record, by=cast.principal)
    record = perform(record, "check", by=cast.principal)
    with pytest.raises(NotPermitted, match="second person"):
        perform(record, "sign", by=cast.principal)
    with pytest.raises(NotPermitted):
        perform(record, "sign", by=cast.school_clerk)


@pytest.mark.parametrize("allowed", [False, True])
def test_a_school_with_one_account_signs_only_where_the_rule_says_so(cast, allowed):
    FlowRule.objects.all().delete()
    FlowRule.objects.create(valid_from=TODAY() - WEEK, may_sign_alone=allowed, legal_basis="内部规定")
    record = returns.filled(cast)
    returns.fill(record, by=cast.principal)
    record = perform(record, "check", by=cast.principal)
    cast.school_clerk.is_active = False
    cast.school_clerk.save()
    if allowed:
        assert perform(record, "sign", by=cast.principal).signed_by == cast.principal
        from bureau.audit.models import Event

        assert Event.objects.filter(action="schools.return.signed_own_entry").count() == 1
    else:
        with pytest.raises(NotPermitted, match="no other account"):
            perform(record, "sign", by=cast.principal)


def test_going_on_writing_takes_the_signature_away(cast):
    record = perform(returns.signed(cast), "correct", by=cast.school_clerk)
    assert (record.status, record.signed_by, record.signed_at) == (ReturnStatus.DRAFT, None, None)


# --- time -------------------------------------------------------------------------------------


def test_sent_after_the_due_day_is_late_and_still_taken(cast):
    record = returns.signed(cast)
    type(record.collection).objects.filter(pk=record.collection_id).update(due_on=TODAY() - timedelta(days=1))
    record = perform(record, "send", by=cast.principal)
    assert record.is_late


def test_after_the_lock_only_an_exception_helps_and_only_until_its_day(cast):
    record = returns.signed(cast)
    closed(record)
    with pytest.raises(NotPermitted, match="The window closed on"):
        perform(record, "send", by=cast.principal)
    with pytest.raises(NotPermitted):
        locks.grant(
            collection=record.collection, school=cast.school, until=due(), reason="x", by=cast.preschool_clerk
        )
    locks.grant(
        collection=record.collection, school=cast.school, until=due(2), reason="停电", by=cast.basic_officer
    )
    assert Notice.objects.filter(kind="returns.exception", user=cast.principal).count() == 1
    assert why_locked(record, due(2)) == ""
    assert "The window closed on" in why_locked(record, due(3))
    assert perform(record, "send", by=cast.principal).status == ReturnStatus.SECTION


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"until": -1}, "until"),
        ({"until": 5, "open": True}, "until"),
        ({"reason": " "}, "reason"),
        ({"other": True}, "school"),
    ],
)
def test_an_exception_is_refused_in_words(cast, changes, field):
    record = returns.issued(cast)
    if not changes.get("open"):
        closed(record)
    school = cast.other_school if changes.get("other") else cast.school
    with pytest.raises(Invalid) as refusal:
        locks.grant(
            collection=record.collection,
            school=school,
            until=due(changes.get("until", 5)),
            reason=changes.get("reason", "停电"),
            by=cast.basic_officer,
        )
    assert field in refusal.value.errors
    assert not LockException.objects.exists()


def test_corrections_that_were_asked_for_may_come_after_the_lock(cast):
    record = returns.returned(cast)
    closed(record)
    assert why_locked(record, due(7)) == ""
    assert why_locked(record, due(8)) != ""


def test_why_it_is_locked_in_words(cast):
    record = returns.issued(cast, collection=CollectionFactory(opens_on=due(3)))
    assert why_locked(record, TODAY()).startswith("It opens on")
    record = returns.with_section(cast)
    assert "It is with Basic Education" in why_locked(record)
    record = perform(record, "accept", by=cast.basic_officer)
    assert why_locked(record).endswith(f"by {cast.basic_officer.name}.")
    assert "not expected" in why_locked(returns.excused(cast))


# --- taking back ------------------------------------------------------------------------------


def test_one_takes_back_what_nobody_has_looked_at(cast):
    record = perform(returns.with_section(cast), "take_back", by=cast.school_clerk)
    assert (record.status, record.round, record.first_sent_on) == (ReturnStatus.SIGNED, 0, None)


def test_not_after_a_remark_nor_after_a_step_of_somebody_else(cast):
    record = returns.with_section(cast)
    remarks.comment(record=record, cell="money.spent", text="请核对", by=cast.basic_clerk)
    with pytest.raises(NotPermitted, match="remark"):
        perform(record, "take_back", by=cast.school_clerk)
    other = perform(returns.with_district(cast), "endorse", by=cast.district_reviewer)
    with pytest.raises(WrongState):
        perform(other, "take_back", by=cast.school_clerk)


# --- cell by cell -----------------------------------------------------------------------------


def test_two_cells_come_back_the_others_are_accepted(cast):
    record = returns.returned(cast)
    assert record.status == ReturnStatus.RETURNED
    assert "pupils.g1.boys" not in record.accepted_cells
    assert "pupils.g2.boys" in record.accepted_cells
    marks = {row.cell: (row.kind, row.value) for row in record.remarks.all()}
    assert marks["money.spent"] == (RemarkKind.RETURNED, FILLED["money.spent"])
    assert (item(record).verb, item(record).due) == ("fill", record.returned_due_on)
    assert Notice.objects.filter(kind="returns.sent_back", user=cast.principal).count() == 1


def test_sent_again_only_what_changed_is_marked_and_the_section_is_told(cast):
    record = returns.returned(cast)
    for old, new in (("20", "25"), ("25", "24")):
        CellChange.objects.create(
            owner_return=record,
            cell="pupils.g1.boys",
            old=old,
            new=new,
            source=CellSource.TYPED,
            round=1,
            entry=2,
        )
    values = {**record.values, "pupils.g1.boys": "24", "pupils.g1.total": "42", "pupils.total.boys": "46"}
    returns.fill(record, by=cast.school_clerk, values={**values, "pupils.total.total": "85"})
    for step, by in (("check", cast.school_clerk), ("sign", cast.principal), ("send", cast.school_clerk)):
        record = perform(record, step, by=by)
    assert record.round == 2
    assert changed_cells(record) == {"pupils.g1.boys": ("20", "24")}
    assert Notice.objects.filter(kind="returns.sent_again", user=cast.basic_officer).count() == 1
    record = perform(record, "accept", by=cast.basic_officer)
    assert not record.remarks.filter(closed_at__isnull=True).exists()


@pytest.mark.parametrize(
    "data",
    [
        {"cells": {"money.spent": " "}, "due": 3},
        {"cells": {"money.nonsense": "why"}, "due": 3},
        {"cells": {"money.spent": "why"}, "due": -1},
        {"cells": {"money.spent": "why"}},
    ],
)
def test_sending_back_is_refused_without_reason_day_or_cell(cast, data):
    record = returns.with_section(cast)
    given = {"cells": data["cells"], **({"due_on": due(data["due"])} if "due" in data else {})}
    with pytest.raises(Invalid):
        perform(record, "send_back", by=cast.basic_officer, data=given, reason="请更正")
    record.refresh_from_db()
    assert (record.status, record.remarks.count()) == (ReturnStatus.SECTION, 0)


def test_the_district_sends_back_and_accepts_nothing(cast):
    record = returns.with_district(cast)
    data = {"cells": {"money.spent": "核对"}, "due_on": due()}
    record = perform(record, "district_send_back", by=cast.district_reviewer, data=data, reason="请更正")
    assert (record.status, record.accepted_cells) == (ReturnStatus.RETURNED, [])


# --- remarks ----------------------------------------------------------------------------------


def test_a_remark_is_answered_by_the_school_and_closed_by_its_writer(cast):
    record = returns.with_section(cast)
    with pytest.raises(NotPermitted):
        remarks.comment(record=record, cell="money.spent", text="x", by=cast.other_principal)
    with pytest.raises(Invalid):
        remarks.comment(record=record, cell="money.nothing", text="x", by=cast.basic_clerk)
    remark = remarks.comment(record=record, cell="money.spent", text="请核对", by=cast.basic_clerk)
    assert (remark.unit, remark.value) == (record.owner, "123456")
    with pytest.raises(NotPermitted):
        remarks.answer(remark=remark, text="x", by=cast.basic_clerk)
    assert remarks.answer(remark=remark, text="无误", by=cast.school_clerk).answer == "无误"
    with pytest.raises(NotPermitted):
        remarks.close(remark=remark, by=cast.school_clerk)
    remarks.close(remark=remark, by=cast.basic_officer)
    with pytest.raises(Invalid):
        remarks.answer(remark=remark, text="y", by=cast.school_clerk)


# --- after it ---------------------------------------------------------------------------------


def test_opened_again_the_figures_leave_the_sums(cast):
    record = returns.locked(cast)
    assert Figure.objects.filter(owner_return=record).exists()
    record = perform(record, "unlock", by=cast.basic_officer, data={"due_on": due()}, reason="学校申请更正")
    assert (record.status, record.accepted_on) == (ReturnStatus.RETURNED, None)
    assert not Figure.objects.exists()
    assert not FigureTotal.objects.exists()
    assert why_locked(record) == ""


def test_excused_and_expected_again(cast):
    record = returns.excused(cast)
    assert not WorkItem.objects.filter(kind="schools.return", object_id=record.pk).exists()
    record = perform(record, "expect", by=cast.basic_officer, reason="学校恢复办学")
    assert record.status == ReturnStatus.DRAFT
    assert item(record).unit == cast.school.unit


def test_accepted_returns_are_locked_when_the_window_has_closed(cast):
    early, late = returns.accepted(cast), returns.accepted(cast)
    closed(late)
    assert accepting.lock_due() == 1
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.status, late.status) == (ReturnStatus.ACCEPTED, ReturnStatus.LOCKED)
    assert steps(late)[-1] == "lock"


def test_a_fault_in_the_last_step_of_an_acceptance_leaves_nothing(cast, monkeypatch):
    record = returns.with_section(cast)
    before = (steps(record), Notice.objects.count(), WorkItem.objects.count())

    def broken(*args, **kwargs):
        raise RuntimeError("the last step fails")

    monkeypatch.setattr("schools.returns.services.telling.tell_unit", broken)
    with pytest.raises(RuntimeError):
        perform(record, "accept", by=cast.basic_officer)
    record.refresh_from_db()
    assert record.status == ReturnStatus.SECTION
    assert not Figure.objects.exists()
    assert not FigureTotal.objects.exists()
    assert before == (steps(record), Notice.objects.count(), WorkItem.objects.count())
