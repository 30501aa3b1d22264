"""The one box and saved views, in both languages, with and without scripts."""

from __future__ import annotations

import re

import pytest

from bureau.access.remits import apply_remits
from tests.factories.schools import SchoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def schools(cast):
    names = ["榆次第一小学", "榆次区第二小学", "实验小学"]
    made = [SchoolFactory(name_zh=name, name="", district=cast.school.district) for name in names]
    apply_remits(objects=made)
    return made


def look_for(opened, text):
    opened.page.locator("header input[name=q]").fill(text)
    opened.click(opened.page.locator("header form[role=search] button"))
    return opened.text()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_clerk_types_two_characters_or_pinyin_initials_into_the_box(signed_in, schools, javascript):
    clerk = signed_in("basic_clerk", "/desk/", language="zh-hans", javascript=javascript)
    assert "榆次第一小学" in look_for(clerk, "ycdyxx")
    assert "榆次区第二小学" not in clerk.text()
    assert "榆次区第二小学" in look_for(clerk, "榆次 第二")
    clerk.click(clerk.page.locator("#main .hits a").first)
    assert "榆次区第二小学" in clerk.page.locator("h1").inner_text()
    assert clerk.messages == []


def test_the_results_read_well_in_both_languages_and_on_a_phone(signed_in, schools, phone):
    for language in ("en", "zh-hans"):
        clerk = signed_in("basic_clerk", "/desk/search/?q=小学", language=language, viewport=phone)
        assert "榆次第一小学" in clerk.text()
        assert not clerk.scrolls_sideways()
        assert clerk.complaints() == []
        assert clerk.foreign_requests() == []


def test_a_principal_who_finds_nothing_reads_why(signed_in, cast, schools):
    principal = signed_in("principal", "/school/")
    assert "Nothing that you may see is found by" in look_for(principal, "榆次第一小学")
    assert (
        str(cast.school.name_zh) in look_for(principal, cast.school.code)
        or "Cast Primary" in principal.text()
    )


def test_a_list_is_saved_passed_on_and_opened_by_a_colleague(signed_in, cast, schools):
    officer = signed_in("basic_officer", "/desk/schools/schools/?tab=open&sort=-code")
    officer.follow("Save this view")
    officer.fill("Name of the view", "Open schools, newest code first")
    officer.page.get_by_label(re.compile("^Everybody in")).first.check()
    officer.press("Save", within=officer.page.locator("#main form"))
    link = re.search(r"/desk/v/\w+/", officer.text()).group()
    assert officer.page.locator(".saved a[aria-current]").inner_text() == "Open schools, newest code first"

    clerk = signed_in("basic_clerk", "/desk/schools/schools/")
    clerk.follow("Open schools, newest code first")
    clerk.page.wait_for_url("**sort=-code**")
    assert "tab=open" in clerk.page.url
    assert clerk.go(link).page.locator("th[aria-sort=descending]").count() == 1

    officer.click(officer.go("/desk/v/").page.locator("#main td a", has_text="Rename"))
    officer.fill("Name of the view", "Newest first")
    officer.press("Save", within=officer.page.locator("#main form"))
    assert "Newest first" in officer.text()
    officer.click(officer.page.locator("#main td button", has_text="Remove"))
    assert "No views yet" in officer.text()
    assert clerk.go(link).page.title().startswith("Page not found")
