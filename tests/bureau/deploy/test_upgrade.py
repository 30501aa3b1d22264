"""A new release's migrations while the release before it serves: nobody loses a page, and it can be taken back."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, models
from django.db.migrations import AddField, Migration
from django.db.migrations.loader import MigrationLoader
from django.db.models import F

from bureau.migrating import AddIndexBeside, Fill
from bureau.migration_rules import faults_of
from sections.office.letters.models import Letter
from tests.bureau.deploy.browser import Browser, Writer
from tests.factories.letters import sent
from tests.sections.office.letters.filling import code_on, post, to_the_check

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.tool("nginx")]

LETTERS = 50
READERS = 4  # of either sort, before two servers with a process each
INDEX = models.Index(fields=["said"], name="office_letter_said")


def migration(name: str, *operations: Any, atomic: bool = True) -> Migration:
    found = Migration(name, "office")
    found.operations, found.atomic = list(operations), atomic
    return found


EXPAND = [
    migration("9001_said", AddField("letter", "said", models.CharField(max_length=300, null=True))),
    migration(
        "9002_said",
        Fill("letter", "said", F("title"), batch=20),
        AddIndexBeside("letter", INDEX),
        atomic=False,
    ),
]


class Traffic:
    """A writer, and so many readers that the servers are never idle: they answer as many as they can, until told to
    stop. `statuses` of all pages; `codes` of the letters taken."""

    def __init__(self, stack: Any, clerk: Any) -> None:
        self.stack, self.over = stack, threading.Event()
        self.statuses: list[int] = []
        self.codes: list[str] = []
        self.faults: list[BaseException] = []
        self.reader = Browser(stack)
        self.reader.sign_in(clerk)
        self.threads = [
            threading.Thread(target=self._guarded, args=(act,))
            for act in (*[self._read_letters, self._read_pages] * READERS, self._write)
        ]

    def __enter__(self) -> Traffic:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _guarded(self, act: Any) -> None:
        try:
            while not self.over.is_set():
                act()
        except BaseException as fault:
            self.faults.append(fault)

    def _read_letters(self) -> None:
        self.statuses.append(self.reader.ask("GET", "/desk/office/letters/", len(self.statuses) % 2).status)

    def _read_pages(self) -> None:
        self.statuses.append(self.stack.get("/en/letters/new/").status)

    def _write(self) -> None:
        writer: Any = Writer(self.stack)
        page = post(writer, to_the_check(writer), go="send")
        self.statuses.append(page.status_code)
        self.codes.append(code_on(page))

    def until_more(self, letters: int) -> None:
        """So many letters were written meanwhile."""
        wanted = len(self.codes) + letters
        while len(self.codes) < wanted and not self.faults:
            self.over.wait(0.02)


def apply(steps: list[Migration], *, back: bool = False) -> Any:
    """As `migrate` does; returns the apps of the newest state."""
    state = MigrationLoader(None).project_state()
    states = [state]
    for step in steps:
        states.append(step.mutate_state(states[-1]))
    if back:
        for number in reversed(range(len(steps))):
            with connection.schema_editor(atomic=steps[number].atomic) as editor:
                steps[number].unapply(states[number].clone(), editor)
        return None
    for number, step in enumerate(steps):
        with connection.schema_editor(atomic=step.atomic) as editor:
            step.apply(states[number].clone(), editor)
    return states[-1].apps


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s", [Letter._meta.db_table])
        return {row[0] for row in cursor.fetchall()}


def test_an_upgrade_and_the_way_back_cost_nobody_a_page_or_a_letter(stack, cast):
    """The servers never know of the column: they are the release before, during, after and after the way back."""
    state = MigrationLoader(None).project_state()
    assert [fault for step in EXPAND for fault in faults_of(step, state, set())] == []
    for _number in range(LETTERS):
        sent()
    with Traffic(stack, cast.office_clerk) as traffic:
        traffic.until_more(1)
        newer = apply(EXPAND).get_model("office", "Letter")
        assert INDEX.name in indexes()
        filled = newer.objects.filter(said__isnull=False).count()
        traffic.until_more(2)  # written and read by who does not know the column
        after = newer.objects.count()
        assert newer.objects.filter(said__isnull=True).exists()
        newer.objects.filter(said__isnull=True).update(said=F("title"))
        apply(EXPAND, back=True)
        traffic.until_more(2)
    assert traffic.faults == []
    assert set(traffic.statuses) == {200}
    assert LETTERS <= filled < after
    assert Letter.objects.count() == LETTERS + len(traffic.codes)
    assert len(set(traffic.codes)) == len(traffic.codes)
    assert INDEX.name not in indexes()
