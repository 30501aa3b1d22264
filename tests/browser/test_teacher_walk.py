"""A Monday with the register of teachers: personnel, a principal, a district."""

from __future__ import annotations

import pytest

from bureau.charter.choices import Role
from bureau.charter.models import Unit
from personnel.models import Teacher
from personnel.transfers.models import Transfer
from tests.cast import person
from tests.factories.teachers import TeacherFactory, resident_number

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MAIN_FORM = "#main form"


@pytest.fixture
def teachers(cast):
    """Two at the cast's school, one of them without a document, and one in another district."""
    return {
        "wang": TeacherFactory(school=cast.school, name="王小燕", phone="13900001234"),
        "zhao": TeacherFactory(school=cast.school, name="赵志强", id_kind="none"),
        "li": TeacherFactory(school=cast.other_school, name="李丽华"),
    }


def day(opened, name, value):
    """A day is typed in one box or in three."""
    boxes = opened.page.locator(f"{MAIN_FORM} input[name^={name}]:visible")
    parts = [value] if boxes.count() == 1 else value.split("-")
    for place, part in enumerate(parts):
        boxes.nth(place).fill(part)


def act(opened, name):
    return opened.take_step(name)


def save(opened, name="Save"):
    return opened.press(name, within=opened.page.locator(MAIN_FORM))


def names(opened):
    return opened.page.locator("#main tbody").inner_text()


def test_a_personnel_clerk_finds_who_has_no_document_and_enters_it(signed_in, cast, teachers):
    clerk = signed_in("personnel_clerk", "/desk/")
    clerk.follow("Teachers")
    assert all(one.name in names(clerk) for one in teachers.values())
    clerk.go("/desk/personnel/teachers/?document=none")
    assert "赵志强" in names(clerk) and "王小燕" not in names(clerk)
    clerk.follow("赵志强")
    clerk.follow("Edit")
    clerk.page.locator("select[name=new_id_kind]").select_option("resident")
    wrong = resident_number(333)[:-1] + "?"
    clerk.page.locator("input[name=document]").fill(wrong)
    save(clerk)
    assert "17 digits" in clerk.text()
    assert clerk.page.locator("input[name=document]").input_value() == wrong
    clerk.page.locator("input[name=document]").fill(resident_number(333))
    save(clerk)
    assert "*" * 16 + resident_number(333)[-2:] in clerk.text()
    assert resident_number(333) not in clerk.page.content()
    teachers["zhao"].refresh_from_db()
    assert teachers["zhao"].id_number == resident_number(333)
    assert [one for one in clerk.messages if "422" not in one] == [] and clerk.foreign_requests() == []


def test_a_principal_keeps_the_roster(signed_in, cast, teachers):
    principal = signed_in("principal", "/school/")
    principal.follow("Our teachers")
    assert "王小燕" in names(principal) and "李丽华" not in names(principal)
    principal.click(principal.page.get_by_role("link", name="Add", exact=False).first)
    form = principal.page.locator(MAIN_FORM)
    form.locator("input[name=name]").fill("孙慧敏")
    form.locator("select[name=sex]").select_option("female")
    day(principal, "born_on", "1985-06-09")
    form.locator("select[name=id_kind]").select_option("resident")
    form.locator("input[name=document]").fill(resident_number(222))
    form.locator("select[name=subject]").select_option(label="Mathematics")
    form.locator("select[name=hiring_form]").select_option(index=1)
    day(principal, "since", "2026-09-01")
    save(principal)
    added = Teacher.objects.get(name="孙慧敏")
    assert added.main_post.school == cast.school and "孙慧敏" in principal.page.content()

    act(principal, "Note an award")
    day(principal, "on", "2026-09-10")
    principal.page.locator("input[name=award]").fill("优秀教师")
    save(principal, "Note an award")
    assert "优秀教师" in principal.text()
    assert principal.complaints() == []
    assert principal.messages == []


def test_a_teacher_moves_from_one_school_to_the_other(signed_in, visit, sign_in, cast, teachers):
    other = signed_in("other_principal", "/school/")
    other.follow("Transfers")
    other.click(other.page.get_by_role("link", name="Add", exact=False).first)
    form = other.page.locator(MAIN_FORM)
    form.locator("input[name=teacher_number]").fill(teachers["wang"].number)
    form.locator("input[name=teacher_name]").fill("王小燕")
    form.locator("input[name=school]").fill(cast.other_school.code)
    form.locator("select[name=stage]").select_option("primary")
    day(other, "on", "2030-09-01")
    form.locator("textarea[name=grounds]").fill("A vacancy in Chinese")
    save(other)
    assert "王小燕" in other.text()

    principal = signed_in("principal", "/school/")
    principal.click(principal.page.locator(".box .go a").filter(has_text="Agree to the transfer").first)
    act(principal, "Agree to the transfer")
    save(principal, "Agree to the transfer")

    officer = person("personnel_officer", (Unit.objects.get(key="personnel"), Role.OFFICER), language="en")
    desk = visit()
    sign_in(desk, officer)
    desk.click(desk.go("/desk/").page.locator(".box .go a").filter(has_text="Approve the transfer").first)
    act(desk, "Approve the transfer")
    save(desk, "Approve the transfer")
    assert Transfer.objects.get().status == "approved"
    assert [post.school for post in teachers["wang"].posts.order_by("since")] == [
        cast.school,
        cast.other_school,
    ]
    other.go("/school/").follow("Our teachers")
    assert "王小燕" in names(other)
    for opened in (other, principal, desk):
        assert opened.messages == []


def test_a_district_reviewer_looks_and_changes_nothing(signed_in, cast, teachers, phone):
    reviewer = signed_in("district_reviewer", "/desk/personnel/teachers/", viewport=phone)
    assert "王小燕" in names(reviewer) and "李丽华" not in names(reviewer)
    assert not reviewer.scrolls_sideways()
    reviewer.follow("王小燕")
    text = reviewer.text()
    assert "Posts" in text and "139****1234" in text
    assert not reviewer.page.get_by_role("link", name="Edit", exact=True).count()
    assert not reviewer.page.locator("#acts").count()
    assert teachers["wang"].id_number not in reviewer.page.content()
    assert reviewer.complaints() == []
