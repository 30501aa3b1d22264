"""JSON as it comes from strangers: bounded, unambiguous, and nothing that a database refuses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from bureau.api.faults import Fault

# More digits than any number of the register has; Python itself refuses to read very long ones.
MOST_DIGITS = 30
DEEPEST = 8


class JSONParser(BaseParser):
    """A JSON object in UTF-8. Raises Fault: 413 above the limit, 400 for what cannot be understood."""

    media_type = "application/json"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        raw = stream.read(settings.API_MAX_BYTES + 1)
        if len(raw) > settings.API_MAX_BYTES:
            raise Fault(413, _("This is more than one request may hold."))
        return read(raw)


def read(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_int,
            parse_float=_float,
            parse_constant=_constant,
        )
    except (ValueError, RecursionError) as error:
        raise Fault(400, _("This is not JSON as this address expects it.")) from error
    if not isinstance(found, dict):
        raise Fault(400, _('Send one JSON object: {"field": value}.'))
    _check(found, DEEPEST)
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("the same name twice")
    return found


def _int(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError("too many digits")
    return int(text)


def _float(text: str) -> float:
    if len(text) > MOST_DIGITS or float(text) in (float("inf"), float("-inf")):
        raise ValueError("too many digits")
    return float(text)


def _constant(text: str) -> Any:
    raise ValueError("NaN and Infinity are no JSON")


def _check(value: Any, depth: int) -> None:
    """No NUL and no half of a surrogate pair, neither of which a database stores; no bottomless nesting."""
    if depth < 0:
        raise Fault(400, _("This is nested too deeply."))
    if isinstance(value, str) and ("\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value)):
        raise Fault(400, _("A text holds a character that cannot be stored."))
    if isinstance(value, dict):
        for name, part in value.items():
            _check(name, depth)
            _check(part, depth - 1)
    elif isinstance(value, list):
        for part in value:
            _check(part, depth - 1)
