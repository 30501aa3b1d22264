"""Cells are written under a lock: faults come back, colleagues do not overwrite each other, all is on record."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bureau.accounts.models import User
from bureau.audit.models import Event
from bureau.workflow.refusals import Invalid, NotPermitted
from schools.returns.choices import CellSource, ReturnStatus
from schools.returns.models import CellChange, Collection, Return
from schools.returns.services.entry import save_cells
from tests.factories import returns

BOYS, GIRLS, SUM = "pupils.g1.boys", "pupils.g1.girls", "pupils.g1.total"

pytestmark = pytest.mark.django_db


def save(record, by, typed=None, page_entry=None, **more):
    entry = record.entry if page_entry is None else page_entry
    return save_cells(record=record, by=by, typed=typed or {}, page_entry=entry, **more)


def test_figures_are_kept_in_one_writing_and_sums_follow(cast, draft):
    saved = save(draft, cast.school_clerk, {BOYS: "１，２00 ", GIRLS: "18"})
    draft.refresh_from_db()
    assert (draft.values[BOYS], draft.values[GIRLS], draft.values[SUM]) == ("1200", "18", "1218")
    assert set(saved.changed) == {BOYS, GIRLS}
    assert draft.entered_by == cast.school_clerk
    assert draft.started_at is not None


def test_every_change_says_who_wrote_what_in_the_place_of_what(cast, draft):
    first = save(draft, cast.school_clerk, {BOYS: "20"}).record
    save(first, cast.principal, {BOYS: "21"}, source=CellSource.WORKBOOK)
    change = draft.changes.filter(cell=BOYS).first()
    assert (change.old, change.new, change.source) == ("20", "21", "workbook")
    assert (change.by_id_then, change.by_name) == (cast.principal.pk, cast.principal.audit_name)
    assert draft.changes.filter(cell=SUM, source="computed").exists() is False  # girls are still missing


def test_a_wrong_figure_comes_back_and_the_others_are_kept(cast, draft):
    saved = save(draft, cast.school_clerk, {BOYS: "zwanzig", GIRLS: "18"})
    assert list(saved.faults) == [BOYS]
    assert saved.record.values == {GIRLS: "18"}


def test_an_emptied_cell_is_missing_and_not_zero(cast, draft):
    first = save(draft, cast.school_clerk, {BOYS: "0"}).record
    assert first.values[BOYS] == "0"
    assert BOYS not in save(first, cast.school_clerk, {BOYS: " "}).record.values


def test_computed_and_unknown_cells_cannot_be_typed(cast, draft):
    saved = save(draft, cast.school_clerk, {SUM: "999", "pupils.g9.boys": "1"})
    assert saved.changed == ()
    assert saved.record.values == {}


def test_two_people_lose_nothing(cast, draft):
    """The principal read the page before the clerk wrote: his own cell is kept, the same cell is a conflict."""
    both = {BOYS: "", GIRLS: ""}
    save(draft, cast.school_clerk, {**both, BOYS: "20"})
    saved = save(draft, cast.principal, {BOYS: "25", GIRLS: "18"}, page_entry=0)
    assert saved.record.values == {BOYS: "20", GIRLS: "18", SUM: "38"}
    conflict = saved.conflicts[BOYS]
    assert (conflict.theirs, conflict.yours, conflict.who) == ("20", "25", cast.school_clerk.audit_name)
    again = save(saved.record, cast.principal, {BOYS: "25"})  # the page has shown both values
    assert again.record.values[BOYS] == "25"


def test_a_box_left_alone_does_not_take_back_what_a_colleague_wrote(cast, draft):
    save(draft, cast.school_clerk, {BOYS: "20"})
    saved = save(draft, cast.principal, {BOYS: "", GIRLS: "18"}, page_entry=0)
    assert saved.theirs == (BOYS,)
    assert not saved.conflicts
    assert saved.record.values[BOYS] == "20"


def test_a_lost_answer_makes_no_conflict_with_oneself(cast, draft):
    """The network took the answer away: the same person goes on from the old page."""
    save(draft, cast.school_clerk, {BOYS: "2"})
    saved = save(draft, cast.school_clerk, {BOYS: "20"}, page_entry=0, whole=False)
    assert not saved.conflicts
    assert saved.record.values[BOYS] == "20"


def test_a_change_after_the_signature_opens_the_return_again(cast):
    record = returns.signed(cast)
    saved = save(record, cast.school_clerk, {BOYS: "21"})
    assert saved.record.status == ReturnStatus.DRAFT
    assert saved.record.signed_by is None
    assert saved.record.values[BOYS] == "21"


def test_sending_the_same_figures_again_keeps_the_signature(cast):
    record = returns.signed(cast)
    assert save(record, cast.school_clerk, dict(returns.FILLED | {"money.spent": "1,234.56"})).changed == ()
    record.refresh_from_db()
    assert record.status == ReturnStatus.SIGNED


def test_only_the_changed_cell_loses_its_acceptance(cast):
    record = returns.returned(cast)
    assert GIRLS in record.accepted_cells
    saved = save(record, cast.school_clerk, {GIRLS: "19"})
    assert GIRLS not in saved.record.accepted_cells
    assert "pupils.g2.girls" in saved.record.accepted_cells


@pytest.mark.parametrize("state", [ReturnStatus.SECTION, ReturnStatus.ACCEPTED])
def test_what_is_sent_is_closed_and_says_why(cast, state):
    record = returns.STATES[state](cast)
    with pytest.raises(Invalid) as refusal:
        save(record, cast.school_clerk, {BOYS: "21"})
    assert str(timezone.localdate().year) in refusal.value.sentence
    record.refresh_from_db()
    assert record.values[BOYS] == "20"


def test_after_the_lock_nothing_is_written(cast, draft):
    days = {"opens_on": -30, "due_on": -20, "locks_on": -1}
    past = {name: timezone.localdate() + timedelta(days=ago) for name, ago in days.items()}
    Collection.objects.filter(pk=draft.collection_id).update(**past)
    with pytest.raises(Invalid, match="closed"):
        save(draft, cast.school_clerk, {BOYS: "21"})


@pytest.mark.parametrize("who", ["other_principal", "basic_officer", "district_reviewer", "outsider"])
def test_only_people_of_the_school_write(cast, draft, who):
    with pytest.raises(NotPermitted):
        save(draft, getattr(cast, who), {BOYS: "21"})
    assert not CellChange.objects.exists()


def test_a_reason_is_kept_with_the_figures_for_which_it_was_given(cast):
    record = returns.filled(cast)
    many = save(record, cast.school_clerk, {GIRLS: "180"}).record
    explained = save(
        many, cast.school_clerk, reasons={"check:many_girls": " two classes \n moved here "}
    ).record
    assert explained.reasons["check:many_girls"]["text"] == "two classes moved here"
    assert save(explained, cast.school_clerk, reasons={"check:many_girls": ""}).record.reasons == {}


def test_repeated_rows_are_kept_without_the_empty_ones(cast, draft):
    rows = [{"name": "音乐室", "area": "８０．５"}, {"name": "", "area": ""}, {"name": "图书馆", "area": ""}]
    saved = save(draft, cast.school_clerk, rows={"rooms": rows})
    assert saved.record.rows["rooms"] == [{"name": "音乐室", "area": "80.5"}, {"name": "图书馆"}]
    assert saved.changed == ("rooms",)


def test_a_wrong_row_is_named_and_its_block_waits(cast, draft):
    rows = [{"name": "音乐室", "area": "80"}, {"name": "图书馆", "area": "gross"}]
    saved = save(draft, cast.school_clerk, {BOYS: "20"}, rows={"rooms": rows})
    assert list(saved.faults) == ["rooms.2.area"]
    assert "rooms" not in saved.record.rows
    assert saved.record.values[BOYS] == "20"


def test_a_fault_in_the_last_write_leaves_nothing_behind(cast, draft, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("schools.returns.services.entry.audit.record", broken)
    with pytest.raises(RuntimeError):
        save(draft, cast.school_clerk, {BOYS: "20"})
    draft.refresh_from_db()
    assert draft.values == {}
    assert not CellChange.objects.exists()


def test_the_audit_counts_cells_and_holds_no_figure(cast, draft):
    save(draft, cast.school_clerk, {BOYS: "20", "money.note": "Zhang San"})
    event = Event.objects.filter(action="schools.return.entered").get()
    assert event.detail["cells"] == 2
    assert "Zhang San" not in str(event.detail)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_savings_at_once_are_both_kept(cast, draft):
    """Each waits for the other's lock and writes on top of what the other wrote."""
    start = threading.Barrier(2)

    def write(person: str, cell: str) -> None:
        start.wait()
        try:
            save_cells(
                record=Return.objects.get(pk=draft.pk),
                by=User.objects.get(username=person),
                typed={cell: "7"},
                page_entry=0,
                whole=False,
            )
        finally:
            connection.close()

    threads = [
        threading.Thread(target=write, args=pair) for pair in (("school_clerk", BOYS), ("principal", GIRLS))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    draft.refresh_from_db()
    assert draft.values == {BOYS: "7", GIRLS: "7", SUM: "14"}
    assert draft.entry == 2
