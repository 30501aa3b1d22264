"""What the portal does with letters on its own."""

from __future__ import annotations

from datetime import time

from django.utils import timezone

from bureau.charter.posts import TAKEN_UP
from bureau.jobs.registry import Hold, Payload, long_task, task
from bureau.jobs.schedule import every
from bureau.outbox.queues import DEFAULT, PUBLIC
from bureau.outbox.services import enqueue
from sections.office.letters.escalation import end_lapsed_requests
from sections.office.letters.escalation import warn_of_dates as warn
from sections.office.letters.posts import look_at_letters, warn_of_post
from sections.office.letters.retention import forget_letters, warn_offices
from sections.office.letters.solved import ask_everybody


@task("letters.new_code", queue=PUBLIC)
def new_code(payload: Payload) -> None:
    from sections.office.letters.lost_codes import send_new_code

    send_new_code(payload["asked"])


@long_task("letters.look_into", queue=DEFAULT)
def look_into(payload: Payload, hold: Hold) -> None:
    """What in an enclosed file could say who wrote, before another unit reads it."""
    from sections.office.letters.enclosure_checks import look_into

    look_into(payload["attachment"])


@task("letters.new_post")
def new_post(payload: Payload) -> None:
    """Who takes up a post may be kept from letters of the own section from then on."""
    warn_of_post(payload["membership"])


TAKEN_UP.add("letters", look_at_letters)


@every(name="letters.dates", daily_at=time(6, 10))
def warn_of_dates() -> None:
    """Chiefs and leaders hear of dates that are near or passed; what lapsed is put away."""
    end_lapsed_requests()
    warn()


@every(name="letters.outdated_drafts", minutes=60)
def delete_outdated_drafts() -> None:
    """Letters that were not sent, and their files, when their days are over."""
    from sections.office.letters.drafts import delete_outdated

    while delete_outdated():
        pass


@every(name="letters.ask_solved", daily_at=time(8, 30))
def ask_whether_solved() -> None:
    """Some weeks after the answer; what one day does not manage, the next does."""

    ask_everybody()


@every(name="letters.retention", daily_at=time(1, 40))
def keep_or_forget() -> None:
    """Warn of what comes up; what is over is forgotten by an effect of its own, letter by letter."""

    warn_offices()
    enqueue("letters.forget", key=f"letters.forget:{timezone.localdate():%Y%m%d}")


@long_task("letters.forget")
def forget(payload: Payload, hold: Hold) -> None:
    """Names, numbers, files and texts of letters whose years are over."""

    forget_letters(hold)
