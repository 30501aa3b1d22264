"""Who may send: no riddle to solve, but an empty field, a least time, and buckets in the database."""

from __future__ import annotations

import math
import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bureau.accounts import limits, sender
from bureau.accounts.limits import Toll, spend_all

# The field that people never see and programs fill in.
LURE = "homepage"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def why_not_sent(request: HttpRequest, began: float) -> str:
    """The sentence for a form that no person filled in; "" for everybody else."""
    if request.POST.get(LURE):
        return _(
            "The letter could not be sent. Leave the field that says “leave empty” empty, then send again."
        )
    if time.time() - began < settings.LETTERS_MIN_SECONDS:
        return _("That was very quick. Read your letter once more, then send it.")
    return ""


def pay_for_letter(request: HttpRequest, phone: str, token: str) -> timedelta:
    """Zero, or how long to wait: per network, per telephone number, and all senders together.

    A form pays once: sent again because its reply was lost, or fifty times at once, it costs nothing more.
    """
    try:
        with transaction.atomic():
            # Whoever sends the same form at this moment waits here until it is paid, or pays itself.
            if limits.spend("letters.form", token, limit=1, window=DAY):
                _pay(request, phone)
    except _NotPaid as refused:
        return refused.wait
    return timedelta(0)


class _NotPaid(Exception):
    """Rolls the payment back, with the mark that the form has paid."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.wait = wait


def _pay(request: HttpRequest, phone: str) -> None:
    window = timedelta(minutes=settings.LETTERS_WINDOW_MINUTES)
    contact = [Toll("letters.contact", phone, settings.LETTERS_PER_CONTACT, DAY)] if phone else []
    wait = spend_all(
        Toll("letters.sender", sender.network(request), settings.LETTERS_PER_SENDER, window),
        *contact,
        Toll("letters.all", "", settings.LETTERS_GLOBAL, window),
    )
    if wait:
        raise _NotPaid(wait)


def pay_for_saving(request: HttpRequest) -> timedelta:
    window = timedelta(minutes=settings.LETTERS_WINDOW_MINUTES)
    return spend_all(
        Toll("letters.save", sender.network(request), settings.LETTERS_DRAFTS_PER_SENDER, window),
        Toll("letters.save_all", "", settings.LETTERS_GLOBAL, window),
    )


def tolls_of_resuming(request: HttpRequest) -> tuple[Toll, Toll]:
    return (
        Toll("letters.resume", sender.network(request), settings.LETTERS_RESUMES_PER_SENDER, HOUR),
        Toll("letters.resume_all", "", settings.LETTERS_RESUMES_GLOBAL, HOUR),
    )


def pay_for_file(request: HttpRequest) -> timedelta:
    return spend_all(
        Toll("letters.file", sender.network(request), settings.LETTERS_FILES_PER_SENDER, HOUR),
        Toll("letters.file_all", "", settings.LETTERS_FILES_PER_SENDER * 40, HOUR),
    )


def pay_for_new_code(request: HttpRequest, number: str) -> timedelta:
    return spend_all(
        Toll("letters.code_sender", sender.network(request), settings.LETTERS_CODES_PER_DAY * 2, DAY),
        Toll("letters.code_number", number, settings.LETTERS_CODES_PER_DAY, DAY),
        Toll("letters.code_all", "", settings.LETTERS_GLOBAL, DAY),
    )


def asked_to_wait(response: HttpResponse, wait: timedelta) -> HttpResponse:
    response.status_code = 429
    response.headers["Retry-After"] = str(max(math.ceil(wait.total_seconds()), 1))
    return response
