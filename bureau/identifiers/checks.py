"""What must be set before personal numbers can be stored."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from bureau.identifiers.encryption import KEY_LENGTH


@register()
def keys_are_whole(**kwargs: Any) -> list[CheckMessage]:
    """FIELD_KEYS and LOOKUP_KEY: base64 of 32 bytes each."""
    found: list[CheckMessage] = []
    if not settings.FIELD_KEYS:
        found.append(Error("FIELD_KEYS is empty: set at least one key.", id="identifiers.E001"))
    former = {f"LOOKUP_KEY, place {place}": key for place, key in enumerate(settings.LOOKUP_KEYS_FORMER, 2)}
    for name, key in {**settings.FIELD_KEYS, "LOOKUP_KEY": settings.LOOKUP_KEY, **former}.items():
        if ":" in name or not _is_whole(key):
            found.append(Error(f"Key {name!r} is not base64 of {KEY_LENGTH} bytes.", id="identifiers.E002"))
    return found


def _is_whole(key: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(key)) == KEY_LENGTH
    except (binascii.Error, ValueError):
        return False
