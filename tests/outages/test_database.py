"""PostgreSQL stops in the middle of a request, is away, is full, is locked: words, no half letter, and on again."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.outages.portal import NAME, Portal
from tests.outages.servers import Answer, Browser, until
from tests.sections.office.letters.filling import post, to_the_check

pytestmark = pytest.mark.postgres
FORM = "/en/letters/new/"


def says_wait(answer: Answer) -> bool:
    return answer.status_code == 503 and answer.headers["Retry-After"] is not None


def test_stopped_in_the_middle_of_a_letter_nothing_half_stays(portal: Portal) -> None:
    browser: Any = Browser(portal.address)
    check = to_the_check(browser)
    before = portal.count("office_letter")
    holding = portal.cluster.connect(NAME)
    holding.autocommit = False
    holding.cursor().execute(
        "LOCK TABLE audit_event IN ACCESS EXCLUSIVE MODE"
    )  # the letter waits, half written
    answers: list[Answer] = []
    request = threading.Thread(target=lambda: answers.append(post(browser, check, go="send")))
    request.start()
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    until(lambda: portal.ask(waiting)[0][0], "the letter waits in the middle of its transaction")
    portal.cluster.stop()
    request.join()
    assert says_wait(answers[0])
    assert says_wait(browser.get(FORM))  # while it is away
    portal.cluster.start()
    assert browser.get(FORM).status_code == 200  # the first request afterwards
    assert portal.count("office_letter") == before
    portal.send_letter()
    assert portal.count("office_letter") == before + 1
    portal.tick()
    portal.until_all_is_done()  # the workers came back by themselves


def test_with_all_connections_used_up_people_are_asked_to_wait(portal: Portal) -> None:
    portal.ask("ALTER ROLE portal CONNECTION LIMIT 0")
    portal.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'portal'")
    try:
        assert says_wait(Browser(portal.address).get(FORM))
    finally:
        portal.ask("ALTER ROLE portal CONNECTION LIMIT -1")
    assert Browser(portal.address).get(FORM).status_code == 200


def test_a_long_lock_is_not_waited_for_and_what_was_typed_stays(portal: Portal) -> None:
    browser: Any = Browser(portal.address)
    check = to_the_check(browser)
    before = portal.count("office_letter")
    holding = portal.cluster.connect(NAME)
    holding.autocommit = False
    try:
        holding.cursor().execute("LOCK TABLE audit_event IN ACCESS EXCLUSIVE MODE")
        answer = post(browser, check, go="send")
    finally:
        holding.rollback()
        holding.close()
    assert says_wait(answer)
    assert b'name="draft"' in answer.content
    assert portal.count("office_letter") == before
    assert post(browser, check, go="send").status_code in (200, 302)
    assert portal.count("office_letter") == before + 1
