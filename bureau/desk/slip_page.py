"""The page of slips to print. It exists once: nothing on it is stored in plain anywhere."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from bureau.accounts.slips import Printed
from bureau.charter.models import Membership


def show_slips(
    request: HttpRequest, printed: Sequence[Printed], *, back: str, back_pk: int | None = None
) -> HttpResponse:
    """Answer with the slips. The address of sign-in is the configured one, never the request's host."""
    users = [slip.user for slip in printed]
    places: dict[int, Membership] = {}
    for membership in Membership.objects.in_force().filter(user__in=users).select_related("unit"):
        places.setdefault(membership.user_id, membership)
    context = {
        "slips": [(slip, places.get(slip.user.pk)) for slip in printed],
        "sign_in_address": settings.PUBLIC_URL.rstrip("/") + reverse("account_login"),
        "back": reverse(back, args=[back_pk] if back_pk is not None else []),
    }
    response = render(request, "desk/accounts_slips.html", context)
    response["Cache-Control"] = "no-store, private"
    return response
