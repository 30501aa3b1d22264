"""A school asks for another name of a teacher, the district refuses once and accepts once; personnel gives a field away."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bureau.charter.choices import Role
from bureau.charter.models import Unit
from personnel.changes.models import TeacherChange
from personnel.models import Teacher, TeacherFieldOwnership
from tests.cast import person
from tests.factories.teachers import TeacherFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "zh": SimpleNamespace(
        code="zh-hans",
        save="保存",
        refuse="不同意",
        accept="同意并变更信息",
        waiting="待审批的变更",
        why="身份证",
    ),
    "en": SimpleNamespace(
        code="en",
        save="Save",
        refuse="Refuse",
        accept="Accept and change the record",
        waiting="Waiting for a decision",
        why="Identity card",
    ),
}


def ask(school: Any, words: Any, teacher: Teacher, name: str) -> TeacherChange:
    school.go(f"/school/personnel/teachers/{teacher.pk}/edit/")
    school.page.locator("input[name=name]").fill(name)
    school.press(words.save, within=school.page.locator("#main form"))
    assert school.page.locator(".err").count()  # without a reason nothing is asked for
    assert school.page.locator("input[name=name]").input_value() == name
    school.page.locator("textarea[name=reason]").fill(words.why)
    school.press(words.save, within=school.page.locator("#main form"))
    assert words.waiting in school.text() and name in school.text()
    return TeacherChange.objects.get(status="open")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_name_is_asked_for_refused_and_accepted(signed_in, visit, sign_in, cast, language, phone):
    words = WORDS[language]
    teacher = TeacherFactory(school=cast.school, name="王小燕")
    school = signed_in("principal", "/school/", language=words.code)
    district = signed_in("district_reviewer", "/desk/", language=words.code)

    request = ask(school, words, teacher, "王燕")
    district.go(f"/desk/personnel/change-requests/{request.pk}/")
    assert "王小燕" in district.text() and words.why in district.text()
    district.take_step(words.refuse)
    district.page.locator("textarea[name=refusal]").fill("材料不全")
    district.press(words.refuse, within=district.page.locator("#main form"))
    school.go(f"/school/personnel/change-requests/{request.pk}/")
    assert "材料不全" in school.text()

    request = ask(school, words, teacher, "王晓燕")
    district.go(f"/desk/personnel/change-requests/{request.pk}/")
    district.take_step(words.accept)
    assert Teacher.objects.get().name == "王晓燕"
    assert district.complaints() == [] and school.complaints() == []


def test_an_officer_of_personnel_gives_a_field_to_the_kindergartens(visit, sign_in, cast, phone):
    officer = person("personnel_officer", (Unit.objects.get(key="personnel"), Role.OFFICER), language="en")
    desk = visit(viewport=phone)
    sign_in(desk, officer)
    desk.go("/desk/personnel/fields/")
    assert not desk.scrolls_sideways()
    desk.click(desk.page.get_by_role("link", name="Add", exact=False).first)
    desk.page.locator("select[name=field]").select_option("key_level")
    desk.page.locator("select[name=stage]").select_option("preschool")
    desk.page.locator("select[name=keeper]").select_option("school")
    desk.press("Save", within=desk.page.locator("#main form"))
    assert TeacherFieldOwnership.objects.filter(stage="preschool", keeper="school").count() == 1
    assert desk.complaints() == [] and not desk.scrolls_sideways()
