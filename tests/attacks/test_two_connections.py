"""Two people work on one record over two connections, in any order and at once: one wins, nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bureau.workflow.refusals import Conflict, NotPermitted, Refusal, WrongState
from bureau.workflow.services import amend, history, perform
from tests.bureau.workflow.conftest import House
from tests.workflow_app.models import Paper

# Step → where it begins, where it leads. "edit" changes a field and leaves the status alone.
STEPS = {
    "assign": (("received",), "assigned"),
    "draft": (("assigned",), "drafted"),
    "approve": (("drafted",), "approved"),
    "return_to": (("drafted",), "assigned"),
    "edit": (("received", "assigned", "drafted"), ""),
}
Act = Callable[[int | None], Any]


def acts(house: House, pk: int, note: str) -> dict[str, Act]:
    """Each step by whom it belongs to, on a copy of one's own."""

    def paper() -> Paper:
        return Paper.objects.get(pk=pk)

    def step(name: str, by: Any, **given: Any) -> Act:
        return lambda version: perform(paper(), name, by=by, version=version, **given)

    return {
        "assign": step("assign", house.clerk, data={"section": house.section}),
        "draft": step("draft", house.drafter, data={"note": note}),
        "approve": step("approve", house.chief),
        "return_to": step("return_to", house.chief, data={"step": "assigned"}, reason="Not yet"),
        "edit": lambda version: amend(paper(), by=house.officer, changes={"note": note}, version=version),
    }


def outcome(act: Act, version: int | None) -> Refusal | None:
    try:
        act(version)
    except Refusal as refusal:
        return refusal
    return None


def at_once(*tries: tuple[Act, int]) -> list[Refusal | None]:
    """Over a connection each, begun together."""
    found: list[Any] = ["never ended"] * len(tries)
    gate = threading.Barrier(len(tries))

    def one(place: int, act: Act, version: int) -> None:
        try:
            gate.wait()
            found[place] = outcome(act, version)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(place, *each)) for place, each in enumerate(tries)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


class TwoPeople(RuleBasedStateMachine):
    """What the record must be stands here; what it is, in the database."""

    house: House

    def __init__(self) -> None:
        super().__init__()
        self.pk = self.house.paper().pk
        self.status, self.moves, self.notes = "received", 0, 0
        self.read = {"first": self.stored.version, "second": self.stored.version}

    @property
    def stored(self) -> Paper:
        return Paper.objects.get(pk=self.pk)

    def acts(self) -> dict[str, Act]:
        self.notes += 1
        return acts(self.house, self.pk, f"note {self.notes}")

    def moved(self, step: str) -> None:
        self.status = STEPS[step][1] or self.status
        self.moves += 1

    @rule(who=st.sampled_from(["first", "second"]))
    def opens_the_page(self, who: str) -> None:
        self.read[who] = self.stored.version

    @rule(who=st.sampled_from(["first", "second"]), step=st.sampled_from(sorted(STEPS)))
    def sends_what_was_open(self, who: str, step: str) -> None:
        version = self.stored.version
        is_fresh, begins_here = self.read[who] == version, self.status in STEPS[step][0]
        refusal = outcome(self.acts()[step], self.read[who])
        if is_fresh and begins_here:
            assert refusal is None, refusal
            self.moved(step)
        elif is_fresh:
            assert isinstance(refusal, WrongState | NotPermitted), refusal
        else:
            assert isinstance(refusal, Conflict | NotPermitted), refusal
            assert not isinstance(refusal, Conflict) or refusal.changes

    @precondition(lambda self: self.status != "approved")
    @rule(data=st.data())
    def both_send_at_once(self, data: st.DataObject) -> None:
        here = sorted(step for step, (sources, _to) in STEPS.items() if self.status in sources)
        pair = [data.draw(st.sampled_from(here)), data.draw(st.sampled_from(here))]
        version, found = self.stored.version, self.acts()
        refusals = at_once(*((found[step], version) for step in pair))
        assert refusals.count(None) == 1, refusals
        winner = refusals.index(None)
        loser = refusals[1 - winner]
        assert isinstance(loser, Conflict | NotPermitted), loser
        assert not isinstance(loser, Conflict) or [change.label for change in loser.changes]
        self.moved(pair[winner])

    @invariant()
    def the_record_is_what_the_winners_made_of_it(self) -> None:
        assert self.stored.status == self.status

    @invariant()
    def every_act_that_won_is_a_line_and_a_version(self) -> None:
        lines = [entry for entry in history(self.stored) if entry.transition != "submit"]
        assert len(lines) == self.moves == self.stored.version - 1


@pytest.mark.postgres
def test_of_two_people_on_one_record_exactly_one_wins_and_the_other_learns_why(
    transactional_db: None,
) -> None:
    TwoPeople.house = House()
    run_state_machine_as_test(
        TwoPeople,
        settings=settings(
            max_examples=8,
            stateful_step_count=10,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
