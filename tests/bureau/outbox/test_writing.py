"""The outbox is written in the transaction and published after it."""

import pytest
from django.db import transaction

from bureau.outbox import publishers
from bureau.outbox.models import Effect
from bureau.outbox.services import enqueue

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(monkeypatch):
    seen = []
    monkeypatch.setattr(
        publishers.PUBLISHERS, "_entries", {"test": lambda effect_id, queue: seen.append((effect_id, queue))}
    )
    return seen


def test_an_effect_is_published_by_its_id_after_the_commit(published, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        effect = enqueue("t.note", {"letter": 7}, queue="bulk")
        assert published == []
    assert published == [(effect.pk, "bulk")]


def test_an_effect_is_gone_with_its_transaction(published):
    with pytest.raises(ValueError), transaction.atomic():
        enqueue("t.note")
        raise ValueError
    assert not Effect.objects.exists()


def test_the_second_effect_of_a_key_is_the_first_one(published, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert enqueue("t.note", key="letter:7") == enqueue("t.note", key="letter:7")
    assert len(published) == 1


def test_without_a_key_every_effect_is_its_own():
    assert enqueue("t.note") != enqueue("t.note")


def test_a_publisher_that_fails_does_not_fail_the_request(monkeypatch, django_capture_on_commit_callbacks):
    def broken(effect_id, queue):
        raise OSError

    monkeypatch.setattr(publishers.PUBLISHERS, "_entries", {"test": broken})
    with django_capture_on_commit_callbacks(execute=True):
        effect = enqueue("t.note")
    assert effect.status == Effect.Status.WAITING
