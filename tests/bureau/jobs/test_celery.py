"""Redis makes it quick; without Redis nothing is lost and nobody waits."""

import os
import socket
import threading

import pytest
import redis
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.db import transaction

from bureau import celery as portal_celery
from bureau.celery import PUBLISH_TIMEOUT, Publisher
from bureau.jobs import draining
from bureau.outbox.models import Effect
from bureau.outbox.publishers import PUBLISHERS
from bureau.outbox.services import enqueue


@pytest.fixture
def broker():
    """A running Redis: the one that is named, else the usual local port."""
    url = settings.REDIS_URL or "redis://127.0.0.1:6379/15"
    try:
        redis.Redis.from_url(url, socket_timeout=2).ping()
    except redis.RedisError:
        if os.environ.get("CI"):
            raise
        pytest.skip("no Redis here")
    return url


@pytest.fixture
def frozen_broker():
    """Accepts a connection and then stays silent."""
    listener = socket.create_server(("127.0.0.1", 0))
    kept = []

    def accept():
        while True:
            try:
                kept.append(listener.accept()[0])
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
    listener.close()
    for connection in kept:
        connection.close()


@pytest.fixture
def absent_broker():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"redis://127.0.0.1:{port}/0"


@pytest.fixture
def publish_to(monkeypatch):
    def use(url):
        publisher = Publisher(url)
        monkeypatch.setattr(PUBLISHERS, "_entries", {"celery": publisher})
        return publisher

    return use


@pytest.mark.parametrize("fault", ["absent_broker", "frozen_broker"])
def test_a_broker_that_fails_loses_no_effect(
    fault, request, publish_to, register_task, db, django_capture_on_commit_callbacks
):
    seen = []
    register_task("t.note", seen.append)
    publish_to(request.getfixturevalue(fault))
    with django_capture_on_commit_callbacks(execute=True):
        enqueue("t.note", {"n": 1})
    draining.drain()  # what the tick does a minute later
    assert seen == [{"n": 1}]


@pytest.mark.parametrize("fault", ["absent_broker", "frozen_broker"])
def test_a_failed_broker_is_left_alone_for_a_while(fault, request):
    publisher = Publisher(request.getfixturevalue(fault))
    assert publisher.publish(1, "default") is False
    publisher.app = None  # a further try would now raise
    assert publisher.publish(2, "default") is False


def test_publishing_waits_for_no_longer_than_its_timeout():
    transport = Publisher("redis://127.0.0.1:1/0").app.conf.broker_transport_options
    assert (transport["socket_timeout"], transport["socket_connect_timeout"]) == (PUBLISH_TIMEOUT,) * 2


def test_publishing_is_tried_once():
    conf = Publisher("redis://127.0.0.1:1/0").app.conf
    assert (conf.task_publish_retry, conf.broker_connection_retry) == (False, False)


def test_a_message_is_acknowledged_only_after_the_work():
    conf = portal_celery.app.conf
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost) == (True, True)


def test_beat_calls_the_tick_each_minute():
    (entry,) = portal_celery.app.conf.beat_schedule.values()
    assert (entry["task"], entry["schedule"]) == (portal_celery.TICK, 60.0)


def test_a_rolled_back_effect_is_not_published(
    publish_to, absent_broker, db, django_capture_on_commit_callbacks
):
    publisher = publish_to(absent_broker)
    publisher.app = None  # a try would raise and leave the publisher quiet
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        try:
            with transaction.atomic():
                enqueue("t.note")
                raise ValueError
        except ValueError:
            pass
    assert callbacks == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_carries_out_what_was_published(broker, publish_to, register_task, monkeypatch):
    done = threading.Event()
    register_task("t.signal", lambda payload: done.set())
    publish_to(broker)
    redis.Redis.from_url(broker).delete("default")
    app = portal_celery.app
    monkeypatch.setattr(app.conf, "broker_url", broker)
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=30):
        effect = enqueue("t.signal")
        assert done.wait(timeout=30)
    effect.refresh_from_db()
    assert effect.status == Effect.Status.DONE
