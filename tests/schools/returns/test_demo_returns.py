"""The season of the trial: at every step, without an error, with sums that agree."""

import random

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from bureau.charter.choices import Role
from bureau.charter.demo import join
from bureau.charter.models import Unit
from bureau.demo import DemoRun
from bureau.workflow.items import disagreements
from schools import demo as schools_demo
from schools.models import District
from schools.returns import demo
from schools.returns.checking import findings_of
from schools.returns.choices import ReturnStatus
from schools.returns.models import Collection, Figure, LockException, Reminder, Return
from schools.returns.selectors.locks import why_locked
from schools.returns.services import figures
from tests.factories.schools import SchoolFactory

pytestmark = pytest.mark.django_db

KINDS = {"": 14, "kindergarten": 8, "nine_year": 5, "senior": 1}


@pytest.fixture
def seeded(charter_jinzhong):
    """Twenty-eight schools of one district; one of them has a principal and a clerk."""
    run = DemoRun("small", "jinzhong", timezone.localdate(), make_password(None), lambda line: None)
    schools = [
        school
        for kind, count in KINDS.items()
        for school in SchoolFactory.create_batch(count, **({kind: True} if kind else {}))
    ]
    schools_demo._write_facts(schools, run, random.Random(3))
    join(run, "school.principal", schools[0].unit, Role.PRINCIPAL)
    join(run, "school.clerk", schools[0].unit, Role.SCHOOL_CLERK)
    for section in ("planning_finance", "safety_law"):
        join(run, f"{section}.officer", Unit.objects.get(key=section), Role.OFFICER)
    join(run, "140702.reviewer", District.objects.get(code="140702").unit, Role.DISTRICT_REVIEWER)
    demo.seed(run)
    return run


def test_the_season_of_the_trial(seeded):
    by_form = {row.version_of_form.form.code: row for row in Collection.objects.filter(status="issued")}
    basic = by_form[demo.BASIC]
    every = {"draft", "checked", "signed", "district", "section", "returned", "accepted"}
    assert set(basic.returns.values_list("status", flat=True)) == every
    for collection in Collection.objects.all():
        returns = list(collection.returns.exclude(status=ReturnStatus.DRAFT))
        wrong = [one for found in findings_of(returns) for one in found if one.severity == "error"]
        assert wrong == []
        assert all(record.errors == 0 for record in returns if not collection.is_past)
    assert Return.objects.filter(collection=basic, unusual=0, status="section").exists()
    the_sums_agree(basic)
    the_school_with_accounts_has_work(by_form)
    last_month_is_locked_and_somebody_is_missing()
    assert list(disagreements()) == []


def the_sums_agree(basic):
    form = basic.version_of_form.form
    assert Figure.objects.filter(year=basic.year - 1).exists()
    for year in (basic.year - 1, basic.year):
        assert figures.faults(form, year) == []
    past = Return.objects.get(
        collection__is_past=True, school__unit__memberships__user__username="school.clerk"
    )
    now = Return.objects.get(collection=basic, school=past.school)
    assert past.values["pupils.total.total"] != now.values["pupils.total.total"]
    assert past.values.keys() == now.values.keys()


def the_school_with_accounts_has_work(by_form):
    mine = {
        code: Return.objects.get(
            collection=collection, school__unit__memberships__user__username="school.clerk"
        )
        for code, collection in by_form.items()
    }
    assert {code: record.status for code, record in mine.items()} == {
        demo.BASIC: ReturnStatus.RETURNED,
        demo.FUNDS: ReturnStatus.DRAFT,
        demo.SAFETY: ReturnStatus.CHECKED,
    }
    assert mine[demo.BASIC].remarks.count() == 2
    assert mine[demo.FUNDS].remarks.count() == 1
    assert "spending.office.spent" not in mine[demo.FUNDS].values


def last_month_is_locked_and_somebody_is_missing():
    collection = Collection.objects.get(status="locked", is_past=False)
    sent = collection.returns.filter(first_sent_on__isnull=False)
    assert set(sent.values_list("status", flat=True)) == {"locked"}
    assert sent.filter(first_sent_on__gt=collection.due_on).exists()
    missing = collection.returns.filter(first_sent_on=None)
    assert missing.exists()
    assert Reminder.objects.filter(owner_return__collection=collection).count() == missing.count()
    late = missing.get(school=LockException.objects.get().school)
    assert why_locked(late) == ""
