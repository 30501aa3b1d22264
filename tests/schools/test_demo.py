from datetime import date

import pytest
from django.contrib.auth.hashers import make_password

from bureau.accounts.models import User
from bureau.charter import demo as people
from bureau.demo import DemoRun
from bureau.files import storage
from bureau.files.models import Attachment
from bureau.workflow.items import disagreements
from schools import demo
from schools.models import ChangeRequest, Confirmation, District, School, SchoolDuplicate

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(charter_jinzhong):
    run = DemoRun(
        size="small",
        charter="jinzhong",
        today=date.today(),
        password_hash=make_password(None),
        say=lambda line: None,
    )
    people.seed(run)
    demo.seed(run)
    return run


def test_the_trial_has_thirty_schools_in_each_district_and_a_few_more(seeded):
    assert School.objects.count() == 335 + 3  # and three that stand there twice
    assert District.objects.count() == 11
    for school in School.objects.select_related("unit", "school_type", "managed_by"):
        school.full_clean()


def test_no_two_schools_of_the_trial_share_a_name(seeded):
    names = School.objects.values_list("name_zh", flat=True)
    assert len(set(names)) == len(names)


def test_the_trial_has_schools_that_stand_in_the_register_twice(seeded):
    signs = SchoolDuplicate.objects.filter(status="open").values_list("signs", flat=True)
    assert sorted(signs) == [["core"], ["former_name"], ["organisation"]]


def test_the_trial_shows_work_that_waits(seeded):
    assert set(ChangeRequest.objects.values_list("status", flat=True)) == {"open", "review"}
    assert Confirmation.objects.filter(status="asked").count() == 10
    assert not list(disagreements())


def test_the_trial_shows_files_that_say_that_they_are_invented(seeded):
    rows = Attachment.objects.all()
    assert {row.kind for row in rows} == {"approval", "licence", "other", "evidence"}
    for row in rows.filter(file_type="pdf"):
        with storage.read(row.stored_as) as content:
            assert b"INVENTED FOR THE TRIAL" in content.read()
    assert all("虚构" in row.name for row in rows)
    assert rows.filter(withdrawn_at__isnull=False).count() == 1


def test_everybody_whom_the_trial_names_may_sign_in(seeded):
    for account in (*people.ACCOUNTS, *demo.ACCOUNTS):
        assert User.objects.filter(username=account.username, is_active=True).exists()
