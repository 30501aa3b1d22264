"""Fifty people at the same instant: exactly one wins, the others are told why."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from bureau.accounts.principals import PUBLIC
from bureau.audit.models import Event
from bureau.workflow.models import HistoryEntry
from bureau.workflow.refusals import Refusal
from bureau.workflow.services import perform
from tests.bureau.workflow.conftest import House
from tests.workflow_app.models import Paper, Status

PEOPLE = 50

pytestmark = pytest.mark.postgres


@pytest.fixture
def house(transactional_db):
    return House()


def at_once(act):
    """Run `act(number)` in fifty threads that start together; the outcomes, counted."""
    gate = threading.Barrier(PEOPLE)

    def one(number):
        try:
            gate.wait()
            act(number)
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(PEOPLE) as pool:
        return Counter(pool.map(one, range(PEOPLE)))


def test_one_of_fifty_wins_and_the_others_learn_what_changed(house):
    paper = house.drafted()
    outcome = at_once(lambda number: perform(paper, "approve", by=house.chief, version=paper.version))
    assert outcome == {"done": 1, "Conflict": PEOPLE - 1}
    assert Paper.objects.get(pk=paper.pk).version == paper.version + 1
    assert HistoryEntry.objects.filter(transition="approve").count() == 1
    assert Event.objects.filter(action="workflow_app.paper.approve", refused=True).count() == PEOPLE - 1


def test_approving_against_returning_ends_in_one_of_the_two(house):
    paper = house.drafted()

    def act(number):
        if number % 2:
            perform(paper, "approve", by=house.chief)
        else:
            perform(paper, "return_to", by=house.chief, data={"step": "assigned"}, reason="No")

    assert at_once(act) == {"done": 1, "WrongState": PEOPLE - 1}
    assert Paper.objects.get(pk=paper.pk).status in (Status.APPROVED, Status.ASSIGNED)


def test_one_form_sent_fifty_times_creates_one_record(house):
    outcome = at_once(
        lambda number: perform(Paper(subject="Once", owner=house.office), "submit", by=PUBLIC, key="one-form")
    )
    assert outcome == {"done": PEOPLE}
    assert Paper.objects.count() == 1
