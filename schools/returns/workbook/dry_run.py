"""What saving an uploaded workbook would do with a return: every change, error and unusual figure. Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from hashlib import blake2s
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.sheets.cells import shown as shown_raw
from bureau.workflow.engine import moment
from schools.returns.checking import Finding, canonical, computed_values, findings, shown
from schools.returns.definition import NUMERIC, Cell, CellSpec, Definition, Rows
from schools.returns.models import CellChange, Return
from schools.returns.models.cells import LONGEST_VALUE
from schools.returns.selectors.answering import asked, changes_since
from schools.returns.services.entry import RowList, cleaned_rows, row_text

_ABOUT = re.compile(r"约|左右|上下|大概|[≈~～]|\babout\b|\bapprox|\bca\b|\d\s*[多余+]", re.IGNORECASE)
# A sum of fractions in a spreadsheet ends in noise; nobody counts in parts of a thousand millionth.
DECIMALS = 9

Report = dict[str, Any]
# Sheet, address in it, what stands there.
Stored = Sequence[Any]


@dataclass
class Look:
    """`typed` and `rows`: what would be written, as typed (entry reads it anew: yuan, choices in words).

    `report`: what the page shows, JSON throughout.
    """

    typed: dict[str, str] = field(default_factory=dict)
    rows: dict[str, RowList] = field(default_factory=dict)
    report: Report = field(default_factory=dict)


def look_at(
    record: Return, table: Mapping[str, Any], corrections: Mapping[str, Mapping[str, str]], by: User
) -> Look:
    """`table` and `corrections` as `uploading` keeps them."""
    run = _Run(record, table, corrections, by)
    run.cells()
    run.repeated()
    run.totals()
    run.judge()
    return Look(run.texts, run.row_texts, run.report())


def text_of(raw: Any) -> str:
    """A cell as somebody would have typed it."""
    if isinstance(raw, float) and not raw.is_integer():
        return format(round(raw, DECIMALS), "f").rstrip("0").rstrip(".")
    return shown_raw(raw)


def refuse_unclear(spec: CellSpec, raw: Any, text: str) -> None:
    """What a spreadsheet leaves behind and no form would. Raises ValidationError."""
    if isinstance(raw, dict) and "f" in raw:
        raise ValidationError(_("There is a formula without a result here. Replace it by its value."))
    if spec.kind in NUMERIC and re.search(r"\d", text) and _ABOUT.search(text):
        raise ValidationError(
            _("“%(text)s” is no exact figure. Write the number alone.") % {"text": text[:40]}
        )
    if len(text) > LONGEST_VALUE:
        raise ValidationError(_("Write at most %(most)s characters.") % {"most": LONGEST_VALUE})


class _Run:
    def __init__(
        self,
        record: Return,
        table: Mapping[str, Any],
        corrections: Mapping[str, Mapping[str, str]],
        by: User,
    ) -> None:
        self.record, self.table, self.by = record, table, by
        self.definition: Definition = asked(record)
        self.since = changes_since(record, table["entry"])
        self.over = corrections.get("cells", {})
        self.reasons = corrections.get("reasons", {})
        # Canonical values that would be written, and the texts that say so.
        self.typed: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.rows: dict[str, RowList] = {}
        self.row_texts: dict[str, RowList] = {}
        self.same: list[dict[str, Any]] = []
        self.faults: list[dict[str, Any]] = []
        self.wrong: set[str] = set()
        self.file_totals: dict[str, str] = {}
        self.shares: list[str] = []  # addresses of percent that the file keeps as a share
        self.values: dict[str, str] = dict(record.values)
        self.trial = copy(record)
        self.found: list[Finding] = []

    # --- single cells ----------------------------------------------------------------------------

    def cells(self) -> None:
        for key, stored in self.table["cells"].items():
            cell = self.definition.cells.get(key)
            if cell is None:
                continue  # no longer asked: the school lost a stage since the upload
            raw = self.over.get(key, stored[2])
            text = self._percent(cell.spec, raw, str(stored[1]), self.record.values.get(key, ""))
            if cell.spec.computed:
                self.file_totals[key] = text
                continue
            try:
                refuse_unclear(cell.spec, raw, text)
                self._take(cell, canonical(cell.spec, text), text)
            except ValidationError as error:
                self._fault(cell, text, " ".join(error.messages))

    def _percent(self, spec: CellSpec, raw: Any, address: str, stands: str = "") -> str:
        """The text of a cell. A spreadsheet keeps 12% as 0.12; what stood there before is nobody's typing."""
        text = text_of(raw)
        is_share = spec.kind == "percent" and isinstance(raw, float) and 0 < abs(raw) < 1
        if not is_share or text == stands:
            return text
        self.shares.append(address)
        return text_of(round(raw * 100, DECIMALS - 2))

    def _notes(self) -> list[str]:
        if not self.shares:
            return list(self.table["notes"])
        said = _(
            "Percent kept as a share, such as 0.12 for 12%%, were read as percent: %(names)s. Where less than one "
            "percent is meant, write it as text with its sign, such as 0.12%%."
        )
        return [*self.table["notes"], said % {"names": ", ".join(dict.fromkeys(self.shares))}]

    def _take(self, cell: Cell, value: str, text: str) -> None:
        stands = self.record.values.get(cell.key, "")
        since = self.since.get(cell.key, ())
        if value == stands or (since and cell.key not in self.over and value == since[0].old):
            self.same.append({**self._where(cell), "value": shown(cell.spec, stands)})
            return
        others = [change for change in since if change.by_id_then != self.by.pk]
        if others and cell.key not in self.over:
            self._fault(cell, "", self._conflict(cell, others[-1], text))
            return
        self.typed[cell.key], self.texts[cell.key] = value, text

    def _conflict(self, cell: Cell, change: CellChange, text: str) -> str:
        return _(
            "%(who)s wrote “%(theirs)s” here on %(moment)s, after this workbook was downloaded; the file says "
            "“%(yours)s”. Type the figure that is right."
        ) % {
            "who": change.by_name,
            "theirs": shown(cell.spec, self.record.values.get(cell.key, "")) or _("nothing"),
            "moment": moment(change.at),
            "yours": text or _("nothing"),
        }

    def _where(self, cell: Cell) -> dict[str, Any]:
        sheet, address, _raw = self.table["cells"].get(cell.key, ("", "", ""))
        return {
            "cell": cell.key,
            "address": cell.address,
            "place": f"{sheet}!{address}" if sheet and address else address,
            "label": str(cell.label),
        }

    def _fault(self, cell: Cell, text: str, sentence: str) -> None:
        self.wrong.add(cell.key)
        self.faults.append(
            {
                **self._where(cell),
                "text": text,
                "sentence": sentence,
                "is_blocking": True,
                "choices": labels_of(cell.spec),
            }
        )

    # --- repeated rows ---------------------------------------------------------------------------

    def repeated(self) -> None:
        blocks = {block.key: block for part in self.definition.parts for block in part.blocks}
        for key, stored in self.table["rows"].items():
            block = blocks.get(key)
            if isinstance(block, Rows):
                self._block(block, stored)

    def _block(self, block: Rows, stored: Sequence[Mapping[str, Stored]]) -> None:
        typed: RowList = []
        unclear: dict[str, str] = {}
        specs = {item.key: item.spec for item in block.columns}
        for number, line in enumerate(stored, start=1):
            texts = {}
            for column, (_sheet, address, raw) in line.items():
                name = f"{block.key}.{number}.{column}"
                given = self.over.get(name, raw)
                texts[column] = self._percent(specs[column], given, str(address))
                try:
                    refuse_unclear(specs[column], given, texts[column])
                except ValidationError as error:
                    unclear[name] = " ".join(error.messages)
            typed.append(texts)
        rows, faults = cleaned_rows(block, typed)
        for name, sentence in {**faults, **unclear}.items():
            self._row_fault(block, stored, typed, name, sentence)
        if not faults and not unclear:
            self._take_rows(block, rows, typed)

    def _take_rows(self, block: Rows, rows: RowList, typed: RowList) -> None:
        stands, given = row_text(self.record.rows.get(block.key) or []), row_text(rows)
        since = self.since.get(block.key, ())
        if given == stands or (since and given == since[0].old):
            return
        others = [change for change in since if change.by_id_then != self.by.pk]
        if others:
            sentence = _(
                "%(who)s changed these rows on %(moment)s, after this workbook was downloaded. Download it anew "
                "and enter your rows there, or on the page of the part."
            ) % {"who": others[-1].by_name, "moment": moment(others[-1].at)}
            self._block_fault(block, sentence)
            return
        self.rows[block.key], self.row_texts[block.key] = rows, typed

    def _row_fault(
        self,
        block: Rows,
        stored: Sequence[Mapping[str, Stored]],
        typed: RowList,
        name: str,
        sentence: str,
    ) -> None:
        if name == block.key:
            self._block_fault(block, sentence)
            return
        _key, number, column = name.split(".")
        self.faults.append(
            {
                **_row_where(block, stored[int(number) - 1], int(number), column),
                "cell": name,
                "text": typed[int(number) - 1].get(column, ""),
                "sentence": sentence,
                "is_blocking": True,
            }
        )
        self.wrong.add(name)

    def _block_fault(self, block: Rows, sentence: str) -> None:
        self.wrong.add(block.key)
        self.faults.append(
            {
                "cell": "",
                "address": "",
                "place": "",
                "label": str(block.words),
                "text": "",
                "sentence": sentence,
                "is_blocking": True,
                "choices": [],
            }
        )

    # --- what follows from the figures -----------------------------------------------------------

    def totals(self) -> None:
        """What is worked out from the figures; a total that somebody typed over must agree with it."""
        merged = {**self.record.values, **self.typed}
        repeated = {**self.record.rows, **self.rows}
        self.values = {key: value for key, value in merged.items() if value != ""}
        self.values |= computed_values(self.definition, self.values, repeated)
        self.values = {key: value for key, value in self.values.items() if value != ""}
        self.trial.__dict__.update(values=self.values, rows=repeated)
        if self.wrong:
            return  # a total without the figures that cannot be read says nothing
        for key, text in self.file_totals.items():
            self._compare(self.definition.cells[key], text)

    def _compare(self, cell: Cell, text: str) -> None:
        computed, since = self.values.get(cell.key, ""), self.since.get(cell.key, ())
        downloaded = since[0].old if since else self.record.values.get(cell.key, "")
        try:
            value = canonical(cell.spec, text)
        except ValidationError:
            value = text
        if value == "" or any(_is_same(value, known) for known in (computed, downloaded)):
            return
        if computed:
            said = _(
                "The file says “%(file)s” here, but the figures give %(computed)s. Correct a figure; if they are "
                "right, type %(computed)s."
            ) % {"file": text[:40], "computed": shown(cell.spec, computed)}
        else:
            said = _(
                "The file says “%(file)s” here, but it cannot be worked out while figures are missing. Fill in the "
                "figures, or empty this cell."
            ) % {"file": text[:40]}
        self._fault(cell, text, said)

    def judge(self) -> None:
        """The checks of the form over the figures as they would be."""
        self.found = [
            finding
            for finding in findings(self.trial)
            if not self.wrong.intersection({*finding.cells, *(_block_of(cell) for cell in finding.cells)})
        ]

    def report(self) -> Report:
        self.faults += [self._check_error(one) for one in self.found if one.severity == "error"]
        unusual = [self._unusual(one) for one in self.found if one.severity == "unusual"]
        changes = [self._change(key) for key in (*self.typed, *self.rows)]
        counts = {
            "read": len(self.table["cells"]) + sum(map(len, self.table["rows"].values())),
            "change": len(changes),
            "errors": len(self.faults),
            "blocking": sum(one["is_blocking"] for one in self.faults),
            "unusual": len(unusual),
            "same": len(self.same),
        }
        return {
            "entry": self.record.entry,
            "counts": counts,
            "notes": self._notes(),
            "faults": self.faults,
            "unusual": unusual,
            "changes": changes,
            "same": self.same,
            "print": self._print(),
        }

    def _print(self) -> str:
        """What saving would do, in short: differs when the return has moved on."""
        before = {key: self.record.values.get(key, "") for key in self.typed}
        blocking = sorted(one["cell"] or one["label"] for one in self.faults if one["is_blocking"])
        said = repr((sorted(self.typed.items()), sorted(before.items()), sorted(self.rows.items()), blocking))
        return blake2s(said.encode(), digest_size=8).hexdigest()

    def _change(self, key: str) -> dict[str, Any]:
        cell = self.definition.cells.get(key)
        if cell is not None:
            old, new = self.record.values.get(key, ""), self.typed[key]
            return {**self._where(cell), "old": shown(cell.spec, old), "new": shown(cell.spec, new)}
        block = next(one for part in self.definition.parts for one in part.blocks if one.key == key)
        old_count, new_count = len(self.record.rows.get(key) or []), len(self.rows[key])
        return {
            "cell": key,
            "address": "",
            "place": "",
            "label": str(block.words),
            "old": _("%(count)s rows") % {"count": old_count},
            "new": _("%(count)s rows") % {"count": new_count},
        }

    def _check_error(self, finding: Finding) -> dict[str, Any]:
        cell = self._first(finding)
        if cell is None and (found := self._row_error(finding)):
            return found
        where = self._where(cell) if cell else {"cell": "", "address": "", "place": "", "label": ""}
        can_type = cell is not None and not cell.spec.computed and cell.key in self.table["cells"]
        text = shown(cell.spec, self.values.get(cell.key, "")) if cell else ""
        return {
            **where,
            "cell": where["cell"] if can_type else "",
            "mark": where["cell"],
            "address": ", ".join(self._addresses(finding)) or where["address"],
            "text": text,
            "sentence": finding.sentence,
            "is_blocking": False,
            "choices": labels_of(cell.spec) if cell and can_type else [],
        }

    def _row_error(self, finding: Finding) -> dict[str, Any] | None:
        """An error in a repeated row, at its place in the file."""
        blocks = {block.key: block for part in self.definition.parts for block in part.blocks}
        for name in finding.cells:
            key, _dot, rest = name.partition(".")
            number, _dot, column = rest.partition(".")
            block, lines = blocks.get(key), self.table["rows"].get(key, ())
            if isinstance(block, Rows) and number.isdigit() and 0 < int(number) <= len(lines):
                line = lines[int(number) - 1]
                return {
                    **_row_where(block, line, int(number), column),
                    "cell": name if column in line else "",
                    "text": text_of(self.over.get(name, line[column][2])) if column in line else "",
                    "sentence": finding.sentence,
                    "is_blocking": False,
                }
        return None

    def _unusual(self, finding: Finding) -> dict[str, Any]:
        cell = self._first(finding)
        where = self._where(cell) if cell else {"cell": "", "address": "", "place": "", "label": ""}
        return {
            **where,
            "address": ", ".join(self._addresses(finding)) or where["address"],
            "key": finding.key,
            "value": shown(cell.spec, self.values.get(cell.key, "")) if cell else "",
            "sentence": finding.sentence,
            "reason": self.reasons.get(finding.key, finding.reason),
        }

    def _first(self, finding: Finding) -> Cell | None:
        """The cell at which it is mended: the first that somebody types."""
        cells = [self.definition.cells[key] for key in finding.cells if key in self.definition.cells]
        return next((cell for cell in cells if not cell.spec.computed), cells[0] if cells else None)

    def _addresses(self, finding: Finding) -> list[str]:
        return [self.definition.cells[key].address for key in finding.cells if key in self.definition.cells]


def _row_where(block: Rows, line: Mapping[str, Stored], number: int, column: str) -> dict[str, Any]:
    item = next((one for one in block.columns if one.key == column), None)
    sheet, address, _raw = line.get(column, ("", "", ""))
    return {
        "address": f"{block.words} {number}",
        "place": f"{sheet}!{address}" if sheet and address else address,
        "label": str(item.words) if item else "",
        "choices": labels_of(item.spec) if item else [],
    }


def labels_of(spec: CellSpec) -> list[str]:
    """What may be chosen; empty for a cell that takes anything of its kind."""
    if spec.kind == "yes_no":
        return [_("yes"), _("no")]
    return [str(words) for _code, words in spec.choices]


def _block_of(cell: str) -> str:
    return cell.partition(".")[0]


def _is_same(one: str, other: str) -> bool:
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return one == other
