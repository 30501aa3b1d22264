"""A long job runs as the person who started it, checked again and again."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from bureau.access.services import Decision
from bureau.accounts.models import User
from bureau.jobs import draining
from bureau.jobs.models import Job
from bureau.jobs.services import retry_job, start_job
from bureau.outbox.models import Effect

YES = Decision(True)
NO = Decision(False, "You may not run this.")


def count_to_three(run):
    for number in range(run.done, 3):
        with run.batch():
            User.objects.create_user(f"made{number}", name="Made")
            run.advance(number + 1, 3)
    return {"made": 3}


def test_a_job_runs_and_keeps_its_result(register_job, person):
    register_job("t.count", count_to_three, lambda user, payload: YES)
    job = start_job("t.count", by=person, title="Count")
    draining.drain()
    job.refresh_from_db()
    assert (job.status, job.done, job.total, job.result) == ("done", 3, 3, {"made": 3})


def test_who_may_not_run_it_cannot_start_it(register_job, person):
    register_job("t.count", count_to_three, lambda user, payload: NO)
    with pytest.raises(PermissionDenied):
        start_job("t.count", by=person, title="Count")
    assert not Job.objects.exists()


def test_a_right_lost_between_start_and_run_stops_it(register_job, person):
    answers = iter([YES, NO])
    register_job("t.count", count_to_three, lambda user, payload: next(answers))
    job = start_job("t.count", by=person, title="Count")
    draining.drain()
    job.refresh_from_db()
    assert (job.status, job.message) == ("failed", "You may not run this.")


def test_a_right_lost_half_way_stops_it_at_the_next_batch(register_job, person):
    answers = iter([YES, YES, YES, NO])
    register_job("t.count", count_to_three, lambda user, payload: next(answers))
    job = start_job("t.count", by=person, title="Count")
    draining.drain()
    job.refresh_from_db()
    assert (job.status, job.done) == ("failed", 1)
    assert User.objects.filter(username__startswith="made").count() == 1


def test_a_closed_account_stops_its_jobs(register_job, person):
    register_job("t.count", count_to_three, lambda user, payload: YES)
    job = start_job("t.count", by=person, title="Count")
    User.objects.update(is_active=False)
    draining.drain()
    job.refresh_from_db()
    assert job.status == "failed"


def test_a_job_goes_on_where_its_lost_worker_stopped(register_job, person):
    crashes = iter([True])

    def crash_once(run):
        for number in range(run.done, 3):
            with run.batch():
                User.objects.create_user(f"made{number}", name="Made")
                run.advance(number + 1, 3)
            if number == 1 and next(crashes, False):
                raise RuntimeError

    register_job("t.count", crash_once, lambda user, payload: YES)
    start_job("t.count", by=person, title="Count")
    draining.drain()
    Effect.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    draining.drain()
    assert User.objects.filter(username__startswith="made").count() == 3


def test_a_job_whose_tries_are_used_up_has_failed(register_job, person):
    def crash(run):
        raise RuntimeError

    register_job("t.crash", crash, lambda user, payload: YES)
    job = start_job("t.crash", by=person, title="Crash")
    for _ in range(4):
        Effect.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        draining.drain()
    job.refresh_from_db()
    assert job.status == "failed"


def test_retry_runs_a_failed_job_again(register_job, person):
    answers = iter([YES, NO, YES, YES, YES, YES])
    register_job("t.count", count_to_three, lambda user, payload: next(answers))
    job = start_job("t.count", by=person, title="Count")
    draining.drain()
    retry_job(job, by=person)
    draining.drain()
    job.refresh_from_db()
    assert job.status == "done"


def test_retry_is_refused_to_anybody_else(register_job, person):
    answers = iter([YES, NO])
    register_job("t.count", count_to_three, lambda user, payload: next(answers))
    job = start_job("t.count", by=person, title="Count")
    draining.drain()
    with pytest.raises(PermissionDenied):
        retry_job(job, by=User.objects.create_user("other", name="Other"))


def test_retry_of_a_job_that_did_not_fail_is_refused(register_job, person):
    register_job("t.count", count_to_three, lambda user, payload: YES)
    job = start_job("t.count", by=person, title="Count")
    with pytest.raises(ValidationError):
        retry_job(job, by=person)
