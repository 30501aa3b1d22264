"""What waits for a person: no more, no less, at a constant price."""

from datetime import date, timedelta

import pytest

from bureau.access.standing import rights_scope
from bureau.charter.choices import Role
from bureau.workflow.delegation import delegate
from bureau.workflow.inbox import done_by, inbox, open_count, pulse, waiting_on_others
from bureau.workflow.models import WorkItem
from bureau.workflow.services import amend, perform
from tests.bureau.workflow.conftest import person

TUESDAY = date(2026, 6, 9)


def subjects(entries):
    return [entry.record.subject for entry in entries]


def test_a_person_sees_what_the_unit_must_do_and_the_role_may_do(house):
    house.paper(subject="To assign")
    house.drafted(subject="To approve")
    assert subjects(inbox(house.clerk).entries) == ["To assign"]
    assert subjects(inbox(house.chief).entries) == ["To assign", "To approve"]
    assert subjects(inbox(house.drafter).entries) == []


def test_the_count_is_what_the_inbox_shows(house):
    house.paper()
    house.drafted()
    house.assigned()
    for user in (house.clerk, house.chief, house.drafter, house.outsider):
        assert open_count(user) == len(inbox(user).entries)


def test_a_line_says_title_status_and_act(house):
    house.paper(subject="Stairs")
    entry = inbox(house.clerk).entries[0]
    assert (entry.title, entry.status, entry.item.action) == ("Paper: Stairs (Office)", "Received", "Assign")


def test_work_falls_into_overdue_this_week_and_later(house):
    for subject, due in [
        ("yesterday", TUESDAY - timedelta(days=1)),
        ("today", TUESDAY),
        ("sunday", date(2026, 6, 14)),
        ("monday", date(2026, 6, 15)),
        ("no day", None),
    ]:
        house.paper(subject=subject, due=due)
    found = inbox(house.clerk, today=TUESDAY)
    assert subjects(found.overdue) == ["yesterday"]
    assert subjects(found.this_week) == ["today", "sunday"]
    assert subjects(found.later) == ["monday", "no day"]


def test_on_a_sunday_tomorrows_work_is_not_later(house):
    sunday = date(2026, 6, 14)
    house.paper(due=sunday + timedelta(days=1))
    assert len(inbox(house.clerk, today=sunday).this_week) == 1


def test_the_chips_count_every_kind_and_choose_one(house):
    house.paper()
    found = inbox(house.clerk, kind="office.nothing")
    assert [(workflow.kind, number) for workflow, number in found.kinds] == [("workflow_app.paper", 1)]
    assert found.entries == []


def test_the_inbox_costs_the_same_for_two_papers_and_for_forty(
    house, django_assert_num_queries, django_assert_max_num_queries
):
    house.paper()
    house.drafted()
    with rights_scope(), django_assert_max_num_queries(8) as two:
        inbox(house.chief)
    for _ in range(20):
        house.paper()
        house.drafted()
    with rights_scope(), django_assert_num_queries(len(two.captured_queries)):
        assert len(inbox(house.chief).entries) == 42


def test_a_record_with_a_conflict_of_interest_is_in_nobodys_inbox(house):
    amend(house.paper(), by=house.clerk, changes={"note": "about chief"})
    assert inbox(house.chief).entries == []
    assert open_count(house.chief) == 0
    assert len(inbox(house.clerk).entries) == 1


@pytest.fixture
def deputy(house, today):
    deputy = person("deputy", house.section, Role.OFFICER)
    delegate(
        absent=house.section_chief,
        substitute=deputy,
        since=today,
        until=today,
        reason="Training",
        by=house.section_chief,
    )
    return deputy


def personal(house):
    return perform(
        house.assigned(), "ask_opinions", by=house.drafter, data={"signers": [house.section_chief]}
    )


def test_a_stand_in_sees_the_work_of_the_absent_person_marked(house, deputy):
    personal(house)
    house.assigned(subject="Of the section")
    assert [(entry.record.subject, entry.for_whom) for entry in inbox(deputy).entries] == [
        ("Of the section", ""),
        ("Stairs", "Section Chief"),
    ]
    assert open_count(deputy) == 2


def test_a_stand_in_sees_nothing_that_a_conflict_of_interest_keeps_away(house, deputy):
    amend(personal(house), by=house.clerk, changes={"note": "about deputy"})
    assert inbox(deputy).entries == []
    assert open_count(deputy) == 0


def test_one_sees_who_has_what_one_sent_on(house):
    house.assigned(subject="With the section")
    house.paper(subject="With us")
    entries = waiting_on_others(house.clerk)
    assert [(entry.record.subject, entry.has_it) for entry in entries] == [
        ("With the section", "Safety Section")
    ]


def test_what_one_sent_on_and_may_no_longer_see_is_not_shown(house):
    perform(house.assigned(), "draft", by=house.drafter)
    assert subjects(waiting_on_others(house.drafter)) == ["Stairs"]
    WorkItem.objects.all().delete()
    assert waiting_on_others(house.drafter) == []


def test_what_was_done_is_ones_own_history_newest_first(house):
    house.assigned()
    assert [row.transition for row in done_by(house.clerk).order_by("-pk")] == ["assign", "submit"]
    assert not done_by(house.chief).exists()


def test_the_pulse_gives_ones_units_in_figures(house, today):
    house.paper(due=today - timedelta(days=1))
    house.paper(due=today)
    house.assigned()
    [office] = pulse(house.clerk)
    assert (office.unit, office.open, office.overdue, office.this_week, office.done) == (
        house.office,
        2,
        1,
        1,
        4,
    )
