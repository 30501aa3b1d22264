"""Care, dark and light: one cookie, set by a plain form, read on every page."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest

COOKIE = "portal_mode"
A_YEAR = 365 * 24 * 3600
SCHEMES = ("dark", "light")
# What a button may send: each changes one of the two independent choices.
CHOICES = ("care", "standard", "dark", "light", "system")


def chosen(request: HttpRequest) -> list[str]:
    """The classes for <html>: at most `care` and one of `dark` and `light`."""
    words = request.COOKIES.get(COOKIE, "").split(".")
    found = ["care"] if "care" in words else []
    scheme = next((word for word in words if word in SCHEMES), None)
    return [*found, scheme] if scheme else found


def after(now: list[str], choice: str) -> list[str]:
    """The classes after a button was pressed."""
    care = "care" in now if choice not in ("care", "standard") else choice == "care"
    scheme = next((word for word in now if word in SCHEMES), "")
    if choice in SCHEMES:
        scheme = choice
    elif choice == "system":
        scheme = ""
    return [word for word in ("care" if care else "", scheme) if word]


def is_from_here(request: HttpRequest) -> bool:
    """Whether the form was sent from a page of this site. Instead of a token, so that pages need no cookie.

    Browsers without Sec-Fetch-Site (Firefox 78, Safari 14) send Origin with every POST.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.get_host()
