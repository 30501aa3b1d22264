"""What the page of a letter says of its handling. What only the office may know is asked with its right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from bureau.access.services import may, permitted
from bureau.accounts.principals import Principal
from sections.office.letters import handling_steps, same_writer
from sections.office.letters.choices import OPEN, NoteKind, Status
from sections.office.letters.models import Citation, CoHandler, Letter, LetterNote

MERGEABLE = next(step for step in handling_steps.HANDLING_STEPS if step.name == "merge").sources


def notes(letter: Letter, by: Principal, kind: NoteKind) -> list[LetterNote]:
    found = permitted(by, "view", LetterNote).filter(letter=letter, kind=kind)
    return list(found.select_related("written_by"))


def instructions(letter: Letter, by: Principal) -> Mapping[str, Any]:
    return {"notes": notes(letter, by, NoteKind.INSTRUCTION)}


def internal_notes(letter: Letter, by: Principal) -> Mapping[str, Any]:
    return {"notes": notes(letter, by, NoteKind.NOTE)}


def has_notes(kind: NoteKind) -> Any:
    return lambda letter, by: letter.notes.filter(kind=kind).exists()


def contributions(letter: Letter, by: Principal) -> Mapping[str, Any]:
    rows = permitted(by, "view", CoHandler).filter(letter=letter)
    return {"rows": list(rows.select_related("unit", "contributed_by"))}


def citations(letter: Letter, by: Principal) -> Mapping[str, Any]:
    return {"rows": list(permitted(by, "view", Citation).filter(letter=letter))}


def together(letter: Letter, by: Principal) -> Mapping[str, Any]:
    """Letters that get the same answer: what they say, never who wrote them."""
    return {
        "letters": [
            {"letter": one, "url": address(one)}
            for one in permitted(by, "view", Letter).filter(merged_into=letter)
        ]
    }


def other_letters(letter: Letter, by: Principal) -> Mapping[str, Any]:
    """For the office alone: what the same person wrote, what says the same, what was linked."""
    can_merge = letter.status in MERGEABLE
    linked = same_writer.linked(letter, by)
    known = {letter.merged_into_id, *(one.pk for one, _reason in linked)}
    return {
        "others": [
            {
                "letter": one.letter,
                "url": address(one.letter),
                "is_same_writer": one.is_same_writer,
                "percent": one.percent,
                "link": f"{reverse('desk:office:letter_link', args=[letter.pk])}?other={one.letter.number}",
                "merge": _merging(letter, one.letter) if can_merge and one.letter.status in OPEN else "",
            }
            for one in same_writer.others(letter, by)
            if one.letter.pk not in known
        ],
        "linked": [{"letter": one, "url": address(one), "reason": reason} for one, reason in linked],
        "merged_into": _merged_into(letter, by),
        "link": reverse("desk:office:letter_link", args=[letter.pk]),
    }


def _merging(letter: Letter, other: Letter) -> str:
    return f"{reverse('desk:office:letter_do', args=[letter.pk, 'merge'])}?other={other.number}"


def _merged_into(letter: Letter, by: Principal) -> Mapping[str, Any] | None:
    other = letter.merged_into if letter.status == Status.MERGED else None
    if other is None or not may(by, "register", other):
        return None
    return {"letter": other, "url": address(other)}


def address(letter: Letter) -> str:
    return reverse("desk:office:letter_detail", args=[letter.pk])
