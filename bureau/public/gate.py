"""Who may send a public form: no riddle to solve, but an empty field, a least time, and buckets in the database."""

from __future__ import annotations

import math
import time
from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bureau.accounts import limits
from bureau.accounts.limits import Toll, spend_all

# The field that people never see and programs fill in.
LURE = "homepage"


def why_not_sent(request: HttpRequest, began: float, least_seconds: float) -> str:
    """The sentence for a form that no person filled in; "" for everybody else."""
    if request.POST.get(LURE):
        return _("This could not be sent. Leave the field that says “leave empty” empty, then send again.")
    if time.time() - began < least_seconds:
        return _("That was very quick. Read it once more, then send it.")
    return ""


def pay_once(bucket: str, token: str, window: timedelta, *tolls: Toll) -> timedelta:
    """Zero, or how long to wait.

    A form pays once: sent again because its reply was lost, or fifty times at once, it costs nothing more.
    """
    try:
        with transaction.atomic():
            # Whoever sends the same form at this moment waits here until it is paid, or pays itself.
            if limits.spend(bucket, token, limit=1, window=window):
                wait = spend_all(*tolls)
                if wait:
                    raise _NotPaid(wait)
    except _NotPaid as refused:
        return refused.wait
    return timedelta(0)


class _NotPaid(Exception):
    """Rolls the payment back, with the mark that the form has paid."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.wait = wait


def asked_to_wait(response: HttpResponse, wait: timedelta) -> HttpResponse:
    response.status_code = 429
    response.headers["Retry-After"] = str(max(math.ceil(wait.total_seconds()), 1))
    return response
