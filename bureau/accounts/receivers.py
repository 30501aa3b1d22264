"""What follows every sign-in and sign-out, whichever door it came through."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from bureau.accounts import slips, visits
from bureau.accounts.models import User
from bureau.audit import services as audit


@receiver(user_logged_in)
def enter_visit(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    visits.begin(request, user)
    slips.use_up(user)
    audit.record("accounts.user.signed_in", by=user, obj=user)


@receiver(user_logged_out)
def end_visit(sender: object, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    visits.end(request)
    if isinstance(user, User):
        audit.record("accounts.user.signed_out", by=user, obj=user)
