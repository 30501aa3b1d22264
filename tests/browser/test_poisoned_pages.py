"""Every text of the house says what a browser would run, and a real browser opens the pages and listens.

`tests/attacks/test_poisoned_texts.py` reads what is sent; here is seen what becomes of it: no rule of the page (CSP) is
broken, no script of the text runs, no dialog opens, no other host is asked, no element of the text stands on the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Error

from bureau.pages.pagesets import mounted
from schools.returns.models import FormVersion
from sections.office.news.models import Article
from tests.attacks.test_poisoned_texts import poison, seer
from tests.attacks.walking import addresses, one_of_each_view, signed_in
from tests.browser.conftest import Opener, Visit
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Each ends an attribute and a script, brings an element, asks another host, and runs at once where it may.
TEXTS = (
    "'\"></script><img src=//canary.invalid/x onerror=c()>",
    "'\"></script><svg onload=c()><canary>{{7*7}}",
)
# What the browser tells; `c` is what the texts call.
LISTENING = """
window.c = () => console.error("RAN");
document.addEventListener("securitypolicyviolation",
  broken => console.error(`BROKEN ${broken.effectiveDirective} ${broken.blockedURI}`));
"""
OF_THE_TEXT = "document.querySelectorAll('canary, [onload], [onerror], [src*=\"canary.invalid\"]').length"
# Of a record all of these, for their templates put the same text in different places.
KINDS = ("detail", "print", "edit", "history")


@dataclass
class Ear:
    """What was heard, each with the page on which it was."""

    opened: Visit
    heard: list[str] = field(default_factory=list)
    met: int = 0
    seen: int = 0

    def __post_init__(self) -> None:
        self.opened.page.add_init_script(LISTENING)
        self.opened.page.on("dialog", lambda dialog: (self.heard.append(dialog.message), dialog.dismiss()))

    def go(self, where: str) -> None:
        try:
            answer = self.opened.page.goto(f"http://{self.opened.host}{where}")
        except Error as fault:
            if "Download is starting" in fault.message or "ERR_ABORTED" in fault.message:  # a file, no page
                return
            raise
        assert answer is not None and answer.status < 500, where
        self.seen += 1
        self.met += "canary" in self.opened.page.content()
        self.listen(where)

    def listen(self, where: str) -> None:
        """What the browser said since; a missing picture of our own is no broken rule."""
        told = [one for one in self.opened.messages if not one.startswith("Failed to load resource")]
        told += [f"asked {url}" for url in self.opened.foreign_requests()]
        made = self.opened.page.evaluate(OF_THE_TEXT)
        told += [f"{made} elements of the text"] if made else []
        self.heard += [f"{where}: {one}" for one in told]
        self.opened.messages.clear()
        self.opened.requests.clear()


@pytest.fixture
def poisoned(furnished: Cast) -> Cast:
    took = poison(TEXTS)
    # Without these the walk could not fail.
    assert {
        "schools.school.name_zh",
        "personnel.teacher.name",
        "office.letter.title",
        "office.letter.sender_name",
        "office.article.title_zh",
        "files.attachment.name",
    } <= set(took), sorted(took)
    return furnished


@pytest.fixture
def ear(visit: Opener) -> Ear:
    return Ear(visit())


def pages_of_registers(cast: Cast) -> Iterator[tuple[Any, str]]:
    """(who sees most of it, address): the list of every register, and in turn one of the pages of its newest record."""
    for place, (workspace, pageset) in enumerate(mounted()):
        user = seer(workspace, pageset, cast)
        yield user, reverse(pageset.url_name(workspace, "list"))
        record = pageset.queryset(user, "view").order_by("-pk").first()
        if record is None:
            continue
        others = [kind for kind in KINDS[1:] if kind != "edit" or "edit" in pageset.kinds()]
        for kind in ("detail", others[place % len(others)]):
            yield user, reverse(pageset.url_name(workspace, kind), args=[record.pk])
    yield cast.office_clerk, f"/desk/office/articles/{Article.objects.latest('pk').pk}/preview/"
    for version in FormVersion.objects.order_by("-pk")[:1]:
        yield cast.personnel_clerk, f"/desk/schools/form-versions/{version.pk}/preview/"


def carry(ear: Ear, user: Any) -> None:
    """The session of somebody whose password was just confirmed."""
    session = signed_in(user).cookies["sessionid"].value
    ear.opened.page.context.add_cookies(
        [{"name": "sessionid", "value": session, "url": f"http://{ear.opened.host}"}]
    )


def test_no_page_of_any_register_runs_what_was_typed(poisoned: Cast, ear: Ear) -> None:
    def by_person(one: tuple[Any, str]) -> int:
        return int(one[0].pk)

    for _key, pages in groupby(sorted(pages_of_registers(poisoned), key=by_person), key=by_person):
        for place, (user, where) in enumerate(pages):
            if place == 0:
                carry(ear, user)
            ear.go(where)
    assert ear.heard == [], "\n".join(ear.heard[:20])
    assert ear.seen > 100 and ear.met > 50, (ear.seen, ear.met)


def test_no_public_page_runs_what_was_typed(poisoned: Cast, ear: Ear) -> None:
    walk = [one for one in addresses(most=2) if one.startswith(("/zh/", "/en/"))]
    for where in [*one_of_each_view(walk), "/zh/schools/?q=canary", "/zh/search/?q=canary"]:
        ear.go(where)
    assert ear.heard == [], "\n".join(ear.heard[:20])
    assert ear.seen > 20 and ear.met > 2, (ear.seen, ear.met)


# -- the listener hears what it listens for ---------------------------------------------------------------


@pytest.mark.parametrize("wanted", ["BROKEN script-src-attr", "BROKEN img-src"])
def test_a_text_that_stood_on_a_page_as_it_was_typed_would_be_heard(
    cast: Cast, ear: Ear, wanted: str
) -> None:
    """On a page with the rules of the portal, which hold it back."""
    ear.go("/en/")
    with ear.opened.page.expect_event("console", lambda message: wanted in message.text):
        ear.opened.page.evaluate("text => document.body.insertAdjacentHTML('beforeend', text)", TEXTS[0])
    ear.listen("here")
    assert [one for one in ear.heard if wanted in one] and "here: 1 elements of the text" in ear.heard
    assert not [one for one in ear.heard if "RAN" in one]


def test_a_text_that_ran_would_be_heard(ear: Ear) -> None:
    """On a page without any rule."""
    page = f"<!doctype html><p title='{TEXTS[1]}<script>alert('said')</script>"
    ear.opened.page.route("**/bare/", lambda route: route.fulfill(body=page, content_type="text/html"))
    with ear.opened.page.expect_event("console", lambda message: message.text == "RAN"):
        ear.go("/bare/")
    assert "said" in ear.heard and "/bare/: RAN" in ear.heard
