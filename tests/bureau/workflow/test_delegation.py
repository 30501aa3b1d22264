"""Standing in: in one's own name, for another, with the other's right."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.access.services import permitted
from bureau.audit.models import Event
from bureau.charter.choices import Role
from bureau.charter.models import Membership
from bureau.notices.models import Notice
from bureau.notices.services import tell
from bureau.workflow.delegation import deadlines_within, delegate, end_delegation, possible_substitutes
from bureau.workflow.models import Delegation, HistoryEntry
from bureau.workflow.refusals import Invalid, NotPermitted
from bureau.workflow.services import amend, available, perform
from tests.bureau.workflow.conftest import person
from tests.workflow_app.models import Paper, Status


@pytest.fixture
def away(today):
    def enter(
        absent, substitute, *, since=today, until=today + timedelta(days=7), by=None, reason="Training"
    ):
        return delegate(
            absent=absent, substitute=substitute, since=since, until=until, reason=reason, by=by or absent
        )

    return enter


def personal(house):
    """A paper on which the section's chief is asked to countersign, in person."""
    return perform(
        house.assigned(), "ask_opinions", by=house.drafter, data={"signers": [house.section_chief]}
    )


@pytest.fixture
def deputy(house):
    """An officer of the section: may stand in for its chief."""
    return person("deputy", house.section, Role.OFFICER)


def sign(paper, by):
    return perform(paper, "countersign", by=by, data={"agrees": True})


def test_a_stand_in_acts_with_the_right_of_the_absent_person(house, deputy, away):
    paper = personal(house)
    with pytest.raises(NotPermitted):
        sign(paper, deputy)
    away(house.section_chief, deputy)
    assert sign(paper, deputy).status == Status.DRAFTED
    row = HistoryEntry.objects.get(transition="countersign")
    assert (row.actor_name, row.on_behalf_name, row.who) == (
        "Deputy",
        "Section Chief",
        "Deputy for Section Chief",
    )
    assert (
        Event.objects.get(action="workflow_app.paper.countersign", refused=False).for_name == "Section Chief"
    )


def test_what_a_stand_in_may_do_himself_he_does_in_his_own_name(house, away):
    away(house.chief, house.officer)
    perform(house.drafted(), "approve", by=house.officer)
    assert HistoryEntry.objects.get(transition="approve").on_behalf_name == ""


def test_available_shows_a_stand_in_the_borrowed_steps(house, deputy, away):
    paper = personal(house)
    away(house.section_chief, deputy)
    assert [step.name for step in available(paper, deputy)] == ["countersign", "remark"]


@pytest.mark.parametrize("days", [(1, 5), (-9, -1)])
def test_before_and_after_the_absence_nothing_is_borrowed(house, deputy, today, days):
    since, until = (today + timedelta(days=number) for number in days)
    Delegation.objects.create(
        absent=house.section_chief, substitute=deputy, since=since, until=until, reason="x", created_by="x"
    )
    with pytest.raises(NotPermitted):
        sign(personal(house), deputy)


def test_an_absence_that_is_ended_lends_nothing_any_more(house, deputy, away):
    end_delegation(away(house.section_chief, deputy), by=house.section_chief)
    with pytest.raises(NotPermitted):
        sign(personal(house), deputy)


def test_a_stand_in_who_left_the_unit_has_nothing_left(house, deputy, away, today):
    away(house.section_chief, deputy)
    Membership.objects.filter(user=deputy).update(until=today - timedelta(days=1))
    with pytest.raises(NotPermitted):
        sign(personal(house), deputy)


def test_the_right_of_somebody_who_was_deactivated_is_not_lent(house, deputy, away):
    paper = personal(house)
    away(house.section_chief, deputy)
    house.section_chief.is_active = False
    house.section_chief.save()
    with pytest.raises(NotPermitted):
        sign(paper, deputy)


def test_standing_in_does_not_cure_a_conflict_of_interest(house, deputy, away):
    paper = amend(personal(house), by=house.clerk, changes={"note": "about deputy"})
    away(house.section_chief, deputy)
    with pytest.raises(NotPermitted):
        sign(paper, deputy)
    assert available(paper, deputy) == []


def test_there_is_no_chain(house, deputy, away, today):
    away(house.section_chief, deputy)
    third = person("third", house.section, Role.OFFICER)
    with pytest.raises(Invalid, match="not passed on"):
        away(deputy, third)
    # Even if rows stood in a chain, a right passes one hand only.
    Delegation.objects.create(
        absent=deputy, substitute=third, since=today, until=today, reason="x", created_by="x"
    )
    with pytest.raises(NotPermitted):
        sign(personal(house), third)


def test_nobody_stands_in_while_absent(house, away):
    away(house.officer, house.chief)
    with pytest.raises(Invalid, match="absent on some of these days") as refused:
        away(house.chief, house.officer)
    assert "substitute" in refused.value.errors


@pytest.mark.parametrize("name", ["outsider", "clerk", "chief"])
def test_a_stand_in_is_somebody_else_of_the_unit_with_a_fitting_role(house, away, name):
    with pytest.raises(Invalid) as refused:
        away(house.chief, getattr(house, name))
    assert "substitute" in refused.value.errors


def test_the_choice_of_stand_ins_is_what_would_be_accepted(house):
    assert list(possible_substitutes(house.chief)) == [house.officer]
    assert set(possible_substitutes(house.clerk)) == {house.chief, house.officer}


@pytest.mark.parametrize(
    ("since", "until", "reason", "field"),
    [(5, 2, "x", "until"), (-5, -2, "x", "until"), (0, 900, "x", "until"), (0, 2, " ", "reason")],
)
def test_impossible_days_and_missing_reasons_are_refused(house, away, today, since, until, reason, field):
    with pytest.raises(Invalid) as refused:
        away(
            house.chief,
            house.officer,
            since=today + timedelta(days=since),
            until=today + timedelta(days=until),
            reason=reason,
        )
    assert list(refused.value.errors) == [field]


def test_two_absences_of_one_person_do_not_overlap(house, away, today):
    away(house.chief, house.officer)
    with pytest.raises(Invalid, match="entered for some of these days"):
        away(house.chief, house.officer, since=today + timedelta(days=3), until=today + timedelta(days=30))


def test_the_head_of_the_unit_enters_an_absence_for_others_and_nobody_else_does(house, away):
    with pytest.raises(NotPermitted):
        away(house.officer, house.chief, by=house.clerk)
    with pytest.raises(NotPermitted):
        away(house.officer, house.chief, by=house.other_chief)
    assert away(house.officer, house.chief, by=house.chief).created_by == "Chief"


def test_absences_are_audited_with_references_only(house, away):
    row = away(house.chief, house.officer, reason="Operation")
    end_delegation(row, by=house.chief)
    events = Event.objects.filter(action__startswith="workflow.delegation").order_by("pk")
    assert [event.action for event in events] == ["workflow.delegation.set", "workflow.delegation.end"]
    assert "Operation" not in str([event.detail for event in events])


def test_deadlines_that_fall_into_the_absence_are_counted(house, away, today):
    house.paper(due=today + timedelta(days=3))
    house.paper(due=today + timedelta(days=30))
    assert deadlines_within(away(house.chief, house.officer)) == 1


def test_ending_twice_keeps_the_first_time(house, away):
    row = end_delegation(away(house.chief, house.officer), by=house.chief)
    again = end_delegation(row, by=house.chief)
    assert again.ended_at == row.ended_at <= timezone.now()


def test_a_stand_in_may_look_at_what_the_absent_person_sees_and_at_nothing_personal(house, deputy, away):
    paper = house.paper(drafter=house.section_chief)
    tell("workflow.urged", to=[house.section_chief], params={"unit": "x", "action": "x", "kind": "x"})
    assert not permitted(deputy, "view", Paper).exists()
    away(house.section_chief, deputy)
    assert list(permitted(deputy, "view", Paper)) == [paper]
    assert not permitted(deputy, "draft", Paper).exists()
    assert not permitted(deputy, "view", Notice).exists()


def test_a_stand_in_does_not_look_at_what_a_conflict_keeps_from_either(house, deputy, away):
    house.paper(drafter=house.section_chief, note="about deputy")
    house.paper(drafter=house.section_chief, note="about section_chief")
    away(house.section_chief, deputy)
    assert not permitted(deputy, "view", Paper).exists()
