"""Celery with Redis: the quick way to the outbox. Messages carry effect ids; the database holds the truth.

Worker and beat: `celery -A bureau.celery worker -Q default,slow` and `celery -A bureau.celery beat`.
Without REDIS_URL nothing here is used; `manage.py work` drains the same outbox.
"""

from __future__ import annotations

import logging
import os
import time

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings.production")

log = logging.getLogger(__name__)

CARRY_OUT = "bureau.carry_out"
TICK = "bureau.tick"
PUBLISH_TIMEOUT = 1  # seconds that a request may lose to a frozen Redis, once per QUIET_AFTER_FAILURE
QUIET_AFTER_FAILURE = 30  # seconds without further tries; the tick finds the effects meanwhile


def _worker_app(broker: str) -> Celery:
    app = Celery("bureau", broker=broker)
    app.conf.update(
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_default_queue="default",
        worker_prefetch_multiplier=1,
        worker_soft_shutdown_timeout=30,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        # Longer than any task. Should a message come twice all the same, the claim lets only one run.
        broker_transport_options={"visibility_timeout": 6 * 3600},
        beat_schedule={"tick": {"task": TICK, "schedule": 60.0, "options": {"expires": 55}}},
        beat_schedule_filename=str(settings.VAR / "celerybeat"),
    )
    return app


def _publishing_app(broker: str) -> Celery:
    """Fails fast: a request never waits for Redis. The worker's own connection is patient."""
    app = Celery("bureau-publisher", broker=broker, set_as_current=False)
    app.conf.update(
        task_default_queue="default",
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


app = _worker_app(settings.REDIS_URL)


@app.task(name=CARRY_OUT)  # type: ignore[untyped-decorator]
def carry_out(effect_id: int) -> None:
    from bureau.jobs.draining import drain_one

    drain_one(effect_id)


@app.task(name=TICK)  # type: ignore[untyped-decorator]
def tick() -> None:
    """Schedule, sweeper, and whatever message was lost on the way."""
    from bureau.jobs.working import tick as work_tick

    work_tick(limit=500)


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
            self.app.send_task(CARRY_OUT, args=[effect_id], queue=queue, retry=False, ignore_result=True)
        except Exception as error:  # any fault of the broker: the request must not notice
            self._quiet_until = time.monotonic() + QUIET_AFTER_FAILURE
            log.warning("broker away", extra={"effect": effect_id, "error": type(error).__name__})
            return False
        return True
