"""A form as a workbook of four sheets, and back: parts, blocks, lines with their rules, checks.

The heads are the names of the definition, the same in both languages. A fault names sheet and cell.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from bureau.sheets.reading import Raw
from schools.choices import Stage
from schools.returns.bindings import FACTS
from schools.returns.definition import Definition, letter_of
from schools.returns.designer.forms import BLOCKS, KINDS, expression_fault
from schools.returns.designer.lines import KEY

SPEC = (
    "kind", "required", "unit", "unit_en", "least", "most", "decimals", "choices",
    "computed", "bound", "writes_back", "change_percent", "is_closed",
)  # fmt: skip
HEADS: dict[str, tuple[str, ...]] = {
    "parts": ("key", "zh", "en", "stages"),
    "blocks": ("part", "type", "key", "zh", "en", "note", "note_en", "least", "most", "required"),
    "lines": (
        "block",
        "place",
        "key",
        "zh",
        "en",
        "code",
        "level",
        "is_total",
        "stages",
        *SPEC,
        "hint",
        "hint_en",
    ),
    "checks": ("key", "rule", "severity", "zh", "en", "cells", "stages"),
}
PLACES = ("row", "column", "cell", "item")
YES = frozenset({"yes", "true", "1", "是"})
FLAGS = ("required", "writes_back", "is_closed", "is_total")
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

Row = dict[str, str]


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell: "lines!P12"."""

    cell: str
    sentence: str


class SheetFaults(Exception):
    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{one.cell}: {one.sentence}" for one in faults))
        self.faults = list(faults)


# --- out ----------------------------------------------------------------------------------------


def workbook(definition: Definition) -> bytes:
    """The form as .xlsx; all cells are text."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        bold = book.add_format({"bold": True})
        for name, rows in tables(definition).items():
            page = book.add_worksheet(name)
            page.write_row(0, 0, HEADS[name], bold)
            for number, row in enumerate(rows, start=1):
                page.write_row(number, 0, [row.get(head, "") for head in HEADS[name]])
    return target.getvalue()


def tables(definition: Definition) -> dict[str, list[Row]]:
    """Sheet → rows of texts, from the JSON document of the form."""
    found: dict[str, list[Row]] = {name: [] for name in HEADS}
    document = definition.written()
    for part in document.get("parts", ()):
        found["parts"].append({"key": part["key"], **_words(part["words"]), **_stages(part)})
        for block in part.get("blocks", ()):
            found["blocks"].append(_block_row(part["key"], block))
            found["lines"] += _line_rows(block)
    for check in document.get("checks", ()):
        row = {name: check[name] for name in ("key", "rule", "severity")}
        cells = {"cells": " ".join(check.get("cells", ()))}
        found["checks"].append({**row, **_words(check["message"]), **cells, **_stages(check)})
    return found


def _words(words: Mapping[str, str]) -> Row:
    return {"zh": words["zh"], "en": words.get("en", "")}


def _stages(thing: Mapping[str, Any]) -> Row:
    return {"stages": " ".join(thing.get("stages", ()))}


def _block_row(part: str, block: Mapping[str, Any]) -> Row:
    note = block.get("note", {})
    row = {"part": part, "type": block["type"], "key": block["key"], **_words(block["words"])}
    row |= {"note": note.get("zh", ""), "note_en": note.get("en", "")}
    row |= {name: str(block[name]) for name in ("least", "most") if name in block}
    return row | ({"required": "yes"} if block.get("required") else {})


def _line_rows(block: Mapping[str, Any]) -> Iterator[Row]:
    places = {"row": "rows", "column": "columns"} if block["type"] == "table" else {"item": "items"}
    if block["type"] == "rows":
        places = {"item": "columns"}
    for place, name in places.items():
        for line in block.get(name, ()):
            row = {"block": block["key"], "place": place, "key": line["key"], **_words(line["words"])}
            row |= {"code": line.get("code", ""), "level": str(line.get("level", "")), **_stages(line)}
            row |= {"is_total": "yes"} if line.get("is_total") else {}
            hint = line.get("hint", {})
            row |= {"hint": hint.get("zh", ""), "hint_en": hint.get("en", "")}
            yield row | (_spec_row(line["spec"]) if "spec" in line else {})
    for key, spec in block.get("cells", {}).items():
        yield {"block": block["key"], "place": "cell", "key": key, **_spec_row(spec)}


def _spec_row(spec: Mapping[str, Any]) -> Row:
    row = {name: str(spec[name]) for name in SPEC if name in spec and name not in ("unit", "choices")}
    row |= {name: "yes" for name in FLAGS if spec.get(name)}
    unit = spec.get("unit", {})
    row |= {"kind": spec.get("kind", "number"), "unit": unit.get("zh", ""), "unit_en": unit.get("en", "")}
    choices = (f"{code} | {words['zh']} | {words.get('en', '')}" for code, words in spec.get("choices", ()))
    return row | {"choices": "\n".join(choices)}


# --- back ---------------------------------------------------------------------------------------


@dataclass
class Sheet:
    """One sheet as rows of texts, with the faults found in it."""

    name: str
    heads: list[str] = field(default_factory=list)  # as they stand in the file
    rows: list[tuple[int, Row]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, number: int, head: str, sentence: str) -> None:
        heads = self.heads if head in self.heads else list(HEADS[self.name])
        letter = letter_of(heads.index(head))
        self.faults.append(Fault(f"{self.name}!{letter}{number}", sentence))

    def check(self, head: str, fits: Callable[[str], bool], sentence: str) -> None:
        for number, row in self.rows:
            if not fits(row[head]):
                self.fault(number, head, sentence % {"text": row[head]})


def read(raws: Sequence[Raw]) -> Definition:
    """The form from the sheets of a workbook. Raises SheetFaults with all that is wrong."""
    sheets = {name: _sheet(name, raws) for name in HEADS}
    for check in (_check_parts, _check_blocks, _check_lines, _check_checks):
        check(sheets)
    faults = [fault for sheet in sheets.values() for fault in sheet.faults]
    if faults:
        raise SheetFaults(faults)
    return Definition.read(_document(sheets))


def _sheet(name: str, raws: Sequence[Raw]) -> Sheet:
    raw = next((one for one in raws if one.sheet.strip().lower() == name), None)
    sheet = Sheet(name)
    rows = [(number, [plain(cell) for cell in cells]) for number, cells in raw.rows] if raw else []
    heads = [text.lower() for text in rows[0][1]] if rows else []
    sheet.heads = heads
    missing = [head for head in HEADS[name][:2] if head not in heads]
    if missing and name != "checks":
        sentence = _("The sheet “%(sheet)s” with the columns %(heads)s is missing.")
        sheet.faults.append(Fault(name, sentence % {"sheet": name, "heads": ", ".join(HEADS[name])}))
        return sheet
    for number, cells in rows[1:]:
        given = dict(zip(heads, cells, strict=False))
        row = {head: given.get(head, "") for head in HEADS[name]}
        if any(row.values()):
            sheet.rows.append((number, row))
    return sheet


def plain(value: Any) -> str:
    """A cell as text; whole numbers without a point, a formula without a value is empty."""
    if isinstance(value, dict):
        return str(value.get("d", ""))
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _is_whole(text: str) -> bool:
    return text == "" or text.removeprefix("-").isdecimal()


def _known_stages(text: str) -> bool:
    return all(stage in Stage.values for stage in text.split())


def _common(sheet: Sheet) -> None:
    sheet.check("stages", _known_stages, _("“%(text)s” is no stage."))


def _check_parts(sheets: Mapping[str, Sheet]) -> None:
    sheet = sheets["parts"]
    sheet.check("key", lambda text: bool(KEY.match(text)), _("“%(text)s” can be no key."))
    sheet.check("zh", bool, _("The Chinese words are missing."))
    _common(sheet)


def _check_blocks(sheets: Mapping[str, Sheet]) -> None:
    sheet = sheets["blocks"]
    parts = {row["key"] for _number, row in sheets["parts"].rows}
    types = dict(BLOCKS)
    sheet.check("part", parts.__contains__, _("There is no part “%(text)s”."))
    sheet.check("type", types.__contains__, _("“%(text)s” is none of: table, questions, rows, upload."))
    sheet.check("key", lambda text: bool(KEY.match(text)), _("“%(text)s” can be no key."))
    sheet.check("zh", bool, _("The Chinese words are missing."))
    for head in ("least", "most"):
        sheet.check(head, _is_whole, _("“%(text)s” is no whole number."))


def _check_lines(sheets: Mapping[str, Sheet]) -> None:
    sheet = sheets["lines"]
    blocks = {row["key"] for _number, row in sheets["blocks"].rows}
    kinds = dict(KINDS)
    sheet.check("block", blocks.__contains__, _("There is no block “%(text)s”."))
    sheet.check("place", PLACES.__contains__, _("“%(text)s” is none of: row, column, cell, item."))
    sheet.check("key", lambda text: all(map(KEY.match, text.split("."))), _("“%(text)s” can be no key."))
    sheet.check("kind", lambda text: text == "" or text in kinds, _("“%(text)s” is no kind of cell."))
    sheet.check("bound", lambda text: text == "" or text in FACTS, _("No register holds “%(text)s”."))
    for head in ("decimals", "change_percent", "level"):
        sheet.check(head, _is_whole, _("“%(text)s” is no whole number."))
    _common(sheet)
    for number, row in sheet.rows:
        if row["place"] != "cell" and not row["zh"]:
            sheet.fault(number, "zh", _("The Chinese words are missing."))
        if row["computed"] and (fault := expression_fault(row["computed"])):
            sheet.fault(number, "computed", fault)


def _check_checks(sheets: Mapping[str, Sheet]) -> None:
    sheet = sheets["checks"]
    sheet.check("severity", ("error", "unusual").__contains__, _("“%(text)s” is none of: error, unusual."))
    sheet.check("key", lambda text: bool(KEY.match(text)), _("“%(text)s” can be no key."))
    sheet.check("zh", bool, _("The Chinese words are missing."))
    _common(sheet)
    for number, row in sheet.rows:
        if fault := expression_fault(row["rule"]):
            sheet.fault(number, "rule", fault)


def _document(sheets: Mapping[str, Sheet]) -> dict[str, Any]:
    rows = {name: [row for _number, row in sheet.rows] for name, sheet in sheets.items()}
    blocks = [
        (row["part"], _block(row, [line for line in rows["lines"] if line["block"] == row["key"]]))
        for row in rows["blocks"]
    ]
    parts = [
        {**_head(row), "blocks": [block for part, block in blocks if part == row["key"]]}
        for row in rows["parts"]
    ]
    checks = [
        {
            **{name: row[name] for name in ("key", "rule", "severity")},
            "message": _words(row),
            "cells": row["cells"].split(),
            "stages": row["stages"].split(),
        }
        for row in rows["checks"]
    ]
    return {"parts": parts, "checks": checks}


def _head(row: Row) -> dict[str, Any]:
    return {"key": row["key"], "words": _words(row), "stages": row.get("stages", "").split()}


def _block(row: Row, lines: Sequence[Row]) -> dict[str, Any]:
    found: dict[str, Any] = {"type": row["type"], "key": row["key"], "words": _words(row)}
    by_place = {place: [line for line in lines if line["place"] == place] for place in PLACES}
    items = list(map(_item, by_place["item"]))
    if row["type"] == "table":
        note = {"zh": row["note"] or row["note_en"], "en": row["note_en"]}
        found |= {"rows": list(map(_line, by_place["row"])), "columns": list(map(_line, by_place["column"]))}
        found["cells"] = {line["key"]: _spec(line) or {} for line in by_place["cell"]}
        found["note"] = note if note["zh"] else None
    elif row["type"] == "questions":
        found["items"] = items
    elif row["type"] == "rows":
        found |= {"columns": items, "least": int(row["least"] or 0), "most": int(row["most"] or 200)}
    else:
        found["required"] = row["required"].lower() in YES
    return found


def _item(row: Row) -> dict[str, Any]:
    hint = {"zh": row["hint"] or row["hint_en"], "en": row["hint_en"]}
    spec = _spec(row) or {"kind": "text"}
    return {**_head(row), "spec": spec, "hint": hint if hint["zh"] else None}


def _line(row: Row) -> dict[str, Any]:
    more = {"code": row["code"], "level": int(row["level"] or 0), "is_total": row["is_total"].lower() in YES}
    return {**_head(row), **more, "spec": _spec(row)}


def _spec(row: Row) -> dict[str, Any] | None:
    """The rule of a line; None where it names no kind and no other rule."""
    if not any(row[name] for name in SPEC):
        return None
    found: dict[str, Any] = {name: row[name] for name in ("least", "most", "computed", "bound")}
    found |= {name: row[name].lower() in YES for name in ("required", "writes_back", "is_closed")}
    found["kind"] = row["kind"] or "number"
    found["unit"] = (
        {"zh": row["unit"] or row["unit_en"], "en": row["unit_en"]} if row["unit"] or row["unit_en"] else None
    )
    found["decimals"] = int(row["decimals"] or 2)
    found["change_percent"] = int(row["change_percent"]) if row["change_percent"] else None
    found["choices"] = [_choice(line) for line in row["choices"].splitlines() if line.strip()]
    return found


def _choice(line: str) -> tuple[str, dict[str, str]]:
    code, chinese, english = (*(part.strip() for part in line.split("|")), "", "")[:3]
    return code, {"zh": chinese, "en": english}
