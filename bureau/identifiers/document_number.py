"""Number of an official document, GB/T 9704-2012, 7.2.5: mark〔full year〕number 号."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.identifiers.errors import BadIdentifier
from bureau.identifiers.text import normalise_digits

_RIGHT = re.compile(r"(?P<mark>[\u3400-\u9fffA-Za-z]+)〔(?P<year>[0-9]{4})〕(?P<number>[1-9][0-9]*)号")
FIRST_YEAR = 1949


@dataclass(frozen=True)
class DocumentNumber:
    mark: str
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.mark}〔{self.year}〕{self.number}号"


def check(text: str) -> DocumentNumber:
    """The parts of a right number. Raises BadIdentifier."""
    given = re.sub(r"\s+", "", normalise_digits(text))
    if re.search(r"[\[\]()【】（）［］{}〖〗]", given):
        raise BadIdentifier(_("The year of a document number stands in hexagonal brackets: 〔2026〕."))
    if "第" in given:
        raise BadIdentifier(_("A document number has no 第 before the number: 〔2026〕15号."))
    if re.search(r"〔(?![0-9]{4}〕)", given):
        raise BadIdentifier(
            _("The year of a document number is written in full, with four digits: 〔2026〕.")
        )
    if re.search(r"〕0", given):
        raise BadIdentifier(
            _("The number in a document number begins without a zero: 〔2026〕15号, not 015号.")
        )
    if not given.endswith("号"):
        raise BadIdentifier(_("A document number ends with 号: 〔2026〕15号."))
    found = _RIGHT.fullmatch(given)
    if found is None:
        raise BadIdentifier(
            _("A document number is the mark of the body, the year and the number: 市教字〔2026〕15号.")
        )
    year = int(found["year"])
    if not FIRST_YEAR <= year <= timezone.localdate().year + 1:
        raise BadIdentifier(_("No document can have this year. Compare the document number with the paper."))
    return DocumentNumber(found["mark"], year, int(found["number"]))
