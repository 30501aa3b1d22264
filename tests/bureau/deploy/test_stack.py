"""Two web servers that share nothing but the database: whoever answers, it is the same portal."""

from __future__ import annotations

import threading
import time

import pytest

from bureau.workflow import services as workflow
from tests.bureau.deploy.browser import PASSWORD, Browser, with_password
from tests.factories import news

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.tool("nginx")]

LONGEST = 60  # seconds until a page that was withdrawn is out of reach


def test_a_person_goes_on_with_the_other_server_and_the_logs_know_nobody(stack, cast):
    name = with_password(cast.office_clerk)
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
