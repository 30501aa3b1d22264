"""No room on the disks: letters are put off in words, exports are made later, a log that takes no line hurts nobody."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.outages.people import signed_in
from tests.outages.portal import NAME, ROLE, Portal
from tests.outages.servers import Answer, Browser, until
from tests.outages.test_database import FORM, says_wait
from tests.sections.office.letters.filling import post, to_the_check

pytestmark = pytest.mark.postgres
LIST = "/desk/office/letters/"
EXPORT = f"{LIST}export/workbook/"
WRITTEN = ("office_letter", "audit_event", "outbox_effect", "deadlines_clock", "notices_notice")
ALWAYS_FULL = Path("/dev/full")


def rows(portal: Portal) -> dict[str, int]:
    return {table: portal.count(table) for table in WRITTEN}


def test_with_the_disk_of_the_database_full_nothing_half_stays_and_reading_goes_on(portal: Portal) -> None:
    browser: Any = Browser(portal.address)
    long = secrets.token_hex(2400)  # cannot be packed into a page that is there already
    clerk = signed_in(portal, "office_clerk")
    portal.until_all_is_done()
    with portal.cluster.full_for(NAME, "office_letter", ROLE):
        check = to_the_check(browser, body=long)
        before = rows(portal)
        answer = post(browser, check, go="send")
        assert says_wait(answer)
        assert b'name="draft"' in answer.content  # what was typed can be sent again
        assert rows(portal) == before
        assert (browser.get(FORM).status_code, clerk.get(LIST).status_code) == (200, 200)
        portal.send_letter()  # what finds room is taken
        assert portal.count("office_letter") == before["office_letter"] + 1
    assert post(browser, check, go="send").status_code in (200, 302)
    assert portal.count("office_letter", f"body = '{long}'") == 1
    portal.tick()
    portal.until_all_is_done()


@pytest.fixture
def by_jobs(portal: Portal) -> Iterator[Portal]:
    """Every export is made by a job."""
    portal.set_up_with(EXPORT_ROWS_AT_ONCE="0")
    yield portal
    portal.set_up_with()


def test_an_export_without_room_is_no_file_and_is_made_when_there_is_some(by_jobs: Portal) -> None:
    portal = by_jobs
    clerk = signed_in(portal, "office_clerk")
    portal.ask("TRUNCATE sheets_resultpiece")  # as if a day had passed over the exports of other tests
    failed = "task = 'jobs.run' AND status = 'waiting' AND attempts > 0"
    with portal.cluster.full_for(NAME, "sheets_resultpiece", ROLE):
        assert clerk.get(EXPORT).status_code == 200
        until(
            lambda: portal.count("outbox_effect", failed), "the export found no room and will be tried again"
        )
        assert portal.count("sheets_resultpiece") == 0
        ((result, made_at),) = portal.ask(
            "SELECT id, made_at FROM sheets_resultfile ORDER BY id DESC LIMIT 1"
        )
        assert made_at is None
        assert clerk.get(f"{EXPORT}{result}/").status_code == 404
        assert clerk.get("/desk/jobs/").status_code == 200
        portal.send_letter()
    portal.ask(f"UPDATE outbox_effect SET due_at = now() WHERE {failed}")
    portal.tick()
    portal.until_all_is_done()
    assert portal.count("outbox_effect", "status = 'dead'") == 0
    assert clerk.get(f"{EXPORT}{result}/").content.startswith(b"PK")


@pytest.fixture
def without_logs(portal: Portal) -> Iterator[Portal]:
    """Web servers and workers write their lines to a device that is always full."""
    logs = [(process, process.log) for process in (portal.web, portal.worker)]
    for process, _log in logs:
        process.log = ALWAYS_FULL
    portal.set_up_with()
    yield portal
    for process, log in logs:
        process.log = log
    portal.set_up_with()


def test_a_full_disk_under_the_logs_costs_no_page_no_letter_and_no_work(without_logs: Portal) -> None:
    portal = without_logs
    before = portal.count("office_letter")
    clerk = signed_in(portal, "office_clerk")
    answers: list[Answer] = [clerk.get(LIST), Browser(portal.address).get("/zh/no-such-page/")]
    assert [answer.status_code for answer in answers] == [200, 404]
    portal.send_letter()
    poison, good = portal.enqueue("t.poison", "no log"), portal.enqueue("t.public", "no log")
    portal.tick()
    portal.until_all_is_done()
    assert portal.count("office_letter") == before + 1
    found = portal.ask(f"SELECT status FROM outbox_effect WHERE id IN ({poison}, {good}) ORDER BY id")
    assert found == [("dead",), ("done",)]
    portal.ask(f"DELETE FROM outbox_effect WHERE id = {poison}")
    portal.ask("DELETE FROM notices_notice WHERE kind = 'jobs.given_up'")
