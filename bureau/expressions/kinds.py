"""Kinds of values, for checking a rule before there is any value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from bureau.expressions.values import Value

Base = Literal["number", "text", "date", "yes_no", "any"]


@dataclass(frozen=True)
class Kind:
    """`codes`: the only texts there can be. `is_list`: a name of several values, to be counted or summed up."""

    base: Base
    codes: frozenset[str] | None = None
    is_list: bool = False

    @property
    def label(self) -> str:
        return {
            "number": _("a number"),
            "text": _("a text") if self.codes is None else _("a choice"),
            "date": _("a date"),
            "yes_no": _("yes or no"),
            "any": _("any value"),
        }[self.base]

    def fits(self, wanted: Kind) -> bool:
        return "any" in (self.base, wanted.base) or self.base == wanted.base


NUMBER = Kind("number")
TEXT = Kind("text")
DATE = Kind("date")
YES_NO = Kind("yes_no")
ANY = Kind("any")


def choice(codes: Iterable[str]) -> Kind:
    return Kind("text", frozenset(codes))


def list_of(kind: Kind) -> Kind:
    return replace(kind, is_list=True)


def kind_of(value: Value) -> Kind:
    if isinstance(value, bool):
        return YES_NO
    if isinstance(value, str):
        return TEXT
    return DATE if isinstance(value, date) else NUMBER
