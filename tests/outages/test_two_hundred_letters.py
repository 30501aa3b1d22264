"""Two hundred letters while Redis is killed, emptied and frozen ten times: each of them is told once."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from signal import SIGSTOP

import pytest
from django.conf import settings

from tests.outages.places import environment
from tests.outages.portal import Portal
from tests.outages.test_redis import CLERK, frozen, killed, recover

pytestmark = pytest.mark.postgres
LETTERS, RUNS = 20, 10
DICE = random.Random(20)
TOLD = f"kind = 'letters.received' AND user_id = {CLERK}"

MAILED = "task = 'notices.email'"
OF_LETTERS = f"(payload->>'notice')::bigint IN (SELECT id FROM notices_notice WHERE {TOLD})"


def forgotten(portal: Portal) -> None:
    """What waits in Redis is gone; the worker, which held still, finds nothing when it goes on."""
    assert portal.redis.client.llen("default") > 0
    portal.redis.client.flushall()


FAULTS: list[Callable[[Portal], None]] = [killed, forgotten, frozen, killed, forgotten] * (RUNS // 5)


class Writer:
    """A process beside the web servers that writes letters as they do; see `tests.outages.writer`."""

    def __init__(self, portal: Portal) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.outages.writer"],
            cwd=settings.ROOT,
            env=environment(portal.database, **portal.more),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._said() == "ready"

    def _said(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def write(self, count: int, *, at: int, fault: Callable[[], None]) -> None:
        """`fault` comes when `at` letters are committed, whatever has become of their messages by then."""
        assert self.process.stdin
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        said = ""
        while said != "all":
            said = self._said()
            assert said not in ("failed", ""), "a letter was refused"
            if said == str(at):
                fault()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def writer(portal: Portal) -> Iterator[Writer]:
    found = Writer(portal)
    yield found
    found.end()


def counted(portal: Portal) -> dict[str, int]:
    different = f"SELECT count(DISTINCT object_id) FROM notices_notice WHERE {TOLD}"
    return {
        "letters": portal.count("office_letter"),
        "clocks": portal.count("deadlines_clock"),
        "told": portal.count("notices_notice", TOLD),
        "told of different letters": int(portal.ask(different)[0][0]),
        "to be mailed": portal.count("outbox_effect", f"{MAILED} AND {OF_LETTERS}"),
    }


def test_ten_faults_among_two_hundred_letters_lose_and_double_nothing(portal: Portal, writer: Writer) -> None:
    portal.until_all_is_done()
    before = counted(portal)
    for fault in FAULTS:
        try:
            if fault is forgotten:
                portal.worker.signal(SIGSTOP)
            writer.write(LETTERS, at=DICE.randrange(5, LETTERS), fault=lambda fault=fault: fault(portal))
        finally:
            recover(portal)
    portal.tick()
    portal.until_all_is_done()
    after = counted(portal)
    assert {name: after[name] - before[name] for name in after} == dict.fromkeys(after, LETTERS * RUNS)
    # One mail for each that was to leave, and all of them left.
    mails = portal.count("notices_outgoingmessage")
    assert mails == portal.count("outbox_effect", MAILED)
    assert portal.count("notices_outgoingmessage", "status = 'waiting'") == 0
    assert portal.count("outbox_effect", "status = 'dead'") == 0
