"""A step over more records than a request takes: confirmed with its number, done by a job, once for each."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as project
from django.db import connection
from django.utils import timezone

from bureau.charter.models import Membership
from bureau.jobs import draining
from bureau.jobs.models import Job
from bureau.jobs.services import retry_job
from bureau.notices.models import Notice
from bureau.outbox.models import Effect
from bureau.pages import bulk
from bureau.pages.models import BulkAct, BulkRecord
from bureau.sheets.models import oldest
from bureau.workflow.models import HistoryEntry
from bureau.workflow.services import amend, perform
from tests.bureau.jobs.test_killed_worker import database_url
from tests.bureau.pages.conftest import client_of
from tests.bureau.pages.test_acts import PAPERS, hidden
from tests.workflow_app.models import Paper

BULK = f"{PAPERS}bulk/"


@pytest.fixture(autouse=True)
def _small(settings, monkeypatch):
    settings.BULK_ROWS_AT_ONCE = 3
    monkeypatch.setattr(bulk, "BATCH", 2)


@pytest.fixture
def papers(clubs):
    return [clubs.drafted(subject=f"Roof {number}") for number in range(5)]


@pytest.fixture
def chief(clubs):
    return client_of(clubs.chief)


def asked(client, act="approve", query="q=roof"):
    return client.post(BULK, {"act": act, "all": "1", "list": query})


def confirmation(page, **more):
    names = ("act", "list", "confirmed", "all", "count", "key")
    return {**{name: hidden(page, name) for name in names}, **more}


def started(client, **asking):
    page = asked(client, **asking).content.decode()
    answer = client.post(BULK, confirmation(page))
    assert answer.status_code == 302, answer.content.decode()
    return Job.objects.latest("pk")


def drained(job):
    Effect.objects.filter(status="waiting").update(due_at=timezone.now() - timedelta(seconds=1))
    draining.drain()
    job.refresh_from_db()
    return job


def approved():
    return set(Paper.objects.filter(status="approved").values_list("subject", flat=True))


def outcomes():
    return [(row.outcome, row.sentence) for row in BulkRecord.objects.order_by("object_id")]


def test_a_long_list_is_asked_for_by_its_query_and_says_how_many(papers, clubs, chief):
    clubs.drafted(subject="Stairs")
    page = asked(chief).content.decode()
    assert "5 records" in page and hidden(page, "count") == "5"
    assert 'name="pk"' not in page
    assert not approved() and not Job.objects.exists()


def test_the_job_does_all_under_the_filter_tells_and_shows_each(papers, clubs, chief):
    clubs.drafted(subject="Stairs")
    job = drained(started(chief))
    assert (job.status, job.done, job.total) == ("done", 5, 5)
    assert approved() == {paper.subject for paper in papers}
    assert HistoryEntry.objects.filter(transition="approve", actor_id=clubs.chief.pk).count() == 5
    assert Notice.objects.get(user=clubs.chief, kind="jobs.done").url == job.result["url"]
    page = chief.get(job.result["url"]).content.decode()
    assert re.search(r"<dt>Done</dt><dd>5</dd>", page) and "Roof 3" in page
    assert f"{PAPERS}?q=roof" in page


def test_a_form_holds_for_all_of_them(clubs):
    for number in range(4):
        clubs.assigned(subject=f"Roof {number}")
    client = client_of(clubs.drafter)
    page = asked(client, act="draft").content.decode()
    client.post(BULK, confirmation(page, note="Same for all", reason="Asked for"))
    drained(Job.objects.get())
    assert Paper.objects.filter(status="drafted", note="Same for all").count() == 4
    assert set(HistoryEntry.objects.filter(transition="draft").values_list("reason", flat=True)) == {
        "Asked for"
    }
    assert b"Same for all" not in bytes(_stored_form())


def _stored_form():
    with connection.cursor() as cursor:
        cursor.execute("SELECT asked FROM pages_bulkact")
        return cursor.fetchone()[0]


def test_a_form_sent_twice_starts_one_job(papers, chief):
    page = asked(chief).content.decode()
    first, second = (chief.post(BULK, confirmation(page)) for _ in range(2))
    assert first.url == second.url
    assert Job.objects.count() == BulkAct.objects.count() == 1


def test_a_number_that_moved_after_the_question_is_asked_for_again(papers, clubs, chief):
    page = asked(chief).content.decode()
    clubs.drafted(subject="Roof 9")
    answer = chief.post(BULK, confirmation(page))
    assert answer.status_code == 409 and "6 records" in answer.content.decode()
    assert not Job.objects.exists()
    assert chief.post(BULK, confirmation(answer.content.decode())).status_code == 302


def test_another_persons_confirmation_is_not_taken(papers, clubs, chief):
    page = asked(chief).content.decode()
    answer = client_of(clubs.officer).post(BULK, confirmation(page))
    assert answer.status_code == 409 and not Job.objects.exists()


def test_more_than_the_most_is_refused(papers, chief, settings):
    settings.BULK_ROWS_MOST = 4
    answer = asked(chief)
    assert answer.status_code == 400


def test_a_list_that_is_closed_before_the_job_runs_stops_it(papers, clubs, chief):
    job = started(chief)
    Membership.objects.filter(user=clubs.chief).update(unit=clubs.other)
    Paper.objects.update(section=clubs.section)
    assert drained(job).status == "failed"
    assert job.message == "This list is no longer open to you."
    assert not approved()


def test_a_right_that_ended_before_the_job_runs_leaves_every_record_as_it_is(papers, clubs, chief):
    job = started(chief)
    Membership.objects.filter(user=clubs.chief).update(role="clerk")
    assert drained(job).status == "done"
    assert not approved()
    sentences = {sentence for _outcome, sentence in outcomes()}
    assert {outcome for outcome, _sentence in outcomes()} == {"left"} and "" not in sentences


def test_a_right_that_ends_half_way_ends_it_for_the_rest(papers, clubs, chief, monkeypatch):
    job, take = started(chief), bulk.take

    def take_and_lose(*args, **options):
        done = take(*args, **options)
        Membership.objects.filter(user=clubs.chief).update(role="clerk")
        return done

    monkeypatch.setattr(bulk, "take", take_and_lose)
    drained(job)
    assert [outcome for outcome, _sentence in outcomes()] == ["done"] * 2 + ["left"] * 3
    assert len(approved()) == 2


def test_what_somebody_changed_meanwhile_is_left_out_and_named(papers, clubs, chief):
    job = started(chief)
    amend(papers[1], by=clubs.chief, changes={"note": "Wait for the plan"})
    perform(papers[2], "approve", by=clubs.chief)
    Paper.objects.filter(pk=papers[3].pk).update(owner=clubs.other, section=clubs.other)
    drained(job)
    assert [outcome for outcome, _sentence in outcomes()] == ["done", "left", "left", "left", "done"]
    said = dict(zip(papers, [sentence for _outcome, sentence in outcomes()], strict=True))
    assert "changed this record" in said[papers[1]] and "changed this record" in said[papers[2]]
    assert said[papers[3]] == "This record is not open to you."
    page = chief.get(job.result["url"]).content.decode()
    assert "No longer open to you" in page and "Roof 3" not in page


def test_a_condition_is_asked_for_each_record(papers, clubs, chief):
    Paper.objects.filter(pk=papers[0].pk).update(drafter=clubs.chief)
    drained(started(chief))
    assert outcomes()[0] == ("left", "Nobody approves his own draft.")
    assert len(approved()) == 4


def test_a_fault_undoes_its_batch_and_the_next_run_goes_on_behind_the_last_one(papers, chief, monkeypatch):
    job, take, batches = started(chief), bulk.take, []

    def fail_in_the_second(*args, **options):
        done = take(*args, **options)
        batches.append(done)
        if len(batches) == 2:
            raise RuntimeError
        return done

    monkeypatch.setattr(bulk, "take", fail_in_the_second)
    drained(job)
    assert (job.status, job.done, len(approved())) == ("running", 2, 2)
    drained(job)
    assert (job.status, job.done) == ("done", 5)
    assert HistoryEntry.objects.filter(transition="approve").count() == 5


def test_a_stopped_one_can_be_run_again_and_goes_on(papers, clubs, chief):
    job = started(chief)
    Membership.objects.filter(user=clubs.chief).update(unit=clubs.other)
    drained(job)
    Membership.objects.filter(user=clubs.chief).update(unit=clubs.office)
    drained(retry_job(job, by=clubs.chief))
    assert len(approved()) == 5


def test_who_may_not_take_the_list_away_reads_the_result_on_the_page_only(papers, chief):
    job = drained(started(chief))
    assert "workbook/" not in chief.get(job.result["url"]).content.decode()
    assert chief.get(f"{job.result['url']}workbook/").status_code == 403


def test_an_interest_that_was_declared_meanwhile_closes_the_record(papers, clubs, chief):
    job = started(chief)
    Paper.objects.filter(pk=papers[0].pk).update(note="about chief")
    drained(job)
    assert outcomes()[0] == ("left", "This record is not open to you.")
    assert "Roof 0" not in approved() and len(approved()) == 4


def test_the_result_is_nobody_elses_and_gone_after_its_term(papers, clubs, chief):
    job = drained(started(chief))
    url = job.result["url"]
    for path in (url, f"{url}workbook/"):
        assert client_of(clubs.officer).get(path).status_code == 404
    assert bulk.remove_old() == 0
    Job.objects.update(finished_at=oldest(timezone.now()) - timedelta(minutes=1))
    assert bulk.remove_old() > 0
    assert chief.get(url).status_code == 404 and not BulkRecord.objects.exists()


def test_what_still_waits_is_kept_however_long(papers, chief):
    started(chief)
    BulkAct.objects.update(created_at=oldest(timezone.now()) - timedelta(days=3))
    assert bulk.remove_old() == 0


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_half_way_moves_nothing_twice_and_forgets_nothing(clubs):
    for number in range(5):
        clubs.drafted(subject=f"Roof {number}")
    job = started(client_of(clubs.chief))
    Effect.objects.exclude(task="jobs.run").delete()
    connection.close()
    worker = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("doomed_bulk_worker.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "bureau.settings.test",
            "PYTHONPATH": str(project.ROOT),
        },
    )
    assert worker.stdout.readline() == "in the second batch\n"
    worker.kill()
    worker.communicate()
    assert len(approved()) == 2
    draining.sweep(timezone.now() + timedelta(minutes=6))
    drained(job)
    assert (job.status, job.done, len(approved())) == ("done", 5, 5)
    assert HistoryEntry.objects.filter(transition="approve").count() == 5
