"""Two records of one school, one of two records of a person: compared, kept apart, merged; in both languages."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.translation import gettext

from bureau.access.remits import apply_remits
from bureau.charter.choices import Role
from bureau.charter.models import Unit
from bureau.duplicates.life import NO_WAY_BACK
from bureau.workflow.declare import WORKFLOWS
from personnel.models import Teacher, TeacherDuplicate
from schools.models import School, SchoolDuplicate
from tests.cast import person
from tests.factories.duplicates import second_entry, second_record
from tests.factories.schools import SchoolContactFactory
from tests.factories.teachers import TeacherFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CODE = "2114990077"
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])


@pytest.fixture
def chiefs(cast):
    """The two chiefs who merge, found by `signed_in` like anybody else."""
    for section in ("planning_finance", "personnel"):
        setattr(cast, section, person(section, (Unit.objects.get(key=section), Role.CHIEF)))
    return cast


@pytest.fixture
def double(cast):
    found = second_record(cast.school, code=CODE, address="东街2号")
    SchoolContactFactory(school=found, phone="0354-3110009")
    apply_remits(objects=[found])
    return found


def words(language, record, step):
    with translation.override(language):
        return str(WORKFLOWS[record._meta.label_lower].by_name[step].label)


def confirmation(language):
    with translation.override(language):
        return str(NO_WAY_BACK)


def said(language, text):
    with translation.override(language):
        return gettext(text)


@LANGUAGES
def test_a_double_school_is_found_compared_and_merged(chiefs, double, signed_in, language):
    pair = SchoolDuplicate.objects.get()
    chief = signed_in("planning_finance", "/desk/", language=language)
    chief.follow(said(language, "Possible duplicate schools"))
    chief.click(chief.page.locator("#main tbody a").first)
    assert said(language, "same name in the same district") in chief.text()
    assert chief.complaints() == []

    chief.follow(words(language, pair, "merge"), within=chief.page.locator("aside"))
    assert confirmation(language) in chief.text()
    assert chief.complaints() == []
    assert not chief.scrolls_sideways()
    chief.page.locator("input[name=keep][value=first]").check()
    chief.page.locator("input[name=use_address][value=second]").check()
    button = chief.page.locator("#main form button")
    chief.click(button)  # without a reason
    assert chief.page.locator("input[name=use_address][value=second]").is_checked()
    chief.page.locator("textarea[name=reason]").fill("同一所学校")
    chief.click(button)

    kept = School.objects.get(pk=chiefs.school.pk)
    assert (kept.address, kept.contacts.count()) == ("东街2号", 1)
    assert f"/schools/{kept.pk}/" in chief.page.url
    assert CODE in chief.text()
    chief.go(f"/desk/schools/schools/{double.pk}/")
    assert f"/schools/{kept.pk}/" in chief.page.url
    assert all("422" in message for message in chief.messages)  # the form without a reason


@LANGUAGES
def test_two_teachers_of_one_name_are_kept_apart(chiefs, signed_in, language):
    second_entry(TeacherFactory(name="张敏", school=chiefs.school), school=chiefs.other_school)
    pair = TeacherDuplicate.objects.get()
    chief = signed_in("personnel", "/desk/personnel/duplicates/", language=language)
    chief.click(chief.page.locator("#main tbody a").first)
    chief.follow(words(language, pair, "keep_apart"), within=chief.page.locator("aside"))
    chief.page.locator("textarea[name=reason]").fill("两人，已核对证件")
    chief.click(chief.page.locator("#main form button"))
    assert "两人，已核对证件" in chief.text()
    assert not Teacher.objects.filter(merged_into__isnull=False).exists()
    assert chief.messages == []


def test_a_school_user_never_sees_the_queue(chiefs, double, signed_in):
    principal = signed_in("principal", "/school/")
    assert "duplicate" not in principal.page.content().lower()
    assert principal.page.goto(f"http://{principal.host}/desk/schools/duplicates/").status == 403
