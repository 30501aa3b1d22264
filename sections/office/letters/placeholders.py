"""Marks in an answer template that are replaced when it is inserted. Each has a Chinese and an English name; both
work whatever language the page is in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bureau.charter.models import local
from sections.office.letters.models import Letter


@dataclass(frozen=True)
class Placeholder:
    """`value`: what stands in an answer, which is written in Chinese."""

    name_zh: str
    name_en: str
    value: Callable[[Letter], str]

    @property
    def marks(self) -> tuple[str, str]:
        return f"{{{self.name_zh}}}", f"{{{self.name_en}}}"

    @property
    def mark(self) -> str:
        """The one of the page's language."""
        return local(*self.marks)


PLACEHOLDERS = (
    Placeholder("编号", "number", lambda letter: letter.number),
    Placeholder("日期", "date", lambda _letter: date_format(timezone.localdate(), "Y年n月j日")),
    Placeholder("科室", "section", lambda letter: letter.unit.name_zh if letter.unit else ""),
)


def filled(text: str, letter: Letter) -> str:
    """The text with this letter's number, today's date and the section."""
    for one in PLACEHOLDERS:
        value = one.value(letter)
        for mark in one.marks:
            text = text.replace(mark, value)
    return text


def hint() -> str:
    """What the form says of them, in the language of whoever reads it."""
    number, date, section = (one.mark for one in PLACEHOLDERS)
    return _(
        "%(number)s, %(date)s and %(section)s are replaced by the letter's number, today's date and the section."
    ) % {"number": number, "date": date, "section": section}
