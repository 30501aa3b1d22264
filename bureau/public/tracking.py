"""/{lang}/track/: number and code open the status of one record, without an account."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bureau.access.views import Open, rule
from bureau.accounts import sender
from bureau.accounts.limits import Toll, give_back, spend_all
from bureau.accounts.principals import Holder
from bureau.identifiers import codes
from bureau.notices.selectors import sms_available
from bureau.public.trackers import TRACKERS, Tracker, of_number

COOKIE: Final = "portal_tracked"
SALT: Final = "bureau.public.tracking"
OPEN_FOR: Final = timedelta(minutes=30)
WINDOW: Final = timedelta(hours=1)


class TrackForm(forms.Form):
    """Spaces and full-width letters are taken as they come."""

    number = forms.CharField(
        label=_("Number"),
        error_messages={"required": _("Type the number that stands on your receipt.")},
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "code"}),
    )
    code = forms.CharField(
        label=_("Code"),
        error_messages={"required": _("Type the code that stands on your receipt.")},
        max_length=40,
        help_text=_("Both stand on your receipt. Capital or small letters make no difference."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "code"}),
    )

    def clean_number(self) -> str:
        return codes.normalise(self.cleaned_data["number"])

    def clean_code(self) -> str:
        return codes.normalise(self.cleaned_data["code"])


@rule(Open())
def ask(request: HttpRequest) -> HttpResponse:
    """The form; a right pair leads to the status page, every wrong one gets the same sentence."""
    if request.method != "POST":
        number = request.GET.get("number", "")
        return _form(request, TrackForm(initial={"number": number[:40]}))
    form = TrackForm(request.POST, use_required_attribute=False)
    if not form.is_valid():
        return _form(request, form, status=422)
    tolls = tolls_of(request, form.cleaned_data["number"])
    wait = spend_all(*tolls)
    if wait:
        form.add_error(None, _now("This was tried too often. Please wait an hour, or call us."))
        response = _form(request, form, status=429)
        response.headers["Retry-After"] = str(math.ceil(wait.total_seconds()))
        return response
    proved = _prove(form.cleaned_data["number"], form.cleaned_data["code"])
    if proved is None:
        form.add_error(None, _now("Number and code do not fit together. Check both on your receipt."))
        return _form(request, form, status=422)
    give_back(tolls[-1].bucket, tolls[-1].key)
    response = redirect("public:track_status")
    _remember(request, response, *proved)
    return response


@rule(Open())
def status(request: HttpRequest) -> HttpResponseBase:
    """The status page of the record that was proved; its own forms come back here."""
    found = tracked(request)
    if found is None:
        return redirect("public:track")
    tracker, holder = found
    request.principal = holder  # type: ignore[attr-defined]
    return _private(tracker.page(request, holder))


@rule(Open())
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the record on this computer."""
    response = redirect("public:track")
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


def tracked(request: HttpRequest) -> tuple[Tracker, Holder] | None:
    """What this browser proved in the last half hour; None when nothing."""
    try:
        prefix, kind, pk = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=OPEN_FOR)
    except (signing.BadSignature, ValueError):
        return None
    tracker = TRACKERS.get(prefix)
    return (tracker, Holder(kind, pk)) if tracker else None


def _prove(number: str, code: str) -> tuple[Tracker, Holder] | None:
    """The record whose number and code these are. A number nobody has costs the same digest."""
    tracker = of_number(number)
    record = tracker.find(number) if tracker else None
    if tracker is None or record is None:
        (tracker.decoy if tracker and tracker.decoy else _decoy)(code)
        return None
    if not tracker.check(record, code):
        return None
    return tracker, Holder(record._meta.label_lower, record.pk)


def _decoy(code: str) -> object:
    return codes.digest("track", code)


def tolls_of(request: HttpRequest, number: str) -> tuple[Toll, ...]:
    """A rotating address is stopped at the number; many addresses at many numbers by what all share.

    The last one counts wrong tries alone: who knows the code takes nothing from anybody.
    """
    return (
        Toll("track.sender", sender.network(request), settings.TRACK_TRIES_PER_SENDER, WINDOW),
        Toll("track.number", number, settings.TRACK_TRIES_PER_NUMBER, WINDOW),
        Toll("track.all", "", settings.TRACK_TRIES_GLOBAL, WINDOW),
    )


def _remember(request: HttpRequest, response: HttpResponse, tracker: Tracker, holder: Holder) -> None:
    value: list[Any] = [tracker.prefix, holder.kind, holder.pk]
    response.set_cookie(
        COOKIE,
        signing.dumps(value, salt=SALT),
        max_age=OPEN_FOR,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _form(request: HttpRequest, form: TrackForm, status: int = 200) -> HttpResponse:
    response = render(
        request,
        "public/track.html",
        {"form": form, "nav": "track", "lost_codes": _lost_codes()},
        status=status,
    )
    _private(response)
    return response


def _lost_codes() -> list[str]:
    """Pages that send a new code by SMS; none where no gateway is set."""
    return [one.lost_code for one in TRACKERS if one.lost_code] if sms_available() else []


def _private(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Cache-Control"] = "no-store, private"
    patch_vary_headers(response, ("Cookie",))
    return response
