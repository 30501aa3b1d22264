"""What is replaced before the public reads a text, and what a reader should look at before and after."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from sections.office.answers.choices import RuleKind
from sections.office.answers.models import RedactionRule
from sections.office.letters import leaks
from sections.office.letters.models import Letter

# What a pattern may hold beside plain text. No regular expressions: one that a person writes may never end.
SIGNS = {"#": r"\d", "?": "."}
# What is seldom a person alone: shown to both people who read the copy, replaced by neither.
LEFT_TO_PEOPLE = (leaks.Leak.FAMILY,)
SENTENCES = re.compile(r"[^。！？；\n.!?;]*[。！？；\n.!?;]*")


def rules_in_use() -> list[RedactionRule]:
    return list(RedactionRule.objects.filter(is_active=True))


def redacted(text: str, *, letter: Letter, rules: Iterable[RedactionRule]) -> str:
    """A copy of `text` under the office's rules, then without what the scan takes for personal data."""
    for rule in rules:
        # A backslash in the replacement is a backslash.
        text = expression(rule).sub(rule.replacement.replace("\\", r"\\"), text)
    return leaks.redacted(
        text, [one for one in leaks.scan(text, letter=letter) if one.kind not in LEFT_TO_PEOPLE]
    )


def expression(rule: RedactionRule) -> re.Pattern[str]:
    if rule.kind == RuleKind.EXACT:
        return re.compile(re.escape(rule.text))
    return re.compile("".join(SIGNS.get(sign) or re.escape(sign) for sign in rule.text))


@dataclass(frozen=True)
class Piece:
    """A stretch of text: in both, only in the letter, or only in the copy."""

    kind: Literal["same", "gone", "new"]
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """By sentences, and by characters within the sentences that differ."""
    old, new = sentences(before), sentences(after)
    found: list[Piece] = []
    for what, left, right, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        was, now = "".join(old[left:right]), "".join(new[start:end])
        found += [Piece("same", was)] if what == "equal" else list(_closely(was, now))
    return [piece for piece in found if piece.text]


def sentences(text: str) -> list[str]:
    return [part for part in SENTENCES.findall(text.replace("\r\n", "\n")) if part]


def _closely(was: str, now: str) -> Iterator[Piece]:
    if len(was) * len(now) > 1_000_000:
        yield from (Piece("gone", was), Piece("new", now))
        return
    for what, left, right, start, end in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece("same", was[left:right])
        else:
            yield Piece("gone", was[left:right])
            yield Piece("new", now[start:end])
