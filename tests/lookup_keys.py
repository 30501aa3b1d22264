"""A Monday on which the key of look-up is changed."""

from __future__ import annotations

from typing import Any

from bureau.audit.services import Nobody
from bureau.identifiers import lookup_key
from bureau.identifiers.lookup_key import COLUMNS, Left
from bureau.settings.environment import derived_key

NEW_KEY = derived_key("of monday", "lookup key")


def put_a_new_key_first(settings: Any) -> None:
    settings.LOOKUP_KEYS_FORMER = [settings.LOOKUP_KEY]
    settings.LOOKUP_KEY = NEW_KEY


def take_the_former_away(settings: Any) -> None:
    settings.LOOKUP_KEYS_FORMER = []


def rotate() -> int:
    return lookup_key.rotate(by=Nobody())


def left(column: str) -> Left:
    return COLUMNS[column].left()
