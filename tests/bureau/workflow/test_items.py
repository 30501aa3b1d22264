"""Work items agree with the records; the commands prove it and mend it."""

import io
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from bureau.access.unit_owned import FOLLOW_UPS
from bureau.workflow import items
from bureau.workflow.declare import WORKFLOWS, Waiting
from bureau.workflow.models import HistoryEntry, WorkItem
from bureau.workflow.services import perform, refresh_items
from tests.workflow_app.models import Paper


def said(*arguments):
    out = io.StringIO()
    call_command("workflow", *arguments, stdout=out)
    return out.getvalue()


def test_an_item_says_who_what_and_when_and_nothing_of_the_record(house, today):
    house.paper(subject="Secret stairs", due=today)
    item = WorkItem.objects.get()
    assert (item.unit, item.verb, item.label, item.due) == (house.office, "assign", "Assign", today)
    assert "Secret" not in str(vars(item))


def test_an_item_follows_its_record_and_ends_with_it(house):
    paper = house.assigned()
    assert [item.unit for item in WorkItem.objects.all()] == [house.section]
    perform(paper, "draft", by=house.drafter)
    assert [(item.unit, item.verb) for item in WorkItem.objects.all()] == [(house.office, "approve")]
    perform(paper, "approve", by=house.chief)
    assert not WorkItem.objects.exists()


def test_an_item_that_stays_keeps_its_age(house, today):
    paper = house.paper()
    before = WorkItem.objects.get()
    Paper.objects.filter(pk=paper.pk).update(due=today)
    refresh_items(paper)
    after = WorkItem.objects.get()
    assert (after.pk, after.created_at, after.due) == (before.pk, before.created_at, today)


def test_check_finds_nothing_where_all_agrees(house):
    house.paper()
    house.drafted()
    assert "agree" in said("check")


@pytest.mark.parametrize(
    ("harm", "finding"),
    [
        (lambda: WorkItem.objects.all().delete(), "no work item"),
        (lambda: WorkItem.objects.update(verb="draft"), "instead of"),
        (lambda: WorkItem.objects.update(object_id=999_999), "record that is gone"),
        (lambda: Paper.objects.update(status="drafted"), "its status is drafted, its history ends in"),
    ],
)
def test_check_names_what_does_not_agree(house, harm, finding):
    house.paper()
    harm()
    with pytest.raises(CommandError) as failed:
        said("check")
    assert finding in str(failed.value)


def test_rebuild_makes_items_and_records_agree(house):
    house.paper()
    house.assigned()
    before = set(WorkItem.objects.values_list("object_id", "unit_id", "verb"))
    WorkItem.objects.filter(unit=house.office).delete()
    WorkItem.objects.update(object_id=999_999)
    assert "2 records" in said("rebuild")
    assert set(WorkItem.objects.values_list("object_id", "unit_id", "verb")) == before


def test_draw_gives_a_diagram_of_the_table():
    drawn = said("draw", "workflow_app.paper")
    assert drawn.startswith("stateDiagram-v2")
    assert "[*] --> received: Send" in drawn
    assert "received --> assigned: Assign" in drawn
    assert "signing --> drafted: Countersign" in drawn
    assert "approved --> [*]" in drawn


def test_draw_of_an_unknown_kind_lists_those_there_are():
    with pytest.raises(CommandError, match=r"workflow_app\.paper"):
        said("draw", "office.nothing")


def test_after_a_reorganisation_the_items_stand_with_the_new_unit(house):
    paper = house.paper()
    Paper.objects.filter(pk=paper.pk).update(owner=house.other)
    for follow in FOLLOW_UPS:
        follow({"workflow_app.paper": {paper.pk}})
    assert [item.unit for item in WorkItem.objects.all()] == [house.other]


def test_a_status_is_compared_with_the_last_line_of_its_history(house):
    paper = house.paper()
    row = HistoryEntry.objects.get()
    assert (row.object_id, row.target) == (paper.pk, paper.status)
    assert list(items.disagreements()) == []


def test_an_item_that_names_no_step_is_refused_while_it_is_written(house):
    """A name of the code must never stand on a button."""
    paper = house.paper()
    table = WORKFLOWS["workflow_app.paper"]
    asked = replace(table, waiting=lambda record: [Waiting("final_look", unit=house.office)])
    with pytest.raises(ValueError, match="final_look"):
        items.wanted_items(asked, paper)
    in_words = replace(
        table, waiting=lambda record: [Waiting("Look at it", unit=house.office, verb="assign")]
    )
    assert [want.label for want in items.wanted_items(in_words, paper).values()] == ["Look at it"]
