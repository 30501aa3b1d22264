"""From which address a request came. Only what our own proxies wrote is believed."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The sender's address, `TRUSTED_PROXIES` hops out; the direct peer where that is 0.

    Each of our proxies appends the peer it saw to X-Forwarded-For, so the n-th entry from the right
    is the one that the outermost of n proxies vouches for. Anything further left is the sender's own word.
    """
    direct = str(request.META.get("REMOTE_ADDR") or "")
    hops = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    trusted = settings.TRUSTED_PROXIES
    claimed = hops[-trusted] if 0 < trusted <= len(hops) else direct
    return claimed if _is_address(claimed) else direct


def network(request: HttpRequest) -> str:
    """The address for counting: an IPv6 sender owns a whole /64 and would else have 2^64 tries."""
    text = address(request)
    if ":" not in text:
        return text
    return str(ipaddress.ip_network(f"{text}/64", strict=False)) if _is_address(text) else text


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
