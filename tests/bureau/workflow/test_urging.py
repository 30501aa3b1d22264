"""Urging: those who have it are told, once a day, and nothing moves."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from bureau.notices.kinds import render
from bureau.notices.models import Notice
from bureau.workflow.models import HistoryEntry
from bureau.workflow.refusals import Invalid, NotPermitted
from bureau.workflow.services import available, history, perform
from bureau.workflow.urging import urge


def test_urging_tells_those_who_may_act(house):
    paper = house.assigned()
    assert urge(paper, house.clerk) == 2
    assert {notice.user for notice in Notice.objects.filter(kind="workflow.urged")} == {
        house.drafter,
        house.section_chief,
    }


def test_the_notice_speaks_the_readers_language_and_names_no_record(house):
    urge(house.assigned(subject="Mrs Wang"), house.clerk)
    notice = Notice.objects.filter(kind="workflow.urged").first()
    assert render(notice.kind, notice.params) == "Office asks for speed: Draft (paper)"
    with translation.override("zh-hans"):
        assert "办公室" in render(notice.kind, notice.params)


def test_urging_moves_nothing_and_stands_in_the_history(house):
    paper = house.assigned()
    urge(paper, house.clerk)
    paper.refresh_from_db()
    assert (paper.status, history(paper)[0].label) == ("assigned", "Urged")


def test_being_urged_does_not_stand_in_the_way_of_taking_back(house):
    paper = house.drafted()
    urge(paper, house.section_chief)
    assert "take_back" in [step.name for step in available(paper, house.drafter)]


def test_a_record_is_urged_once_a_day(house):
    paper = house.assigned()
    urge(paper, house.clerk)
    with pytest.raises(Invalid, match="Once a day is enough"):
        urge(paper, house.chief)
    HistoryEntry.objects.filter(transition="urged").update(at=timezone.now() - timedelta(hours=25))
    assert urge(paper, house.chief) == 2


def test_what_waits_for_oneself_is_not_urged(house):
    with pytest.raises(Invalid, match="Nobody else has this record"):
        urge(house.paper(), house.clerk)


def test_who_may_not_see_a_record_does_not_urge_it(house):
    with pytest.raises(NotPermitted):
        urge(house.assigned(), house.outsider)


def test_a_closed_record_is_not_urged(house):
    paper = perform(house.drafted(), "approve", by=house.chief)
    with pytest.raises(Invalid):
        urge(paper, house.clerk)
