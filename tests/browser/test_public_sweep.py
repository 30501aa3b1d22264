"""Every public page as a visitor may have it: both languages, four widths, light, dark and care mode."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from urllib.parse import quote

import pytest
from django.utils import timezone

from bureau.public.publishing import public_changed
from bureau.workflow import services as workflow
from schools.returns.services.shipped import load_forms
from sections.office.letters.loaders import load_privacy_texts
from sections.office.letters.models import PrivacyText
from tests.attacks.route_table import routes_now
from tests.browser.conftest import AS_DRAWN, Opener, Visit
from tests.cast import SCHOOL, Cast
from tests.factories import answers, consultations, letter_figures, news, policies

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = (320, 360, 820, 1366)
MODES = ("light", "dark", "care")
TITLE = "关于拟认定高级教师职称人员的公示"
SHARES = 2  # the pages are looked at in so many goes, for two machines to share
# Not pages, or pages that come only after a step: the test named walks there.
ELSEWHERE = {
    "answers/feed/": "a feed",
    "columns/<slug:key>/<str:form>/": "a feed",
    "files/<int:pk>/": "a file",
    "letters/files/<int:pk>/": "a file",
    "news/feed/": "a feed",
    "preview/<str:secret>/": "test_news_walk",
    "preview/<str:secret>/picture/<int:pk>/": "a file",
    "track/leave/": "a button",
    "track/status/": "test_letter_walk",
    "your-data/": "test_letter_walk",
}

# Which elements are shown, in their order.
SHOWN = """() => [...document.body.querySelectorAll("*")].map(
  one => Number(one.checkVisibility({visibilityProperty: true, opacityProperty: true}))).join("")"""


@pytest.fixture
def published(cast: Cast) -> dict[str, list[str]]:
    """Something of everything that the public may read: the addresses with their converters, filled."""
    article, document, answer = news.published(cast), policies.published(cast), answers.published(cast)
    until = timezone.localdate() + timedelta(days=6)
    column = news.column("public-notices")
    notice = news.stored(1, column=column, title_zh=TITLE, title="", objections_until=until)[0]
    public_changed(notice)  # written past the signals
    consultation = consultations.opened(cast)
    month = date(2026, 3, 1)
    for _letter in range(7):
        letter_figures.answered(month, month.replace(day=11), month.replace(day=28), unit="basic")
    workflow.perform(letter_figures.report(month), "release", by=cast.office_chief)
    load_forms()
    load_privacy_texts()
    return {
        "answers/<str:number>/": [f"answers/{answer.number}/"],
        "channels/<slug:key>/": ["channels/services/", "channels/open/"],
        "columns/<slug:key>/": ["columns/public-notices/"],
        "consultations/<int:pk>/": [f"consultations/{consultation.pk}/"],
        "consultations/<int:pk>/opinion/": [f"consultations/{consultation.pk}/opinion/"],
        "forms/<slug:code>/": ["forms/basic_statistics/"],
        "letters/figures/<slug:month>/": ["letters/figures/2026-03/"],
        "news/<int:pk>/": [f"news/{article.pk}/", f"news/{notice.pk}/"],
        "open/documents/<int:pk>/": [f"open/documents/{document.pk}/"],
        "schools/<str:code>/": [f"schools/{SCHOOL}/"],
        "your-data/texts/<int:pk>/": [f"your-data/texts/{PrivacyText.objects.earliest('valid_from').pk}/"],
        "search/": ["search/", "search/?q=教师", "search/?q=没有这个词"],
    }


def pages(published: dict[str, list[str]]) -> list[str]:
    """Every public page, after its language; an address that nobody has named here is looked for as it stands."""
    routes = [route.removeprefix("/en/") for route, _rule in routes_now() if route.startswith("/en/")]
    return [page for route in routes if route not in ELSEWHERE for page in published.get(route, [route])]


def look_at(opened: Visit, address: str) -> Iterator[str]:
    answer = opened.page.goto(f"http://{opened.host}{address}")
    if answer is None or answer.status != 200 or not opened.page.url.endswith(quote(address, safe="/?=")):
        yield f"answered {answer and answer.status} from {opened.page.url}"
        return
    shown: set[str] = set()
    for width, mode in product(WIDTHS, MODES):
        if mode == MODES[0]:
            opened.page.set_viewport_size({"width": width, "height": 800})
        opened.page.evaluate("mode => { document.documentElement.className = mode }", mode)
        yield from (f"{width} {mode}: {fault}" for fault in faults_of(opened, shown))


def faults_of(opened: Visit, shown: set[str]) -> list[str]:
    """In one width and mode: every rule where elements come or go, else those for which colour and place count."""
    elements = opened.page.evaluate(SHOWN)
    faults = opened.complaints(AS_DRAWN if elements in shown else ())
    shown.add(elements)
    return [*(["scrolls sideways"] if opened.scrolls_sideways() else []), *faults]


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_public_page_fits_is_silent_and_open_to_everybody(
    visit: Opener, published: dict[str, list[str]], language: str, share: int
) -> None:
    """With axe at every width and in every mode: by every rule for each set of elements that a page shows there.

    A page is loaded once: its text is the same in each mode but for the buttons that change the mode, which
    test_public_pages looks at as the server sends them.
    """
    opened = visit(viewport={"width": WIDTHS[-1], "height": 800})
    # Without transitions: a colour half way to the next mode would be measured.
    opened.page.emulate_media(reduced_motion="reduce")
    found = pages(published)
    assert len(found) > 30
    faults = [
        f"/{language}/{page}: {fault}"
        for page in found[share::SHARES]
        for fault in look_at(opened, f"/{language}/{page}")
    ]
    assert faults == [], "\n".join(faults)
    assert opened.messages == []
    assert opened.foreign_requests() == []
