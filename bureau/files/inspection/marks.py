"""Marks of secrecy, as the table of them says: on a line of their own, or anywhere in the text."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from bureau.files.choices import MarkForm
from bureau.files.inspection.plain import plain_text
from bureau.files.models import ClassificationMark

REFERENCE = Path(__file__).parent.parent / "reference" / "classification_marks.toml"
MOST_SHOWN = 20
_STARS = str.maketrans("☆✩✭✮✯⭐🌟✱", "★★★★★★★★")
# Marks around a word that stands alone: 【机密】, (内部资料).
_AROUND = re.compile(r"[\W_]+")


def classification_marks(text: str) -> list[str]:
    """The lines that carry a mark of secrecy, shortened; empty for a text that may be public.

    Spaces, full-width forms, unseen characters and tags hide no mark.
    """
    anywhere, alone = _in_use()
    found: dict[str, None] = {}
    for line in unicodedata.normalize("NFKC", plain_text(text)).splitlines():
        bare = "".join(line.translate(_STARS).split())
        if any(mark in bare for mark in anywhere) or (len(bare) < 40 and _AROUND.sub("", bare) in alone):
            found[line.strip()[:60]] = None
        if len(found) >= MOST_SHOWN:
            break
    return list(found)


def _in_use() -> tuple[tuple[str, ...], frozenset[str]]:
    """What the table says; a table that was never filled says what the portal brings along."""
    rows = list(ClassificationMark.objects.values_list("form", "text", "is_active"))
    rows = rows or [(row["form"], row["text"], True) for row in brought_along()]
    marks = [(form, _bare(text)) for form, text, is_active in rows if is_active]
    return (
        tuple(mark for form, mark in marks if form == MarkForm.ANYWHERE),
        frozenset(_AROUND.sub("", mark) for form, mark in marks if form == MarkForm.ALONE),
    )


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).translate(_STARS).split())


@cache
def brought_along() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(REFERENCE.read_text(encoding="utf-8"))["row"])
