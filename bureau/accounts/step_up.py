"""The password or a code once more, before personal data is shown or a right is granted."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.accounts import limits, second_factor
from bureau.accounts.models import User
from bureau.audit import services as audit

V = TypeVar("V", bound=Callable[..., Any])

SESSION_KEY = "step_up_at"
TRIES = 5
WINDOW = timedelta(minutes=15)
# The fields of the question, which travel beside those of the form that it interrupts.
ANSWER = "step_up_password"
WAS_GET = "step_up_get"


def is_fresh(request: HttpRequest) -> bool:
    """Whether this session has answered within the last `STEP_UP_MINUTES`."""
    at = request.session.get(SESSION_KEY)
    return isinstance(at, int | float) and 0 <= time.time() - at < settings.STEP_UP_MINUTES * 60


def mark(request: HttpRequest, user: User) -> None:
    """Remember the answer; the session gets a new key."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = time.time()
    record_authentication(request, user, method="password", reauthenticated=True)


def require_step_up(view: V) -> V:
    """The view runs only after a fresh answer; what was posted waits in the page that asks."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, User) or is_fresh(request):
            return view(request, *args, **kwargs)  # type: ignore[no-any-return]
        if request.method != "POST" or ANSWER not in request.POST:
            return ask(request)
        refusal = _check(user, request.POST[ANSWER])
        if refusal:
            return ask(request, refusal)
        mark(request, user)
        if WAS_GET in request.POST:
            return HttpResponseRedirect(request.get_full_path())
        return view(request, *args, **kwargs)  # type: ignore[no-any-return]

    return asked  # type: ignore[return-value]


class StepUpMixin:
    """The same for class-based views."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = require_step_up(super().dispatch)(request, *args, **kwargs)  # type: ignore[misc]
        return response


def ask(request: HttpRequest, refusal: str | Promise = "") -> HttpResponse:
    """The page that asks. It carries the interrupted form along, but neither files nor the answer."""
    posted = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in (ANSWER, "csrfmiddlewaretoken")
    ]
    context = {
        "posted": posted if request.method == "POST" else [(WAS_GET, "1")],
        "had_files": bool(request.FILES),
        "refusal": refusal,
        "has_second_factor": second_factor.has_second_factor(request.user),  # type: ignore[arg-type]
        "minutes": settings.STEP_UP_MINUTES,
    }
    return render(request, "account/step_up.html", context, status=200 if request.method == "GET" else 401)


def _check(user: User, answer: str) -> str | Promise:
    """ "" when the answer is the person's password or a present code; else a sentence."""
    if not limits.spend("step_up", str(user.pk), limit=TRIES, window=WINDOW):
        return _("Too many wrong tries. Please wait a few minutes.")
    if user.check_password(answer) or _is_code(user, answer):
        limits.give_back("step_up", str(user.pk))
        audit.record("accounts.user.stepped_up", by=user, obj=user)
        return ""
    audit.record("accounts.user.step_up_failed", by=user, obj=user, refused=True)
    return _("That was not right. Type your password, or the present code from the app.")


def _is_code(user: User, answer: str) -> bool:
    plain = "".join(sign for sign in answer if not sign.isspace())
    return plain.isdigit() and len(plain) in (6, 8) and second_factor.accepts_quietly(user, plain)
