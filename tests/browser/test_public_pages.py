"""The public pages in a real browser: no sideways scroll, no message, no other host, no axe violation."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ["", "about/duties/", "track/", "help/accessibility/", "privacy/", "sitemap/", "search/", "news/"]
MODES = {
    "light": {},
    "dark": {"portal_mode": "dark"},
    "care": {"portal_mode": "care"},
}


@pytest.fixture(autouse=True)
def as_in_the_demo(settings):
    settings.IS_DEMO = True
    settings.HOTLINE = "0354-0000000"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_home_fits_and_is_silent(visit, request, language, size):
    opened = visit(f"/{language}/", viewport=request.getfixturevalue(size))
    assert not opened.scrolls_sideways()
    assert opened.messages == []
    assert opened.foreign_requests() == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_fits_a_phone_in_care_mode_too(visit, phone, language, page):
    for mode in ("light", "care"):
        opened = visit(f"/{language}/{page}", viewport=phone, cookies=MODES[mode])
        assert not opened.scrolls_sideways(), mode
        assert opened.messages == []


@pytest.mark.parametrize(("language", "mode"), [("zh", "light"), ("en", "dark"), ("zh", "care")])
def test_axe_finds_nothing_on_public_pages(visit, desktop, language, mode):
    for page in PAGES:
        opened = visit(f"/{language}/{page}", viewport=desktop, cookies=MODES[mode])
        assert opened.complaints() == [], page


@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_on_a_phone_and_on_an_error_page(visit, phone, mode):
    for address in ("/zh/", "/en/track/", "/en/nowhere/"):
        opened = visit(address, viewport=phone, cookies=MODES[mode])
        assert opened.complaints() == [], address


@pytest.mark.parametrize(("shell", "mode"), [("", "light"), ("school/", "dark"), ("public/", "care")])
def test_axe_finds_nothing_in_the_style_guide(visit, desktop, shell, mode):
    opened = visit(f"/styleguide/{shell}", viewport=desktop, cookies=MODES[mode])
    assert opened.complaints() == []
    assert opened.messages == []


@pytest.mark.parametrize("shell", ["", "school/", "public/"])
def test_the_style_guide_fits_320_pixels(visit, shell):
    opened = visit(f"/styleguide/{shell}", viewport={"width": 320, "height": 640})
    assert not opened.scrolls_sideways()


def test_the_system_may_ask_for_dark_and_the_reader_may_refuse(visit):
    ground = "getComputedStyle(document.body).backgroundColor"
    assert visit("/en/", scheme="dark").page.evaluate(ground) == "rgb(15, 23, 30)"
    light = visit("/en/", scheme="dark", cookies={"portal_mode": "light"})
    assert light.page.evaluate(ground) == "rgb(244, 246, 248)"


def test_care_mode_works_without_javascript_and_brings_larger_text_and_targets(visit, phone):
    opened = visit("/zh/privacy/", viewport=phone, javascript=False)
    opened.click(opened.page.locator('button[name="mode"][value="care"]').first)
    assert opened.page.url.endswith("/zh/privacy/")
    root = opened.page.locator("html")
    assert root.get_attribute("class") == "care"
    assert root.evaluate("element => getComputedStyle(element).fontSize") == "24px"


def test_the_language_button_shows_the_same_page_and_is_remembered(visit):
    opened = visit("/zh/privacy/", javascript=False)
    opened.click(opened.page.locator('button[name="language"]'))
    assert opened.page.url.endswith("/en/privacy/")
    assert opened.go("/").page.url.endswith("/en/")


def test_the_menu_opens_on_a_phone_without_javascript(visit, phone):
    opened = visit("/en/", viewport=phone, javascript=False)
    entry = opened.page.locator("#nav a").nth(1)
    assert not entry.is_visible()
    opened.page.locator("a.nav-toggle").click()
    assert entry.is_visible()


def test_more_filters_open_on_a_phone_without_javascript(visit, phone):
    opened = visit("/styleguide/", viewport=phone, javascript=False)
    hidden = opened.page.locator("#en-d")
    assert not hidden.is_visible()
    opened.page.locator('section[lang="en"] details.more-f summary').click()
    assert hidden.is_visible()


def test_a_wrong_pair_is_answered_without_javascript_and_the_fields_keep_what_was_typed(visit):
    opened = visit("/en/track/", javascript=False)
    opened.page.locator("#id_number").fill("L2026-999999")
    opened.page.locator("#id_code").fill("WRONG")
    opened.click(opened.page.locator("form.form button"))
    assert opened.page.locator(".errsum").is_visible()
    assert opened.page.title().startswith("Error:")
    assert opened.page.locator("#id_number").input_value()


def test_the_keyboard_reaches_the_content_first(visit):
    opened = visit("/en/")
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.className") == "skip"
    opened.page.keyboard.press("Enter")
    assert opened.page.evaluate("document.activeElement.id") == "main"


def test_targets_are_large_enough_to_hit(visit, phone):
    opened = visit("/en/", viewport=phone)
    small = opened.page.evaluate(
        """[...document.querySelectorAll("a, button, input, summary")]
        .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
        .filter(([, r]) => r.width && r.height && r.right > 0 && r.top > -50 && (r.width < 24 || r.height < 23.5))
        .map(([html]) => html)"""
    )
    assert small == []


def test_dark_pages_print_on_white(visit):
    opened = visit("/en/", cookies={"portal_mode": "dark"})
    opened.page.emulate_media(media="print")
    assert opened.page.evaluate("getComputedStyle(document.body).color") == "rgb(23, 35, 46)"
