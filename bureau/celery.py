"""Celery with Redis: the quick way to the outbox. Messages carry effect ids; the database holds the truth.

Worker and beat: `celery -A bureau.celery worker -Q public,default` (`-Q bulk` for the mass, in processes of its
own) and `celery -A bureau.celery beat`. Without REDIS_URL nothing here is used; `manage.py work` drains the
same outbox.
"""

from __future__ import annotations

import logging
import os
import time
from datetime import timedelta

from celery import Celery
from django.conf import settings
from kombu.entity import Exchange, Queue

from bureau import heartbeat
from bureau.outbox.queues import PUBLIC, QUEUES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings.production")

log = logging.getLogger(__name__)

CARRY_OUT = "bureau.carry_out"
DRAIN = "bureau.drain"
TICK = "bureau.tick"
TICK_SECONDS = 60
PUBLISH_TIMEOUT = 1  # seconds that a request may lose to a frozen Redis, once per QUIET_AFTER_FAILURE
QUIET_AFTER_FAILURE = 30  # seconds without further tries; the tick finds the effects meanwhile
DRAIN_FOR = timedelta(seconds=50)  # after it a round takes nothing new; the next minute begins another
DRAIN_AT_ONCE = 500
# The message that any task of ours can be: a round that began its last, longest effect in its last second.
LONGEST_RUN = DRAIN_FOR + max(queue.longest for queue in QUEUES.values())
# A message that nobody has acknowledged for so long is given to another worker. Were it shorter than a task, the
# task would begin a second time; the claim in the database would refuse it, but a worker would be held up.
VISIBILITY = LONGEST_RUN + timedelta(hours=1)


def _queues() -> list[Queue]:
    """Through the nameless exchange: a Redis that forgot everything (FLUSHALL) still knows the way."""
    return [Queue(name, Exchange(""), routing_key=name) for name in QUEUES]


def _worker_app(broker: str) -> Celery:
    app = Celery("bureau", broker=broker)
    app.conf.update(
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_default_queue="default",
        task_default_exchange="",
        task_queues=_queues(),
        worker_prefetch_multiplier=1,
        worker_soft_shutdown_timeout=30,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,  # a Redis that is away for a night is waited for
        broker_transport_options={
            "visibility_timeout": int(VISIBILITY.total_seconds()),
            "queue_order_strategy": "priority",  # in the order of -Q: the public first
            "socket_keepalive": True,
        },
        beat_schedule={
            "tick": {
                "task": TICK,
                "schedule": float(TICK_SECONDS),
                "options": {"expires": TICK_SECONDS - 5, **_way(PUBLIC.name)},
            }
        },
        beat_schedule_filename=str(settings.VAR / "celerybeat"),
    )
    return app


def _publishing_app(broker: str) -> Celery:
    """Fails fast: a request never waits for Redis. The worker's own connection is patient."""
    app = Celery("bureau-publisher", broker=broker, set_as_current=False)
    app.conf.update(
        task_default_queue="default",
        task_default_exchange="",
        task_queues=_queues(),
        task_publish_retry=False,
        broker_connection_timeout=PUBLISH_TIMEOUT,
        broker_connection_retry=False,
        broker_transport_options={
            "socket_timeout": PUBLISH_TIMEOUT,
            "socket_connect_timeout": PUBLISH_TIMEOUT,
            "retry_on_timeout": False,
            "max_retries": 0,
        },
    )
    return app


def _way(queue: str) -> dict[str, str]:
    return {"exchange": "", "routing_key": queue}


def time_limit(queue: str) -> int:
    """Seconds after which a worker process that carries out one effect of this queue is ended."""
    return int(QUEUES[queue].longest.total_seconds())


app = _worker_app(settings.REDIS_URL)
heartbeat.install()


@app.task(name=CARRY_OUT)  # type: ignore[untyped-decorator]
def carry_out(effect_id: int) -> None:
    from bureau.jobs.draining import drain_one

    drain_one(effect_id)


@app.task(name=DRAIN)  # type: ignore[untyped-decorator]
def drain(queue: str) -> None:
    """What is due in one queue and whose message was lost, never came, or came too early."""
    from bureau.jobs.draining import drain as drain_due

    end = time.monotonic() + DRAIN_FOR.total_seconds()
    drain_due(DRAIN_AT_ONCE, queues=(queue,), is_over=lambda: time.monotonic() >= end)


@app.task(name=TICK)  # type: ignore[untyped-decorator]
def tick() -> None:
    """Schedule and sweeper, then a round through each queue by the workers of that queue."""
    from bureau.jobs import draining, schedule

    schedule.enqueue_due()
    draining.sweep()
    for name in QUEUES:
        limit = time_limit(name) + int(DRAIN_FOR.total_seconds())
        app.send_task(DRAIN, args=[name], expires=TICK_SECONDS - 5, time_limit=limit, **_way(name))


class Publisher:
    """Tells Redis about an effect; when Redis is away it says so in the log and stays quiet for a while."""

    def __init__(self, broker: str) -> None:
        self.app = _publishing_app(broker)
        self._quiet_until = 0.0

    def __call__(self, effect_id: int, queue: str) -> None:
        self.publish(effect_id, queue)

    def publish(self, effect_id: int, queue: str) -> bool:
        """Whether the message left. Never raises; the outbox row stays whatever happens."""
        if time.monotonic() < self._quiet_until:
            return False
        try:
            self.app.send_task(
                CARRY_OUT,
                args=[effect_id],
                retry=False,
                ignore_result=True,
                time_limit=time_limit(queue),
                **_way(queue),
            )
        except Exception as error:  # any fault of the broker: the request must not notice
            self._quiet_until = time.monotonic() + QUIET_AFTER_FAILURE
            log.warning("broker away", extra={"effect": effect_id, "error": type(error).__name__})
            return False
        return True
