"""Kinds of notices: what each says, in the reader's language. Filled by the apps' `notices.py`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from django.utils.formats import date_format
from django.utils.functional import Promise

from bureau.charter.models import local
from bureau.registry import Registry

# A text, a number, a day, or a name in both languages: {"zh": "…", "en": "…"}. Never a person's data.
Value: TypeAlias = str | int | date | Mapping[str, str]
Params: TypeAlias = Mapping[str, Value]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class NoticeKind:
    """`title` is one sentence with %(name)s places. `email`, `sms`: whether these channels carry it too."""

    key: str
    title: str | Promise
    email: bool = True
    sms: bool = False

    def __str__(self) -> str:
        return self.key


KINDS: Registry[NoticeKind] = Registry("kinds of notices")


def register(kind: NoticeKind) -> NoticeKind:
    return KINDS.add(kind.key, kind)


def stored(params: Params) -> dict[str, object]:
    """As JSON keeps them."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in params.items()}


def render(key: str, params: Mapping[str, object]) -> str:
    """The title in the active language. A kind that is no longer installed shows its key."""
    kind = KINDS.get(key)
    if kind is None:
        return key
    return str(kind.title) % {name: _shown(value) for name, value in params.items()}


def _shown(value: object) -> object:
    if isinstance(value, Mapping):
        return local(str(value.get("zh", "")), str(value.get("en", "")))
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    return value
