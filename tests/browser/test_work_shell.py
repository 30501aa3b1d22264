"""The work shells in a real browser, signed in."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("who", "path", "language"), [("office_clerk", "/desk/", "zh-hans"), ("principal", "/school/", "en")]
)
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_first_page_fits_and_is_silent(signed_in, request, who, path, language, size):
    opened = signed_in(who, path, language=language, viewport=request.getfixturevalue(size))
    assert not opened.scrolls_sideways()
    assert opened.messages == []
    assert opened.foreign_requests() == []
    assert opened.complaints() == []


def test_each_workspace_says_in_words_which_one_it_is(signed_in):
    opened = signed_in("principal", "/school/")
    assert opened.page.locator(".ws").inner_text() == "School workspace"


def test_the_language_switch_works_without_javascript_and_stays(signed_in, cast):
    opened = signed_in("office_clerk", "/desk/", javascript=False)
    opened.click(opened.page.locator("button.lang"))
    assert opened.page.locator("html").get_attribute("lang") == "zh-Hans"
    cast.office_clerk.refresh_from_db()
    assert cast.office_clerk.language == "zh-hans"


def test_signing_out_is_one_button(signed_in):
    opened = signed_in("office_clerk", "/desk/", javascript=False)
    opened.click(opened.page.locator(".tools").get_by_role("button", name="Sign out"))
    assert opened.go("/desk/").page.locator(".ws").count() == 0


def test_the_side_menu_opens_on_a_phone_without_javascript(signed_in, phone):
    opened = signed_in("office_clerk", "/desk/", viewport=phone, javascript=False)
    entry = opened.page.locator("#side a").first
    assert not entry.is_visible()
    opened.page.locator("a.nav-toggle").click()
    assert entry.is_visible()
