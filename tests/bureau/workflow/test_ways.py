"""Ways through the engine: clocks, returning, taking back, countersigning."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.access.standing import standing
from bureau.charter.capabilities import CAPABILITIES, Capability
from bureau.charter.choices import Role
from bureau.deadlines import services as deadlines
from bureau.deadlines.selectors import open_clock
from bureau.workflow import countersigning
from bureau.workflow.models import Countersign, WorkItem
from bureau.workflow.refusals import Invalid, NotPermitted, WrongState
from bureau.workflow.returning import passed
from bureau.workflow.services import amend, available, history, perform
from tests.workflow_app.models import Paper, Status
from tests.workflow_app.workflow import ReturnFormOfPaper

MATTER = "workflow_app.drafting"


def names(transitions):
    return [step.name for step in transitions]


# Clocks


def test_a_step_starts_its_clock_and_the_item_is_due_with_it(house, today):
    paper = house.assigned()
    assert open_clock(MATTER, paper).due_on == today + timedelta(days=5)
    assert WorkItem.objects.get().due == today + timedelta(days=5)


def test_a_step_stops_its_clock(house):
    assert open_clock(MATTER, house.drafted()) is None


def test_the_item_moves_with_the_clock(house, today):
    paper = house.assigned()
    deadlines.extend(open_clock(MATTER, paper), by=house.chief, days=3, reason="More to read")
    assert WorkItem.objects.get().due == today + timedelta(days=8)


def test_a_late_entry_starts_the_clock_on_its_own_day(house, today):
    paper = house.paper()
    then = timezone.now() - timedelta(days=2)
    perform(paper, "assign", by=house.clerk, data={"section": house.section}, at=then)
    assert open_clock(MATTER, paper).started_on == today - timedelta(days=2)


def test_a_clock_without_a_rule_refuses_the_step_in_words(house):
    paper = house.paper()
    house.rule.delete()
    with pytest.raises(Invalid, match="No clock rule is in force"):
        perform(paper, "assign", by=house.clerk, data={"section": house.section})
    assert Paper.objects.get().status == Status.RECEIVED


# Returning to an earlier step


def test_a_record_goes_back_to_the_step_that_is_chosen(house):
    paper = perform(
        house.drafted(), "return_to", by=house.chief, data={"step": "received"}, reason="Wrong office"
    )
    assert paper.status == Status.RECEIVED
    assert history(paper)[0].reason == "Wrong office"


def test_a_record_goes_back_only_to_where_it_has_been(house):
    paper = house.drafted()
    for step in ("signing", "closed", ""):
        with pytest.raises(Invalid) as refused:
            perform(paper, "return_to", by=house.chief, data={"step": step}, reason="Back")
        assert list(refused.value.errors) == ["step"]


def test_the_form_offers_the_steps_that_the_record_has_passed(house):
    form = ReturnFormOfPaper()
    form.fit(house.drafted(), house.chief)
    assert form.fields["step"].choices == [("received", "Received"), ("assigned", "Assigned")]


def test_what_was_passed_is_counted_up_to_the_present_step(house):
    paper = perform(house.drafted(), "return_to", by=house.chief, data={"step": "assigned"}, reason="Again")
    assert passed(paper) == ["received"]


# Taking back


def test_one_takes_back_ones_own_last_step(house):
    paper = perform(house.drafted(), "take_back", by=house.drafter)
    assert paper.status == Status.ASSIGNED
    assert names(available(paper, house.drafter)) == ["draft", "ask_opinions", "remark"]


def test_somebody_elses_step_is_not_taken_back(house):
    with pytest.raises(WrongState, match="Somebody else"):
        perform(house.drafted(), "take_back", by=house.section_chief)


def test_a_step_on_which_somebody_acted_is_not_taken_back(house):
    paper = house.drafted()
    amend(paper, by=house.chief, changes={"subject": "Read and corrected"})
    with pytest.raises(WrongState, match="Somebody else"):
        perform(paper, "take_back", by=house.drafter)


def test_ones_own_correction_does_not_stand_in_the_way_of_taking_back(house):
    paper = house.paper()
    perform(paper, "assign", by=house.clerk, data={"section": house.section})
    amend(paper, by=house.clerk, changes={"subject": "Stair"})
    assert perform(paper, "take_back", by=house.clerk).status == Status.RECEIVED


def test_a_step_taken_back_is_not_taken_back_again(house):
    paper = perform(house.drafted(), "take_back", by=house.drafter)
    with pytest.raises(WrongState, match="taken back again"):
        perform(paper, "take_back", by=house.drafter)


# Countersigning


def signing(house, mode, *signers):
    return perform(
        house.assigned(), "ask_opinions", by=house.drafter, data={"signers": list(signers), "mode": mode}
    )


def sign(paper, by, agrees=True, opinion=""):
    return perform(paper, "countersign", by=by, data={"agrees": agrees, "opinion": opinion})


def test_where_all_must_agree_the_last_one_moves_the_record(house):
    paper = signing(house, "all", house.other, house.chief)
    assert sign(paper, house.chief).status == Status.SIGNING
    assert sign(paper, house.other_chief).status == Status.DRAFTED


def test_where_all_must_agree_one_refusal_ends_the_round(house):
    paper = signing(house, "all", house.other, house.chief)
    assert sign(paper, house.chief, agrees=False, opinion="Too dear").status == Status.ASSIGNED
    assert sorted(Countersign.objects.values_list("answer", "opinion")) == [
        ("closed", ""),
        ("refused", "Too dear"),
    ]


def test_where_one_is_enough_the_first_agreement_moves_the_record(house):
    paper = signing(house, "any", house.other, house.chief)
    assert sign(paper, house.chief, agrees=False).status == Status.SIGNING
    assert sign(paper, house.other_chief).status == Status.DRAFTED


def test_where_one_is_enough_the_record_goes_back_when_everybody_refuses(house):
    paper = signing(house, "any", house.other, house.chief)
    sign(paper, house.chief, agrees=False)
    assert sign(paper, house.other_chief, agrees=False).status == Status.ASSIGNED


def test_in_sequence_the_second_waits_for_the_first(house):
    paper = signing(house, "sequence", house.other, house.chief)
    assert [item.unit for item in WorkItem.objects.all()] == [house.other]
    with pytest.raises(NotPermitted, match="not asked at this point"):
        sign(paper, house.chief)
    sign(paper, house.other_chief)
    assert [item.user for item in WorkItem.objects.all()] == [house.chief]
    assert sign(paper, house.chief).status == Status.DRAFTED


def test_nobody_answers_twice(house):
    paper = signing(house, "all", house.other, house.chief)
    sign(paper, house.chief)
    with pytest.raises(NotPermitted, match="not asked at this point"):
        sign(paper, house.chief)


def test_only_an_officer_of_the_unit_countersigns(house):
    paper = signing(house, "all", house.other)
    with pytest.raises(NotPermitted):
        sign(paper, house.outsider)


def test_a_round_needs_signers_and_asks_nobody_twice(house):
    for signers in ([], [house.other, house.other]):
        with pytest.raises(Invalid):
            signing(house, "all", *signers)


def test_a_second_round_forgets_the_answers_of_the_first(house):
    paper = signing(house, "all", house.other)
    sign(paper, house.other_chief, agrees=False)
    perform(paper, "ask_opinions", by=house.drafter, data={"signers": [house.other]})
    assert countersigning.outcome(paper) == "open"
    assert sign(paper, house.other_chief).status == Status.DRAFTED


def test_the_policy_opens_a_record_to_the_units_that_are_asked(house, monkeypatch):
    capability = Capability(
        "test.signed", "", holder={}, participant={"countersign": frozenset({Role.CHIEF})}
    )
    monkeypatch.setitem(CAPABILITIES._entries, "test.signed", capability)
    policy = countersigning.Countersigned(Paper, capability="test.signed")
    paper = signing(house, "all", house.other)

    def may(user):
        return list(Paper.objects.filter(policy.for_user(standing(user), "countersign")))

    assert may(house.other_chief) == [paper]
    assert may(house.outsider) == []
    assert may(house.section_chief) == []


def test_a_note_moves_neither_status_nor_version_and_is_no_act(house):
    paper = house.drafted()
    seen = (paper.status, paper.version)
    noted = perform(paper, "remark", by=house.section_chief, reason="A word")
    assert (noted.status, noted.version) == seen
    assert history(noted)[0].reason == "A word"
    assert perform(noted, "take_back", by=house.drafter, version=seen[1]).status == Status.ASSIGNED
