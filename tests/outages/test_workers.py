"""Real worker processes: killed, told to go, fed with poison; two ticks at once."""

from __future__ import annotations

from signal import SIGTERM

import pytest

from bureau import celery as portal_celery
from bureau.outbox.queues import QUEUES
from tests.outages.portal import Portal
from tests.outages.servers import until

pytestmark = pytest.mark.postgres


def began(portal: Portal, name: str) -> list[int]:
    """Process ids of those that began the held task `name`."""
    told = portal.folder / "told"
    lines = told.read_text().splitlines() if told.exists() else []
    return [int(line.split()[2]) for line in lines if line.startswith(f"began {name} ")]


def let_go(portal: Portal, name: str) -> None:
    (portal.folder / f"told.{name}").touch()


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_does_it_once(portal: Portal) -> None:
    effect = portal.enqueue("t.held", "killed")
    until(lambda: began(portal, "killed"), "the task began")
    portal.worker.kill()
    assert portal.count("accounts_user", "username = 'killed'") == 0
    portal.worker.start()
    let_go(portal, "killed")
    portal.ask(
        f"UPDATE outbox_effect SET taken_at = now() - interval '1 hour' WHERE id = {effect}"
    )  # its lease is over
    portal.tick()
    portal.until_all_is_done()
    assert portal.ask(f"SELECT status, attempts FROM outbox_effect WHERE id = {effect}") == [("done", 2)]
    assert portal.count("accounts_user", "username = 'killed'") == 1


def test_a_worker_that_is_told_to_go_finishes_what_it_holds(portal: Portal) -> None:
    effect = portal.enqueue("t.held", "told")
    until(lambda: began(portal, "told"), "the task began")
    assert portal.worker.process
    portal.worker.process.send_signal(SIGTERM)
    let_go(portal, "told")
    assert portal.worker.end() == 0
    assert portal.ask(f"SELECT status, attempts FROM outbox_effect WHERE id = {effect}") == [("done", 1)]
    portal.worker.start()


def test_poison_is_put_aside_and_told_while_others_go_on(portal: Portal) -> None:
    poison, good = portal.enqueue("t.poison", "poison"), portal.enqueue("t.public", "good")
    portal.until_all_is_done()
    found = portal.ask(f"SELECT id, status FROM outbox_effect WHERE id IN ({poison}, {good}) ORDER BY id")
    assert found == [(poison, "dead"), (good, "done")]
    told = "kind = 'jobs.given_up' AND params->>'task' = 't.poison'"
    assert portal.count("notices_notice", told) == 1
    assert "13900001111" not in (portal.folder / "worker.log").read_text()
    portal.ask(f"DELETE FROM outbox_effect WHERE id = {poison}")


def test_two_beats_begin_each_slot_once(portal: Portal) -> None:
    for _beat in range(4):
        portal.tick()
    until(lambda: portal.count("jobs_schedulerun"), "the schedule began")
    portal.until_all_is_done()
    doubled = "SELECT name FROM jobs_schedulerun GROUP BY name, slot_at HAVING count(*) > 1"
    assert portal.ask(doubled) == []
    slots, effects = portal.count("jobs_schedulerun"), portal.count("outbox_effect", "task LIKE 'schedule.%'")
    assert slots == effects


def test_no_message_comes_twice_while_its_task_may_still_run() -> None:
    """Redis gives an unacknowledged message to another worker after the visibility time-out."""
    visible = portal_celery.app.conf.broker_transport_options["visibility_timeout"]
    limits = [portal_celery.time_limit(name) for name in QUEUES]
    assert visible > max(limits) + portal_celery.DRAIN_FOR.total_seconds()
