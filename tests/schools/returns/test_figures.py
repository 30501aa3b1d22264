"""Accepted numbers, their sums by district, many at once, two at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from bureau.workflow.models import HistoryEntry, WorkItem
from bureau.workflow.services import perform
from schools.returns.choices import ReturnStatus
from schools.returns.models import Figure, FigureTotal, Return
from schools.returns.services import accepting, figures
from tests.factories import returns
from tests.factories.schools import SchoolFactory

NUMBERS = len(returns.COMPUTED) + len(returns.FILLED)


def waiting(cast, count):
    """As many returns of one collection before the section, past the engine."""
    first = returns.with_section(cast)
    others = [
        returns.stored(
            collection=first.collection,
            school=SchoolFactory(district=cast.school.district),
            status="section",
            values=first.values,
            errors=0,
            unusual=0,
        )
        for _number in range(count - 1)
    ]
    return [first, *others]


@pytest.mark.parametrize(
    ("text", "amount"),
    [("12", 12000), ("12.5", 12500), ("-3", -3000), ("0.0005", 1), ("", None), ("x", None)],
)
def test_an_amount_counts_thousandths(text, amount):
    assert figures.thousandths(text) == amount


def test_money_is_counted_in_fen_and_text_not_at_all(cast):
    record = returns.accepted(cast)
    amounts = dict(Figure.objects.filter(owner_return=record).values_list("cell", "amount"))
    assert amounts["money.spent"] == 123456 * 1000
    assert amounts["pupils.total.total"] == 81000
    assert "money.note" not in amounts
    assert len(amounts) == NUMBERS


def test_sums_follow_acceptance_and_opening_again(cast):
    one, two = returns.accepted(cast), returns.with_section(cast)
    two = perform(two, "accept", by=cast.basic_officer)
    form = one.form_version.form
    assert figures.faults(form, 2025) == []
    total = FigureTotal.objects.get(form=form, cell="pupils.g1.boys")
    assert (total.amount, total.schools) == (20000, 1)
    assert figures.rebuild_totals(form, 2025) == NUMBERS
    assert figures.faults(form, 2025) == []
    FigureTotal.objects.filter(pk__in=FigureTotal.objects.filter(form=form)[:1]).update(amount=1)
    assert len(figures.faults(form, 2025)) == 1
    figures.rebuild_totals(form, 2025)
    assert figures.faults(form, 2025) == []


def test_many_at_once_leave_the_same_as_one_by_one(cast):
    rows = waiting(cast, 6)
    perform(rows[0], "accept", by=cast.basic_officer)
    Return.objects.filter(pk=rows[5].pk).update(unusual=1)
    many = accepting.accept_clean([row.pk for row in rows[1:]], by=cast.basic_officer)
    assert len(many.done) == 4
    assert [record.pk for record, _why in many.skipped] == [rows[5].pk]
    one, other = Return.objects.get(pk=rows[0].pk), Return.objects.get(pk=rows[1].pk)
    for name in ("status", "accepted_on", "accepted_cells", "round"):
        assert getattr(one, name) == getattr(other, name)
    lines = HistoryEntry.objects.filter(transition="accept", kind="schools.return")
    alike = {
        (line.actor_name, line.source, line.target, line.unit_name, tuple(line.fields)) for line in lines
    }
    assert (lines.count(), len(alike)) == (5, 1)
    assert not WorkItem.objects.filter(
        kind="schools.return", object_id__in=[row.pk for row in rows[:5]]
    ).exists()
    form = one.form_version.form
    assert figures.faults(form, 2025) == []
    assert FigureTotal.objects.get(form=form, cell="pupils.g1.boys").amount == 5 * 20000


def test_a_fault_undoes_all_of_many(cast, monkeypatch):
    rows = waiting(cast, 3)

    def broken(*args, **kwargs):
        raise RuntimeError("the last step fails")

    monkeypatch.setattr("schools.returns.services.telling.tell_units", broken)
    with pytest.raises(RuntimeError):
        accepting.accept_clean([row.pk for row in rows], by=cast.basic_officer)
    assert not Return.objects.filter(status=ReturnStatus.ACCEPTED).exists()
    assert not Figure.objects.exists()
    assert not FigureTotal.objects.exists()


def test_whoever_has_no_right_accepts_none_of_many(cast):
    rows = waiting(cast, 2)
    many = accepting.accept_clean([row.pk for row in rows], by=cast.basic_clerk)
    assert (len(many.done), len(many.skipped)) == (0, 2)


def test_the_number_of_queries_does_not_grow_with_the_returns(cast):
    rows = waiting(cast, 12)
    counts = []
    for part in (rows[:2], rows[2:]):
        with CaptureQueriesContext(connection) as queries:
            accepting.accept_clean([row.pk for row in part], by=cast.basic_officer)
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_acceptances_of_one_district_at_once_add_up(cast):
    rows = waiting(cast, 8)
    together = Barrier(4)

    def accept(part):
        try:
            together.wait(30)
            return len(accepting.accept_clean([row.pk for row in part], by=cast.basic_officer).done)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(accept, [rows[:3], rows[3:6], rows[6:7], rows[7:]]))
    form = rows[0].form_version.form
    assert sum(done) == 8
    assert figures.faults(form, 2025) == []
    assert FigureTotal.objects.get(form=form, cell="pupils.g1.boys").amount == 8 * 20000
    assert (
        Figure.objects.aggregate(all=Sum("amount"))["all"]
        == FigureTotal.objects.aggregate(all=Sum("amount"))["all"]
    )


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_return_accepted_twice_at_once_counts_once(cast):
    (row,) = waiting(cast, 1)
    together = Barrier(2)

    def accept(_number):
        from bureau.workflow.refusals import WrongState

        try:
            together.wait(30)
            perform(row, "accept", by=cast.basic_officer)
        except WrongState:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, range(2))) == [0, 1]
    assert figures.faults(row.form_version.form, 2025) == []
    assert FigureTotal.objects.get(cell="pupils.g1.boys").schools == 1


def test_the_command_finds_wrong_figures_and_sums_and_makes_them_anew(cast):
    record, other = returns.accepted(cast), returns.with_section(cast)
    call_command("returns", "check")
    Figure.objects.filter(owner_return=record, cell="money.spent").update(amount=1)
    FigureTotal.objects.filter(cell="pupils.total.total").update(amount=7)
    stray = Figure.objects.filter(owner_return=record).first()
    stray.pk, stray.owner_return = None, other
    stray.save()
    with pytest.raises(CommandError) as found:
        call_command("returns", "check")
    said = str(found.value)
    assert f"return {record.pk}: its figures" in said
    assert f"return {other.pk}: it has figures" in said
    assert "pupils.total.total" in said
    out = StringIO()
    call_command("returns", "rebuild", stdout=out)
    assert "figures of 2 returns" in out.getvalue()
    call_command("returns", "check")
    assert Figure.objects.get(owner_return=record, cell="money.spent").amount == 123456 * 1000
