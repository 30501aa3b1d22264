"""Records that lived elsewhere before come in many at a time, each with its first line of history."""

import pytest

from bureau.accounts.principals import System
from bureau.audit.models import Event
from bureau.workflow.models import HistoryEntry
from bureau.workflow.services import history, take_over
from tests.workflow_app.models import Paper, Status

pytestmark = pytest.mark.django_db
BY = System("import")


def papers(house):
    return [Paper(subject=subject, owner=house.office) for subject in ("One", "Two")]


def test_each_record_gets_its_status_and_a_first_line(house):
    stored = take_over(papers(house), status=Status.CLOSED, by=BY)
    assert set(Paper.objects.values_list("status", flat=True)) == {Status.CLOSED}
    assert [[line.transition for line in history(paper)] for paper in stored] == [["taken_over"]] * 2


def test_many_are_one_event_of_the_audit(house):
    take_over(papers(house), status=Status.CLOSED, by=BY)
    assert Event.objects.get(action="workflow_app.paper.taken_over").detail == {"count": 2}


def test_an_unknown_status_takes_nothing_over(house):
    with pytest.raises(ValueError, match="no status asleep"):
        take_over(papers(house), status="asleep", by=BY)
    assert not HistoryEntry.objects.exists()
    assert not Paper.objects.exists()
