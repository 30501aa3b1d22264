"""Redis dies, freezes or forgets between the commit and the delivery: every letter is there, every mail leaves."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from bureau import celery as portal_celery
from tests.outages.portal import Portal
from tests.outages.servers import until

pytestmark = pytest.mark.postgres
LETTERS = 3
CLERK = "(SELECT id FROM accounts_user WHERE username = 'office_clerk')"


def killed(portal: Portal) -> None:
    portal.redis.kill()


def frozen(portal: Portal) -> None:
    portal.redis.signal(signal.SIGSTOP)


def emptied(portal: Portal) -> None:
    """With the workers frozen, so that the messages lie in Redis when it forgets them."""
    portal.worker.signal(signal.SIGSTOP)
    # What was asked for before the freeze may still be handed to the frozen worker.
    until(lambda: portal.send_letter() and portal.redis.client.llen("default"), "a message lies in Redis")
    portal.redis.client.flushall()


def recover(portal: Portal) -> None:
    portal.redis.signal(signal.SIGCONT)
    if portal.redis.process and portal.redis.process.poll() is not None:
        portal.redis.start()
    portal.worker.signal(signal.SIGCONT)


@pytest.mark.parametrize("fault", [emptied, killed, frozen])
def test_no_letter_and_no_mail_is_lost(fault: Callable[[Portal], None], portal: Portal) -> None:
    portal.restart_web()  # a publisher that failed a moment ago would not even try
    before = portal.count("office_letter")
    try:
        portal.send_letter()
        fault(portal)
        for _number in range(LETTERS):
            portal.send_letter()
    finally:
        recover(portal)
    portal.tick()
    portal.until_all_is_done()
    assert portal.count("office_letter") >= before + LETTERS + 1
    assert portal.count("notices_notice", "kind = 'letters.received' AND user_id = " + CLERK) == portal.count(
        "office_letter"
    )
    # One mail for each that was to leave, and never a second.
    assert portal.count("notices_outgoingmessage") == portal.count("outbox_effect", "task = 'notices.email'")
    assert portal.count("outbox_effect", "status = 'dead'") == 0


def test_a_request_waits_for_redis_at_most_once() -> None:
    """What bounds each request above: one try within this time, then none for a while."""
    assert portal_celery.PUBLISH_TIMEOUT <= 1
    assert portal_celery.QUIET_AFTER_FAILURE >= 30
