"""Rows, columns and questions typed one per line or pasted from a spreadsheet: key, Chinese, English, code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bureau.identifiers.pinyin import initials
from schools.returns.definition import CellSpec, Line, Question, Words

KEY = re.compile(r"^[a-z][a-z0-9_]{0,24}$")
_OTHER = re.compile(r"[^a-z0-9]+")
_SEPARATORS = re.compile(r"\t|\|")
LONGEST_WORDS = 120
MOST_LINES = 200  # what a page still shows; the same limit as for a table that is taken into use


@dataclass(frozen=True)
class Typed:
    """One line as it was typed; `key` is empty where none was given."""

    key: str
    words: Words
    code: str = ""


def key_from(words: Words, taken: Iterable[str]) -> str:
    """A key made from English words, or from the pinyin initials; unique among those taken."""
    plain = unicodedata.normalize("NFKC", words.en or initials(words.zh)).lower()
    base = _OTHER.sub("_", plain).strip("_")[:20].strip("_")
    base = base if KEY.match(base) else f"c_{base}".rstrip("_")
    known = set(taken)
    if base not in known:
        return base
    return next(name for number in range(2, len(known) + 3) if (name := f"{base}_{number}") not in known)


def read_lines(text: str) -> list[Typed]:
    """Typed lines. One word a line is Chinese; a first field that can be no key is Chinese, too.

    Raises ValidationError with every fault: line, what is wrong.
    """
    if len(text.splitlines()) > MOST_LINES:
        raise ValidationError(_("There are more than %(most)d lines.") % {"most": MOST_LINES})
    found: list[Typed] = []
    faults: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            typed = _read(line)
            fault = _fault(typed, {one.key for one in found if one.key})
            if fault:
                faults.append(_("Line %(number)d: %(fault)s") % {"number": number, "fault": fault})
            found.append(typed)
    if faults:
        raise ValidationError(faults)
    return found


def _read(line: str) -> Typed:
    parts = [unicodedata.normalize("NFKC", part).strip() for part in _SEPARATORS.split(line)]
    if len(parts) == 1:
        return Typed("", Words(parts[0]))
    if parts[0] and not KEY.match(parts[0]):
        parts = ["", *parts]
    key, chinese, english, code = (*parts, "", "", "")[:4]
    return Typed(key, Words(chinese, english), code)


def _fault(typed: Typed, taken: set[str]) -> str:
    if not typed.words.zh:
        return _("The Chinese words are missing.")
    if max(len(typed.words.zh), len(typed.words.en)) > LONGEST_WORDS:
        return _("The words are longer than %(most)d characters.") % {"most": LONGEST_WORDS}
    if typed.key in taken:
        return _("The key “%(key)s” stands twice.") % {"key": typed.key}
    return ""


def with_keys(typed: Sequence[Typed], present: Mapping[str, Words]) -> list[Typed]:
    """A line without a key keeps that of the present line with the same Chinese words, else gets a new one."""
    taken = {one.key for one in typed if one.key}
    by_words = {words.zh: key for key, words in present.items() if key not in taken}
    found = []
    for one in typed:
        key = one.key or by_words.pop(one.words.zh, "") or key_from(one.words, {*taken, *present})
        taken.add(key)
        found.append(replace(one, key=key))
    return found


def as_lines(text: str, present: Sequence[Line]) -> tuple[Line, ...]:
    """Rows or columns from typed text; what is there under the same key keeps its rules."""
    held = {line.key: line for line in present}
    typed = with_keys(read_lines(text), {key: line.words for key, line in held.items()})
    return tuple(
        replace(held.get(one.key, Line(one.key, one.words)), words=one.words, code=one.code) for one in typed
    )


def as_questions(text: str, present: Sequence[Question]) -> tuple[Question, ...]:
    held = {item.key: item for item in present}
    typed = with_keys(read_lines(text), {key: item.words for key, item in held.items()})
    plain = CellSpec(kind="text")
    return tuple(
        replace(held.get(one.key, Question(one.key, one.words, plain)), words=one.words) for one in typed
    )


def written(lines: Sequence[Line] | Sequence[Question]) -> str:
    """The lines as they are typed: key | Chinese | English | code."""
    rows = ([one.key, one.words.zh, one.words.en, getattr(one, "code", "")] for one in lines)
    return "\n".join(" | ".join(row).rstrip(" |") for row in rows)
