"""Redis stopped or frozen while a letter is sent: the letter, its notices and its clock are there all the same."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.test import Client

from bureau import celery as portal_celery
from bureau.celery import PUBLISH_TIMEOUT, Publisher
from bureau.deadlines.selectors import clocks_of
from bureau.jobs import draining
from bureau.notices.models import Notice, OutgoingMessage
from bureau.outbox.models import Effect
from bureau.outbox.publishers import PUBLISHERS
from sections.office.letters import lost_codes
from sections.office.letters.models import Letter
from tests.cast import Cast
from tests.factories import letters
from tests.sections.office.letters.filling import code_on, post, to_the_check

pytestmark = pytest.mark.django_db(transaction=True)
SERVER = shutil.which("redis-server")


@pytest.fixture
def server() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A Redis of our own, which may be stopped."""
    if SERVER is None:
        if os.environ.get("CI"):
            pytest.fail("no redis-server here")
        pytest.skip("no redis-server here")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    process = subprocess.Popen(
        [SERVER, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"redis://127.0.0.1:{port}/0"
    wait_for(url)
    yield url, process
    process.send_signal(signal.SIGCONT)
    process.kill()
    process.wait()


def wait_for(url: str) -> None:
    client, until = redis.Redis.from_url(url, socket_timeout=1), time.monotonic() + 10
    while True:
        try:
            client.ping()
            return
        except redis.RedisError:
            assert time.monotonic() < until, "redis-server did not start"


@pytest.fixture
def published(server: Any, monkeypatch: pytest.MonkeyPatch) -> Publisher:
    publisher = Publisher(server[0])
    monkeypatch.setattr(PUBLISHERS, "_entries", {"celery": publisher})
    return publisher


def freeze(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGSTOP)


def stop(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


class Counted:
    """How often the publisher really tried to reach Redis."""

    def __init__(self, publisher: Publisher) -> None:
        self.app, self.tries = publisher.app, 0

    def send_task(self, *args: Any, **kwargs: Any) -> Any:
        self.tries += 1
        return self.app.send_task(*args, **kwargs)


@pytest.mark.parametrize("fault", [stop, freeze])
def test_nothing_is_lost_when_redis_fails_while_a_letter_is_sent(
    fault: Any, server: Any, published: Publisher, cast: Cast, settings: Any
) -> None:
    settings.SMS_GATEWAY = settings.NOTICE_EMAIL = "table"
    client = Client()
    check = to_the_check(client)
    counted = published.app = Counted(published)  # type: ignore[assignment]
    fault(server[1])
    code = code_on(post(client, check, go="send"))
    letter = Letter.objects.get()
    assert Notice.objects.filter(user=cast.office_clerk, kind="letters.received").exists()
    assert clocks_of(letter).count() == 1
    tracked = client.post("/en/track/", {"number": letter.number, "code": code}, follow=True)
    assert "Your letter has arrived" in tracked.content.decode()
    lost_codes.ask_for_code(letter.number, "13800000000")
    assert counted.tries <= 1  # the first failure; after it nobody waits for Redis again
    draining.drain()  # what the tick does a minute later
    assert OutgoingMessage.objects.get(channel="sms").address == "13800000000"
    assert not Effect.objects.exclude(status=Effect.Status.DONE).exists()


def test_the_one_try_waits_no_longer_than_its_time_out(server: Any, published: Publisher) -> None:
    """Read and triggered: a frozen Redis answers nothing, and the publisher gives up by itself."""
    options = published.app.conf.broker_transport_options
    assert options["socket_timeout"] == options["socket_connect_timeout"] == PUBLISH_TIMEOUT
    assert PUBLISH_TIMEOUT <= 1
    freeze(server[1])
    assert published.publish(1, "default") is False
    assert portal_celery.QUIET_AFTER_FAILURE >= 10


def test_a_letter_reaches_redis_when_it_is_there(server: Any, published: Publisher, cast: Cast) -> None:
    letters.sent()
    lost_codes.ask_for_code("L2026-000001", "13800000000")
    assert redis.Redis.from_url(server[0]).llen("default") >= 1
