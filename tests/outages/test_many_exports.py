"""Ten people take a long list away at once: each one file at a time, by a worker that stays small, beside everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from signal import SIGCONT, SIGSTOP

import pytest

from tests.outages.furnish import COLLEAGUES
from tests.outages.people import signed_in
from tests.outages.portal import Portal
from tests.outages.servers import Browser, until

pytestmark = pytest.mark.postgres
ROWS = 2000
MOST_MEMORY = 300 * 1024  # KiB of one worker process: row E4 of docs/security.md
LIST = "/desk/office/letters/"
EXPORT = f"{LIST}export/workbook/"
COPIED = "Row of a long list"
NAMES = ", ".join(f"'{name}'" for name in COLLEAGUES)
PEOPLE = f"SELECT id FROM accounts_user WHERE username IN ({NAMES})"
THEIRS = f"kind = 'pages.export' AND owner_id IN ({PEOPLE})"
OPEN = f"{THEIRS} AND status IN ('waiting', 'running')"
COLUMNS = """
    SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
    WHERE table_name = 'office_letter' AND column_name NOT IN ('id', 'number', 'title')
"""


@pytest.fixture
def long_list(portal: Portal) -> Iterator[Portal]:
    """A list that is always exported by a job, and ten colleagues of the office who may take it away."""
    portal.send_letter()
    ((columns,),) = portal.ask(COLUMNS)
    portal.ask(
        f"INSERT INTO office_letter (number, title, {columns}) SELECT 'ROW-' || n, '{COPIED}', {columns}"
        f" FROM (SELECT * FROM office_letter ORDER BY id DESC LIMIT 1) AS one, generate_series(1, {ROWS}) AS n"
    )
    portal.ask(
        "INSERT INTO charter_membership (user_id, unit_id, role, since) SELECT colleague.id, unit_id, role, since"
        " FROM accounts_user colleague, charter_membership JOIN accounts_user clerk ON clerk.id = user_id"
        f" WHERE clerk.username = 'office_clerk' AND colleague.username IN ({NAMES})"
    )
    portal.set_up_with(EXPORT_ROWS_AT_ONCE=str(ROWS // 2))
    yield portal
    portal.ask(f"DELETE FROM office_letter WHERE title = '{COPIED}'")
    portal.ask(f"DELETE FROM charter_membership WHERE user_id IN ({PEOPLE})")
    portal.set_up_with()


def most_memory_of_children(pid: int) -> int:
    """The highest that any process below has held so far, in KiB."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    assert children
    found = [re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{child}/status").read_text()) for child in children]
    return max(int(one[1]) for one in found if one)


def test_ten_people_export_a_long_list_and_others_read_on(long_list: Portal) -> None:
    portal = long_list
    people = [signed_in(portal, name) for name in COLLEAGUES]
    portal.worker.signal(SIGSTOP)  # all ten wait together
    for person in people:
        assert person.get(EXPORT).status_code == 200
        assert person.get(EXPORT).status_code == 200  # once more: what was asked first is still being made
    assert portal.ask(f"SELECT count(*), count(DISTINCT owner_id) FROM jobs_job WHERE {OPEN}") == [(10, 10)]
    portal.worker.signal(SIGCONT)
    until(lambda: portal.count("jobs_job", f"{THEIRS} AND status = 'running'"), "one has begun")
    pages = [people[0].get(LIST), Browser(portal.address).get("/en/letters/new/")]
    assert [page.status_code for page in pages] == [200, 200]
    portal.send_letter()
    assert portal.count("jobs_job", OPEN) > 0  # they were still being made beside it
    portal.until_all_is_done()
    assert portal.ask(f"SELECT status, count(*) FROM jobs_job WHERE {THEIRS} GROUP BY status") == [
        ("done", 10)
    ]
    whole = f"made_at IS NOT NULL AND row_count > {ROWS} AND owner_id IN ({PEOPLE})"
    assert portal.count("sheets_resultfile", whole) == len(people)
    assert portal.worker.process
    assert most_memory_of_children(portal.worker.process.pid) < MOST_MEMORY
