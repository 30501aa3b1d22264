"""Which column and which line of an uploaded sheet is which: by the headings and numbers that people see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from bureau.identifiers.text import normalise_digits
from bureau.sheets.cells import shown
from bureau.sheets.languages import in_every_language
from bureau.sheets.layout import header_key, letters, result_heads
from bureau.sheets.reading import Unreadable
from bureau.sheets.rows import Text
from schools.returns.definition import Words
from schools.returns.workbook.layout import (
    ANSWER,
    BEFORE,
    CODE,
    ENTRY,
    ITEM,
    NUMBER,
    Head,
    Laid,
    PartSheet,
    Spot,
)


def keys_of(text: Text) -> frozenset[str]:
    return frozenset(map(header_key, in_every_language(text)))


def own_keys() -> dict[str, frozenset[str]]:
    """The headings that stand before the columns of every table."""
    return {"number": keys_of(NUMBER), "code": keys_of(CODE), "item": keys_of(ITEM), "entry": keys_of(ENTRY)}


def words_keys(words: Words | None, *units: Words | None) -> frozenset[str]:
    """Every way to write a heading or an item: both languages, with its unit or without."""
    names = [words.zh, words.en] if words is not None else list(in_every_language(ANSWER))
    said = [name for name in names if name]
    for unit in units:
        if unit is not None:
            said += [f"{name}({sign})" for name in list(said) for sign in (unit.zh, unit.en) if sign]
    return frozenset(map(header_key, said))


@dataclass
class Header:
    """One row of headings in an uploaded sheet. `columns`: place → text of what stands beside the own ones."""

    row: int
    places: dict[str, int]
    columns: dict[int, str]

    @property
    def is_entry(self) -> bool:
        return "entry" in self.places


def header_in(row: int, cells: Sequence[Any], own: Mapping[str, frozenset[str]]) -> Header | None:
    """A row with one of the portal's own headings; None for every other row."""
    places: dict[str, int] = {}
    columns: dict[int, str] = {}
    for place, cell in enumerate(cells):
        if not isinstance(cell, str) or not cell.strip():
            continue
        key = header_key(cell)
        name = next((name for name, keys in own.items() if key in keys and name not in places), "")
        if name:
            places[name] = place
        else:
            columns[place] = cell
    known = places.keys() & {"number", "item", "entry"}
    # A table of rows may have a column of its own that is called like one of ours.
    return Header(row, places, columns) if known and columns else None


@dataclass
class Columns:
    """Heading → place for one block under one header, and what stands elsewhere or is gone."""

    places: dict[str, int]
    moved: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    strange: list[tuple[int, str]] = field(default_factory=list)


def columns_of(sheet: str, laid: Laid, header: Header) -> Columns:
    """Raises Unreadable where a column stands twice, or one is missing while an unknown one is there."""
    exact, loose = _ways(laid.heads)
    found = Columns({})
    for place, text in header.columns.items():
        head = _head_of(text, exact, loose)
        if head is None:
            if not _is_aside(text):
                found.strange.append((place, text.strip()))
        elif head.key in found.places:
            raise Unreadable(
                _(
                    "Sheet “%(sheet)s”: columns %(first)s and %(second)s are both headed “%(label)s”. Delete one."
                )
                % {
                    "sheet": sheet,
                    "first": letters(found.places[head.key]),
                    "second": letters(place),
                    "label": head,
                }
            )
        else:
            found.places[head.key] = place
            if place != head.place:
                found.moved.append(str(head))
    found.missing = [str(head) for head in laid.heads if head.key not in found.places]
    if found.missing and found.strange:
        place, text = found.strange[0]
        raise Unreadable(
            _(
                "Sheet “%(sheet)s”: the column “%(label)s” is not there, and column %(place)s is headed "
                "“%(text)s”. Put back the heading of the form, or download the workbook anew."
            )
            % {"sheet": sheet, "label": found.missing[0], "place": letters(place), "text": text[:40]}
        )
    return found


def _ways(heads: Iterable[Head]) -> tuple[dict[str, Head], dict[str, Head]]:
    """With the letter a heading names one column; without it, only where no other is called the same."""
    exact: dict[str, Head] = {}
    loose: dict[str, Head] = {}
    twice: set[str] = set()
    for head in heads:
        for key in words_keys(head.words, head.unit):
            exact[header_key(head.letter) + key] = head
            if loose.setdefault(key, head) is not head:
                twice.add(key)
    return exact, {key: head for key, head in loose.items() if key not in twice}


def _head_of(text: str, exact: Mapping[str, Head], loose: Mapping[str, Head]) -> Head | None:
    key = header_key(text)
    return exact.get(key) or loose.get(key)


def _is_aside(text: str) -> bool:
    """Figures of the period before, results of an earlier check: shown, never read."""
    key = header_key(text)
    results = {header_key(way) for name in result_heads() for way in in_every_language(name)}
    return key in results or any(key.startswith(before) for before in keys_of(BEFORE))


# --- lines ---------------------------------------------------------------------------------------


class Lines:
    """The lines of one part, found by number and words."""

    def __init__(self, page: PartSheet) -> None:
        self.by_number: dict[int, tuple[Laid, Spot]] = {}
        self.by_words: dict[str, list[tuple[Laid, Spot]]] = {}
        for laid in page.blocks:
            for spot in laid.spots:
                self.by_number[spot.number] = (laid, spot)
                for key in words_keys(spot.words, spot.unit):
                    self.by_words.setdefault(key, []).append((laid, spot))

    def find(self, sheet: str, row: int, header: Header, cells: Sequence[Any]) -> tuple[Laid, Spot] | None:
        """The line of the form that a row is; None where it is none. Raises Unreadable where it may be another."""
        number, words = _number(_at(cells, header, "number")), shown(_at(cells, header, "item")).strip()
        numbered = self.by_number.get(number) if number is not None else None
        named = self.by_words.get(header_key(words), []) if words else []
        if numbered is not None and (not words or numbered in named):
            return numbered
        if len(named) == 1:
            return named[0]
        if numbered is None and not named:
            return None
        raise Unreadable(self._moved(sheet, row, number, words, numbered))

    def _moved(
        self, sheet: str, row: int, number: int | None, words: str, numbered: tuple[Laid, Spot] | None
    ) -> str:
        if numbered is not None:
            return _(
                "Sheet “%(sheet)s”, row %(row)s: line %(number)s is called “%(words)s” here and “%(label)s” in "
                "the form. Put back number and words, or download the workbook anew."
            ) % {
                "sheet": sheet,
                "row": row,
                "number": number,
                "words": words[:40],
                "label": numbered[1].words,
            }
        return _(
            "Sheet “%(sheet)s”, row %(row)s: several lines are called “%(words)s”, and the number of the line is "
            "missing. Put back the number, or download the workbook anew."
        ) % {"sheet": sheet, "row": row, "words": words[:40]}


def _at(cells: Sequence[Any], header: Header, name: str) -> Any:
    place = header.places.get(name, -1)
    return cells[place] if 0 <= place < len(cells) else ""


def _number(cell: Any) -> int | None:
    text = normalise_digits(shown(cell)) if not isinstance(cell, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def rows_block(page: PartSheet, header: Header, taken: set[str]) -> Laid | None:
    """Which block of repeated rows a header belongs to: the one with most of its headings, the upper one of two."""
    best: Laid | None = None
    most = 0
    for laid in _open_blocks(page, taken):
        exact, loose = _ways(laid.heads)
        count = sum(_head_of(text, exact, loose) is not None for text in header.columns.values())
        if count > most:
            best, most = laid, count
    return best


def _open_blocks(page: PartSheet, taken: set[str]) -> Iterator[Laid]:
    return (laid for laid in page.blocks if laid.spare and laid.block.key not in taken)
