"""Two workers at once: each effect is carried out once, and a live one is never taken over."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from bureau.jobs import draining, schedule
from bureau.jobs.schedule import Entry
from bureau.outbox.models import Effect
from bureau.outbox.services import enqueue

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(count, act):
    """Run `act` in `count` threads that start together; their exceptions are raised here."""
    barrier, faults = threading.Barrier(count), []

    def run():
        try:
            barrier.wait()
            act()
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def test_four_workers_carry_out_each_effect_once(register_task):
    seen, lock = Counter(), threading.Lock()

    def note(payload):
        with lock:
            seen[payload["n"]] += 1

    register_task("t.note", note)
    for number in range(60):
        enqueue("t.note", {"n": number})
    at_once(4, draining.drain)
    assert seen == Counter(range(60))


def test_four_runners_begin_a_slot_once(only_entry):
    only_entry(Entry("t.seal", minutes=1))
    moment = timezone.now()
    at_once(4, lambda: schedule.enqueue_due(moment))
    assert Effect.objects.count() == 1


def test_the_same_key_from_four_writers_is_one_effect():
    at_once(4, lambda: enqueue("t.note", key="letter:7"))
    assert Effect.objects.count() == 1


def test_the_sweeper_leaves_a_task_that_still_runs(register_task):
    given_back = []

    def slow(payload):
        def sweep():
            given_back.append(draining.sweep(timezone.now() + timedelta(hours=1)))

        at_once(1, sweep)

    register_task("t.slow", slow)
    enqueue("t.slow")
    assert draining.drain() == {draining.Outcome.DONE: 1}
    assert given_back == [0]
