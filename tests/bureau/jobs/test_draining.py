"""Each effect once, poison aside, nothing lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.accounts.models import User
from bureau.jobs import draining
from bureau.jobs.draining import Outcome
from bureau.outbox.models import Effect
from bureau.outbox.queues import UnknownQueue
from bureau.outbox.services import enqueue

pytestmark = pytest.mark.django_db


def test_a_written_effect_is_carried_out_once(register_task):
    seen = []
    register_task("t.note", seen.append)
    enqueue("t.note", {"letter": 7})
    draining.drain()
    draining.drain()
    assert seen == [{"letter": 7}]


def test_a_done_effect_says_when(register_task):
    register_task("t.note", lambda payload: None)
    effect = enqueue("t.note")
    draining.drain()
    effect.refresh_from_db()
    assert (effect.status, effect.done_at is not None) == (Effect.Status.DONE, True)


def test_the_same_key_is_one_effect(register_task):
    seen = []
    register_task("t.note", seen.append)
    enqueue("t.note", {"n": 1}, key="letter:7")
    enqueue("t.note", {"n": 2}, key="letter:7")
    draining.drain()
    assert seen == [{"n": 1}]


def test_an_effect_not_yet_due_waits(register_task):
    register_task("t.note", lambda payload: pytest.fail("too early"))
    enqueue("t.note", due_at=timezone.now() + timedelta(minutes=1))
    assert not draining.drain()


def test_a_failing_effect_leaves_nothing_behind(register_task):
    def half(payload):
        User.objects.create_user("half", name="Half")
        raise ValueError("the last step fails")

    register_task("t.half", half)
    enqueue("t.half")
    assert draining.drain() == {Outcome.RETRY: 1}
    assert not User.objects.filter(username="half").exists()


def test_poison_does_not_stop_the_others(register_task):
    seen = []

    def poison(payload):
        raise ValueError

    register_task("t.poison", poison)
    register_task("t.note", seen.append)
    enqueue("t.poison")
    enqueue("t.note", {"n": 1})
    draining.drain()
    assert seen == [{"n": 1}]


def test_a_failure_is_retried_later_and_later():
    assert [draining.pause(n).seconds for n in (1, 2, 3, 9)] == [10, 40, 160, 3600]


def test_a_failed_effect_is_not_due_at_once(register_task):
    def poison(payload):
        raise ValueError

    register_task("t.poison", poison)
    effect = enqueue("t.poison")
    draining.drain()
    effect.refresh_from_db()
    assert effect.due_at > timezone.now()


def test_after_the_last_try_it_is_given_up_and_told(register_task, given_up):
    def poison(payload):
        raise ValueError

    register_task("t.poison", poison, tries=1)
    effect = enqueue("t.poison")
    assert draining.drain() == {Outcome.DEAD: 1}
    assert given_up == [("t.poison", effect.pk, 1)]


def test_an_unknown_task_is_a_failure_not_a_crash():
    enqueue("t.never_installed")
    assert draining.drain() == {Outcome.RETRY: 1}


def test_the_text_of_an_error_is_not_kept(register_task):
    def leak(payload):
        raise ValueError("phone 13900001111 exists already")

    register_task("t.leak", leak)
    effect = enqueue("t.leak")
    draining.drain()
    effect.refresh_from_db()
    assert effect.last_error.startswith("ValueError at test_draining.py:")


def test_the_sweeper_gives_back_what_was_taken_and_never_finished(register_task):
    seen = []
    register_task("t.note", seen.append)
    enqueue("t.note")
    draining.claim()  # and then the worker is gone
    draining.sweep(timezone.now() + timedelta(minutes=2))
    Effect.objects.update(due_at=timezone.now())
    draining.drain()
    assert seen == [{}]


def test_the_sweeper_leaves_a_fresh_claim_alone(register_task):
    register_task("t.note", lambda payload: None)
    enqueue("t.note")
    draining.claim()
    assert draining.sweep() == 0


def test_an_effect_that_kills_every_worker_is_given_up(register_task, given_up):
    register_task("t.killer", lambda payload: None, tries=2)
    effect = enqueue("t.killer")
    for _ in range(2):
        Effect.objects.update(due_at=timezone.now())
        draining.claim()
        draining.sweep(timezone.now() + timedelta(minutes=2))
    effect.refresh_from_db()
    assert (effect.status, len(given_up)) == (Effect.Status.DEAD, 1)


def test_a_worker_that_was_overtaken_leaves_no_effect(register_task):
    def slow(payload):
        User.objects.create_user("slow", name="Slow")
        Effect.objects.update(attempts=2)  # meanwhile another worker has taken it over

    register_task("t.slow", slow)
    enqueue("t.slow")
    effect = draining.claim()
    Effect.objects.update(attempts=2)
    assert draining.carry_out(effect) is Outcome.LOST
    assert not User.objects.filter(username="slow").exists()


def test_what_an_effect_writes_to_the_outbox_is_carried_out_too(register_task):
    seen = []
    register_task("t.first", lambda payload: enqueue("t.second", {"n": 2}))
    register_task("t.second", seen.append)
    enqueue("t.first")
    draining.drain()
    assert seen == [{"n": 2}]


def test_the_public_is_served_before_the_daily_work_and_the_mass_last(register_task):
    seen = []
    register_task("t.note", lambda payload: seen.append(payload["n"]))
    for queue in ("bulk", "default", "public"):
        enqueue("t.note", {"n": queue}, queue=queue)
    draining.drain()
    assert seen == ["public", "default", "bulk"]


def test_a_round_of_one_queue_leaves_the_others(register_task):
    seen = []
    register_task("t.note", lambda payload: seen.append(payload["n"]))
    for queue in ("bulk", "public"):
        enqueue("t.note", {"n": queue}, queue=queue)
    draining.drain(queues=("bulk",))
    assert seen == ["bulk"]


def test_a_queue_that_no_worker_knows_is_refused():
    with pytest.raises(UnknownQueue):
        enqueue("t.note", queue="someday")
