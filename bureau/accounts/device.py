"""A browser that somebody has signed in with before: a signed cookie, good for two things alone.

An attacker who fills an account's measure of tries cannot shut its owner out of his own browser; and
a form posted after the session has ended is given back to nobody but the person whose browser it is.
It proves nothing: no page opens because of it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from bureau.accounts.models import User

COOKIE = "device"
MAX_AGE = 90 * 24 * 60 * 60
_SALT = "bureau.accounts.device"


@dataclass(frozen=True)
class Device:
    user_id: int
    number: str


def of(request: HttpRequest) -> Device | None:
    """Whose browser this is, as far as its cookie says."""
    try:
        user_id, number = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=MAX_AGE)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return Device(int(user_id), str(number))


def remember(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Write the cookie, unless this person's is there already."""
    known = of(request)
    if known is not None and known.user_id == user.pk:
        return
    response.set_cookie(
        COOKIE,
        signing.dumps([user.pk, secrets.token_hex(8)], salt=_SALT),
        max_age=MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("QQBrowser", "QQ"), ("360SE", "360"), ("Edg/", "Edge"),
    ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def name(request: HttpRequest) -> str:
    """Enough to know one's own browser in a list: "Firefox, Windows"."""
    agent = request.META.get("HTTP_USER_AGENT", "")[:500]
    found = [next((label for sign, label in signs if sign in agent), "") for signs in (_BROWSERS, _SYSTEMS)]
    return ", ".join(part for part in found if part)
