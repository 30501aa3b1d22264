from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.notices.models import Notice
from bureau.workflow.refusals import Invalid, NotPermitted
from bureau.workflow.services import perform
from schools.models import Confirmation, School
from schools.services.confirmations import ask_to_confirm, remind_schools

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast):
    due = timezone.localdate() + timedelta(days=30)
    return ask_to_confirm(schools=[cast.school], due_on=due, by=cast.basic_clerk)[0]


def test_a_school_is_asked_once_a_year(cast, asked):
    due = timezone.localdate() + timedelta(days=10)
    assert ask_to_confirm(schools=[cast.school], due_on=due, by=cast.basic_clerk) == []


def test_a_day_that_is_past_is_refused(cast):
    with pytest.raises(Invalid):
        ask_to_confirm(schools=[cast.school], due_on=timezone.localdate(), by=cast.basic_clerk)


def test_a_section_asks_only_schools_of_its_remit_and_all_or_none(cast, kindergarten):
    due = timezone.localdate() + timedelta(days=10)
    with pytest.raises(NotPermitted):
        ask_to_confirm(schools=[cast.school, kindergarten], due_on=due, by=cast.basic_clerk)
    assert not Confirmation.objects.exists()


def test_a_school_confirms_as_of_today(cast, asked):
    School.objects.filter(pk=cast.school.pk).update(as_of="2020-01-01")
    perform(asked, "confirm", by=cast.school_clerk)
    assert School.objects.get(pk=cast.school.pk).as_of == timezone.localdate()


def test_nobody_confirms_for_a_school(cast, asked):
    for name in ("basic_clerk", "district_leader", "other_principal"):
        with pytest.raises(NotPermitted):
            perform(asked, "confirm", by=cast.people()[name])


def test_a_school_is_reminded_a_week_before_and_then_every_week(cast, asked):
    assert remind_schools() == 0
    near = asked.due_on - timedelta(days=5)
    assert remind_schools(on=near) == 1
    assert remind_schools(on=near) == 0
    assert remind_schools(on=near + timedelta(days=7)) == 1
    told = Notice.objects.filter(kind="schools.confirmation_due")
    assert {row.user for row in told} == {cast.principal, cast.school_clerk}


def test_a_school_that_confirmed_is_left_in_peace(cast, asked):
    perform(asked, "confirm", by=cast.principal)
    assert remind_schools(on=asked.due_on) == 0
