"""A real Chromium on a live server. Where none is found these tests say so; with CI=true that is a failure."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page

from bureau.access import reorganisation
from bureau.accounts.principals import System
from bureau.charter.models import Charter

# Playwright's loop runs in the thread of the test; Django would refuse to touch the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Each page runs axe once and is gone: what the optimising compilers do for it is never earned back (a third).
    "--js-flags=--no-opt --no-maglev",
]
DESKTOP = {"width": 1366, "height": 768}
PATIENCE = 30_000  # milliseconds until a click that finds nothing counts as failed
PHONE = {"width": 360, "height": 740}

# What stands around every page: a visit has axe look into it once for each way in which it shows. Which entry is the
# current one, and where its buttons lead back to, makes no other way.
SHELL = ("body > header", "body > footer", "#side", ".work-foot")
SHELL_AS_SHOWN = """parts => [document.documentElement.lang, document.documentElement.className,
  document.body.className, innerWidth, matchMedia("(prefers-color-scheme: dark)").matches,
  ...[...document.querySelectorAll(parts.join())].map(one => one.outerHTML)
].join("|").replace(/ (aria-current|value)="[^"]*"/g, "")"""
# The rules for which colour and place count. The others see the same as long as the same elements are shown.
AS_DRAWN = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
# Only what is said comes back, for the rest is a hundred times as long. The landmarks of the shell always take part:
# with <html> included axe goes by its rules for whole pages too.
COMPLAINTS = """([known, rules]) => axe.run(
  {include: ["html"], exclude: known.map(part => `${part} > *`)},
  {resultTypes: ["violations"], selectors: false, ...(rules.length ? {runOnly: rules} : {})},
).then(found => found.violations.flatMap(
  one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 200)}`)))"""


@pytest.fixture(scope="session", autouse=True)
def chromium() -> str:
    if CHROMIUM is None:
        message = "no Chromium found: install the Debian package chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return CHROMIUM


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str) -> dict[str, Any]:
    return {"executable_path": chromium, "args": FLAGS, "headless": True}


@dataclass
class Visit:
    """A page with everything that the browser said and asked for."""

    page: Page
    host: str
    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    clicks: int = 0
    shells: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)

    def foreign_requests(self) -> list[str]:
        return [
            url
            for url in self.requests
            if urlsplit(url).scheme != "data" and urlsplit(url).netloc != self.host
        ]

    def scrolls_sideways(self) -> bool:
        return bool(
            self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        )

    def complaints(self, rules: tuple[str, ...] = ()) -> list[str]:
        """What axe finds by these rules (none: by all), as short lines; in the shell only what was not looked at yet.

        The page must run scripts: without them axe waits for ever.
        """
        self.bring_axe()
        shell = self.page.evaluate(SHELL_AS_SHOWN, SHELL)
        is_known = not self.shells.isdisjoint({(shell, rules), (shell, ())})
        found: list[str] = self.page.evaluate(COMPLAINTS, [SHELL if is_known else (), rules])
        self.shells.add((shell, rules))
        return found

    def bring_axe(self) -> None:
        if not self.page.evaluate("Boolean(window.axe)"):  # a page keeps it until the next address
            self.page.evaluate(AXE_SCRIPT)

    def text(self) -> str:
        return self.page.locator("#main").inner_text()

    def press(self, name: str, *, role: Any = "button", within: Locator | None = None) -> Visit:
        """Click what carries exactly this name, and count it."""
        return self.click((within or self.page).get_by_role(role, name=name, exact=True))

    def click(self, target: Locator) -> Visit:
        """Click, count it, and wait for the page that follows: what is read at once must find it whole."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            target.click()
        self.clicks += 1
        return self

    def take_step(self, name: str) -> Visit:
        """The step beside the record: a button, or a link where it has a page of its own."""
        acts = self.page.locator("aside section[aria-labelledby=acts]")
        by_role = [acts.get_by_role(role, name=name, exact=True) for role in ("button", "link")]
        return self.click(by_role[0].or_(by_role[1]))

    def follow(self, name: str, *, within: Locator | None = None) -> Visit:
        return self.press(name, role="link", within=within)

    def fill(self, label: str, value: str) -> Visit:
        self.box(label).fill(value)
        return self

    def box(self, label: str) -> Locator:
        """The field with this label, optional or not."""
        return self.page.get_by_label(re.compile(rf"^{re.escape(label)}( ?[(（].*[)）])?$"))

    def go(self, path: str) -> Visit:
        self.page.goto(f"http://{self.host}{path}")
        return self


Opener = Callable[..., Visit]


class Contexts:
    """Browser contexts that outlive the test: a new one costs three quarters of a second, most of it for its process.

    The first page of each stays open on a picture and keeps the process; a visit gets a page of its own beside it.
    """

    def __init__(self, browser: Browser, origin: str) -> None:
        self._browser, self._origin = browser, origin
        self._free: dict[bool, list[BrowserContext]] = {True: [], False: []}

    def take(self, *, javascript: bool) -> BrowserContext:
        if self._free[javascript]:
            return self._free[javascript].pop()
        context = self._browser.new_context(viewport=DESKTOP, java_script_enabled=javascript)
        context.set_default_timeout(PATIENCE)
        context.new_page().goto(f"{self._origin}{settings.STATIC_URL}img/hero.svg")
        return context

    def give_back(self, context: BrowserContext, *, javascript: bool) -> None:
        """Leave nothing of the visit: pages, cookies, what the pages stored, what the browser kept of them."""
        try:
            first, *others = context.pages
            for page in others:
                page.close()
            context.set_offline(False)
            context.clear_cookies()
            protocol = context.new_cdp_session(first)
            protocol.send("Storage.clearDataForOrigin", {"origin": self._origin, "storageTypes": "all"})
            protocol.send("Network.clearBrowserCache")
            protocol.detach()
        except Error:  # its process has crashed: the next visit gets a new one
            context.close()
        else:
            self._free[javascript].append(context)


@pytest.fixture(scope="session")
def contexts(browser: Browser, live_server: Any) -> Contexts:
    return Contexts(browser, live_server.url)


@pytest.fixture
def visit(contexts: Contexts, live_server: Any) -> Iterator[Opener]:
    """visit("/zh/", viewport=PHONE, javascript=False, cookies={"portal_mode": "care"}) → Visit"""
    taken: list[tuple[BrowserContext, bool]] = []

    def open_page(
        path: str = "",
        *,
        viewport: dict[str, int] | None = None,
        javascript: bool = True,
        cookies: dict[str, str] | None = None,
        scheme: Any = "light",
    ) -> Visit:
        context = contexts.take(javascript=javascript)
        taken.append((context, javascript))
        context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in (cookies or {}).items()
            ]
        )
        found = Visit(context.new_page(), urlsplit(live_server.url).netloc)
        if viewport not in (None, DESKTOP):
            found.page.set_viewport_size(viewport)
        if scheme != "light":
            found.page.emulate_media(color_scheme=scheme)
        found.page.on("console", lambda message: found.messages.append(message.text))
        found.page.on("pageerror", lambda error: found.messages.append(str(error)))
        found.page.on("request", lambda request: found.requests.append(request.url))
        return found.go(path) if path else found

    yield open_page
    for context, javascript in taken:
        contexts.give_back(context, javascript=javascript)


@pytest.fixture
def desktop() -> dict[str, int]:
    return DESKTOP


@pytest.fixture
def phone() -> dict[str, int]:
    return PHONE


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Visit, Any], Client]:
    """Carry a signed-in session into the browser: sign_in(visit(), user)."""

    def carry(opened: Visit, user: Any) -> Client:
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.cookies["sessionid"].value
        opened.page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return client

    return carry


@pytest.fixture
def on_chart(cast: Any) -> Callable[[str], None]:
    """on_chart("compact"): the bureau of the cast under another organisation chart, its people moved along."""

    def load(name: str) -> None:
        if Charter.objects.latest("pk").key != name:
            reorganisation.load(reorganisation.read(name), by=System("chart of a walk"))

    return load


@pytest.fixture
def signed_in(visit: Opener, sign_in: Callable[[Visit, Any], Client], cast: Any) -> Opener:
    """signed_in("principal", "/school/", viewport=…) → Visit"""

    def open_as(name: str, path: str = "", *, language: str = "en", **options: Any) -> Visit:
        person = getattr(cast, name)
        person.language = language
        person.save(update_fields=["language"])
        opened = visit(**options)
        sign_in(opened, person)
        return opened.go(path) if path else opened

    return open_as
