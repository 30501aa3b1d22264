"""Who may send: no riddle to solve, but an empty field, a least time, and buckets in the database."""

from __future__ import annotations

import time
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bureau.accounts import sender
from bureau.accounts.limits import Toll, spend_all
from bureau.public.gate import LURE, asked_to_wait, pay_once

__all__ = ["LURE", "asked_to_wait"]

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
    window = timedelta(minutes=settings.LETTERS_WINDOW_MINUTES)
    contact = [Toll("letters.contact", phone, settings.LETTERS_PER_CONTACT, DAY)] if phone else []
    return pay_once(
        "letters.form",
        token,
        DAY,
        Toll("letters.sender", sender.network(request), settings.LETTERS_PER_SENDER, window),
        *contact,
        Toll("letters.all", "", settings.LETTERS_GLOBAL, window),
    )


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
