"""A worker or beat that lives touches a file; who looks after the container reads its age."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from celery import signals
from django.conf import settings


def touch(**_given: Any) -> None:
    Path(settings.HEARTBEAT_FILE).touch()


def install() -> None:
    """A worker says every few seconds that it is there; beat sends at least one message a minute."""
    if settings.HEARTBEAT_FILE:
        signals.heartbeat_sent.connect(touch)
        signals.after_task_publish.connect(touch)
