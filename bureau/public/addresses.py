"""Addresses that a form sends along: only our own are followed."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def inside(request: HttpRequest, address: str, *, otherwise: str = "/") -> str:
    """The address if it is a path of this site, else `otherwise`."""
    is_path = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts=None, require_https=request.is_secure()
    )
    return address if is_path else otherwise
