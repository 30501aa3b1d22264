"""A school's record: what the school changes at once, what it asks for, what it confirms."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.workflow import services as workflow
from schools.choices import Opinion
from schools.models import ChangeRequest
from schools.services.register import change_school
from tests.cast import SCHOOL
from tests.factories.schools import SchoolContactFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW_NAME = "榆次区演员实验小学"
MAIN_FORM = "#main form"


@pytest.fixture
def contact(cast):
    return SchoolContactFactory(school=cast.school, phone="0354-3110001", kind="office")


@pytest.fixture
def name_request(cast):
    """The school has asked for another name and the district supports it."""
    asked = change_school(
        school=cast.school, values={"name_zh": NEW_NAME}, by=cast.principal, reason="区政府批复更名"
    )
    request = asked.requests[0]
    data = {"opinion": Opinion.SUPPORTS, "opinion_text": ""}
    return workflow.perform(request, "give_opinion", by=cast.district_reviewer, data=data)


def from_inbox(opened, workspace, action):
    """From the inbox to the first record that waits for this; the button says what is to be done."""
    button = opened.go(f"/{workspace}/").page.locator(".box .go a").filter(has_text=action).first
    return opened.click(button)


def test_a_telephone_number_changes_at_once(visit, signed_in, cast, contact):
    principal = signed_in("principal", "/school/", language="zh-hans")
    principal.follow("联系方式")
    principal.click(principal.page.locator("#main tbody a").first)
    principal.click(principal.page.locator("#main, .ph").get_by_role("link", name="修改").first)
    principal.page.locator(f"{MAIN_FORM} input[name=phone]").fill("０３５４ ３１１０００２")
    principal.press("保存", within=principal.page.locator(MAIN_FORM))
    assert "3110002" in principal.text()
    assert principal.messages == []
    visitor = visit(f"/zh/schools/{SCHOOL}/", javascript=False)
    assert "3110002" in visitor.text()
    assert not ChangeRequest.objects.exists()


def test_a_new_name_goes_through_district_and_section_into_the_directory(visit, signed_in, cast):
    principal = signed_in("principal", "/school/", language="zh-hans")
    reviewer = signed_in("district_reviewer", language="zh-hans")
    officer = signed_in("basic_officer", language="zh-hans")
    visitor = visit(javascript=False)

    principal.follow("我的学校")  # a list of one opens itself
    principal.click(principal.page.get_by_role("link", name="修改", exact=True).first)
    principal.page.locator("input[name=name_zh]").fill(NEW_NAME)
    principal.page.locator("textarea[name=reason]").fill("区政府批复更名")
    principal.press("保存", within=principal.page.locator(MAIN_FORM))
    assert "待审批的变更" in principal.text()
    assert NEW_NAME in principal.text()
    assert NEW_NAME not in visitor.go(f"/zh/schools/{SCHOOL}/").text()

    from_inbox(reviewer, "desk", "提出县（区、市）意见")
    assert NEW_NAME in reviewer.text()
    reviewer.take_step("提出县（区、市）意见")
    reviewer.page.locator("input[name=opinion][value=supports]").check()
    reviewer.press("提出县（区、市）意见", within=reviewer.page.locator(MAIN_FORM))

    from_inbox(officer, "desk", "同意并变更信息")
    officer.take_step("同意并变更信息")

    assert NEW_NAME in visitor.go(f"/zh/schools/{SCHOOL}/").text()
    visitor.go("/zh/schools/")
    visitor.page.locator("#q").fill("演员实验")
    visitor.press("搜索", within=visitor.page.locator("#filter"))
    assert NEW_NAME in visitor.text()
    assert "待审批的变更" not in principal.go(f"/school/schools/schools/{cast.school.pk}/").text()
    for opened in (principal, reviewer, officer):
        assert opened.messages == []


def test_a_refusal_tells_the_school_why(signed_in, cast, name_request):
    officer = signed_in("basic_officer")
    from_inbox(officer, "desk", "Accept and change the record")
    officer.take_step("Refuse")
    officer.fill("Reason", "The approval of the district is missing.")
    officer.press("Refuse", within=officer.page.locator(MAIN_FORM))

    principal = signed_in("principal", "/school/notices/")
    principal.click(principal.page.locator(".box .ti").first)
    assert "The approval of the district is missing." in principal.text()
    cast.school.refresh_from_db()
    assert cast.school.name_zh != NEW_NAME


def test_a_school_is_asked_and_confirms_its_details(signed_in, cast):
    officer = signed_in("basic_officer", "/desk/schools/confirmations/")
    officer.click(officer.page.get_by_role("link", name="Add", exact=False).first)
    day = timezone.localdate() + timedelta(days=30)
    officer.page.locator("input[name^=due_on]").first.fill(day.isoformat())
    officer.click(officer.page.locator(f"{MAIN_FORM} button").first)
    assert officer.messages == []

    principal = signed_in("principal")
    from_inbox(principal, "school", "Confirm that the details are right")
    principal.take_step("Confirm that the details are right")
    assert "confirmed" in principal.text()
    assert "All clear" in principal.go("/school/").text()
    assert "confirmed" in officer.go("/desk/schools/confirmations/").text()
