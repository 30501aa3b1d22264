"""Two web servers that share nothing but the database: whoever answers, it is the same portal."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection

from bureau.accounts.models import User
from bureau.workflow import services as workflow
from deploy.stack import Answer, Stack
from tests.factories import news

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.tool("nginx")]

PASSWORD = "CANARY-granite-lantern-47"
LONGEST = 60  # seconds until a page that was withdrawn is out of reach


def database_url() -> str:
    here = connection.settings_dict
    password = f":{here['PASSWORD']}" if here["PASSWORD"] else ""
    return f"postgres://{here['USER']}{password}@{here['HOST']}:{here['PORT'] or 5432}/{here['NAME']}"


@pytest.fixture(scope="module")
def stack(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """On the database of these tests, with its keys; no worker, because nothing here waits for one."""
    stack = Stack(
        database_url=database_url(),
        redis_url="",
        home=tmp_path_factory.mktemp("stack"),
        env={
            "FIELD_KEYS": ",".join(f"{name}:{key}" for name, key in settings.FIELD_KEYS.items()),
            "LOOKUP_KEY": settings.LOOKUP_KEY,
            "STAFF_SECOND_FACTOR": "false",
            "PAGE_GENERATION_SECONDS": "1",
            "PAGE_PROXY_SECONDS": "1",
        },
        server_workers=1,
        with_workers=False,
        prepare=False,
        rate=1000,
        burst=1000,
    )
    (stack.home / "static").mkdir()
    stack.manage("collectstatic", "--no-input", "--verbosity", "0")
    with stack:
        yield stack


class Browser:
    """Keeps cookies, also those for TLS alone, and may turn to either server."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.cookies = stack, SimpleCookie()

    def ask(self, method: str, path: str, server: int, **fields: str) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={cookie.value}" for name, cookie in self.cookies.items())}
        headers |= {"Host": "localhost", "Referer": f"https://localhost{path}"}
        body = urlencode(fields).encode() if fields else None
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self.stack.ask(method, path, server=server, headers=headers, body=body)
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies.load(line)
        return answer

    def post(self, path: str, server: int, *, form_from: int, **fields: str) -> Answer:
        """The form from one server, sent to another."""
        page = self.ask("GET", path, form_from).body.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token
        return self.ask("POST", path, server, csrfmiddlewaretoken=token[1], **fields)


def test_a_person_goes_on_with_the_other_server_and_the_logs_know_nobody(stack, cast):
    encoded = PBKDF2PasswordHasher().encode(PASSWORD, "salt", 1000)
    User.objects.filter(pk=cast.office_clerk.pk).update(password=encoded)
    name = cast.office_clerk.username
    browser = Browser(stack)
    wrong = browser.post("/account/login/", 1, form_from=0, login=name, password=f"{PASSWORD}-wrong")
    assert wrong.status == 200
    right = browser.post("/account/login/", 0, form_from=1, login=name, password=PASSWORD)
    assert right.status == 302, right.body.decode()[:2000]
    for server in (1, 0):
        assert browser.ask("GET", "/desk/", server).status == 200
    assert Browser(stack).ask("GET", "/desk/", 1).status == 302
    browser.post("/account/logout/", 1, form_from=0, go="1")
    assert browser.ask("GET", "/desk/", 0).status == 302

    stack.get("/zh/search/?q=CANARY-WORD")
    stack.get("/zh/CANARY-PATH/")
    stack.ask("POST", "/zh/track/", body=b"number=CANARY-NUMBER&code=CANARY-CODE")
    written = "".join(path.read_text() for path in (stack.home / "logs").iterdir())
    assert '"view": "account_login"' in written
    assert "CANARY" not in written
    assert name not in written
    assert cast.office_clerk.name not in written


def test_a_page_that_was_withdrawn_is_gone_from_both_servers_and_from_nginx_in_time(stack, cast):
    article = news.stored(1)[0]
    path = f"/zh/news/{article.pk}/"
    assert {stack.get(path, server=server).status for server in (0, 1, None)} == {200}
    data = {"withdrawn_reason_zh": "内容有误。", "withdrawn_reason": "It was wrong."}
    workflow.perform(article, "withdraw", by=cast.office_chief, data=data)
    deadline = time.monotonic() + LONGEST
    for server in (0, 1, None):
        while stack.get(path, server=server).status == 200:
            assert time.monotonic() < deadline


def test_a_server_that_is_restarted_costs_nobody_a_page(stack):
    seen: list[int] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            seen.append(stack.get("/account/login/").status)

    asking = threading.Thread(target=ask)
    asking.start()
    for part in stack.web:
        before = len(seen)
        part.stop()
        part.start()
        stack.wait_until_ready()
        while len(seen) < before + 3 and asking.is_alive():
            over.wait(0.01)
    over.set()
    asking.join()
    assert set(seen) == {200}
    assert len(seen) >= 6
