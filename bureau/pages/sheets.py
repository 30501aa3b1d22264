"""What the pages of a workbook show: remarks in pages and groups, and what comes back from the form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from bureau.accounts.models import User
from bureau.pages.pagesets import PageSet
from bureau.sheets.declare import Sheet
from bureau.sheets.models import SheetUpload
from bureau.sheets.reporting import unconfirmed

PER_PAGE = 50
LONGEST_CELL = 2000
MOST_CHOICES = 500


def short(key: str) -> str:
    """ "schools.roster" is mounted as "roster"."""
    return key.rpartition(".")[2]


def url_name(pageset: PageSet, workspace: str, key: str, kind: str = "") -> str:
    ending = f"_{kind}" if kind else ""
    return f"{workspace}:{pageset.app_label}:{pageset.model_name}_sheet_{short(key)}{ending}"


@dataclass(frozen=True)
class Group:
    """Remarks on one column."""

    name: str
    label: str
    count: int
    is_current: bool


class DryRun:
    """The result of a check, as much of it as one page shows."""

    def __init__(self, sheet: Sheet, upload: SheetUpload, params: QueryDict, by: User) -> None:
        self.sheet = sheet
        self.by = by
        self.upload = upload
        self.report: dict[str, Any] = upload.report or {}
        self.column = params.get("column", "")
        number = params.get("page", "")
        self.number = int(number) if number.isascii() and number.isdigit() and 0 < int(number) < 10_000 else 1

    # --- what the page shows -------------------------------------------------------------------

    @property
    def is_checked(self) -> bool:
        return bool(self.report)

    @property
    def is_running(self) -> bool:
        return self.upload.job is not None and not self.upload.job.is_over

    @property
    def counts(self) -> dict[str, int]:
        return dict(self.report.get("counts", {}))

    @property
    def notes(self) -> list[str]:
        return list(self.report.get("notes", ()))

    @property
    def all_faults(self) -> list[dict[str, Any]]:
        return list(self.report.get("faults", ()))

    @property
    def faults(self) -> list[dict[str, Any]]:
        """Those of the chosen column, without what belongs to other pages."""
        return self._slice([one for one in self.all_faults if self.column in ("", one["column"] or "-")])

    @property
    def lists(self) -> dict[str, list[str]]:
        """Column → what may be chosen there, for the columns with errors on this page."""
        wrong = {one["column"] for one in self.faults}
        return {
            column.name: [choice.label() for choice in column.choices(self.by)][:MOST_CHOICES]
            for column in self.sheet.columns
            if column.choices is not None and column.name in wrong
        }

    @property
    def more_faults(self) -> int:
        return int(self.report.get("fault_count", 0)) - len(self.all_faults)

    @property
    def doubts(self) -> list[dict[str, Any]]:
        signs, ticks = self.report.get("doubt_signs", {}), self.upload.ticks
        rows = [
            {**one, "is_right": ticks.get(str(one["row"])) == signs.get(str(one["row"]))}
            for one in self.report.get("doubts", ())
        ]
        return [] if self.column else self._slice(rows)

    @property
    def changes(self) -> list[dict[str, Any]]:
        return list(self.report.get("changes", ()))

    @property
    def more_changes(self) -> int:
        return self.counts.get("changed", 0) - len(self.changes)

    @property
    def groups(self) -> list[Group]:
        """Columns with errors, the worst first."""
        found = Counter((one["column"] or "-", one["label"]) for one in self.all_faults)
        return [
            Group(name, label, count, name == self.column) for (name, label), count in found.most_common()
        ]

    @property
    def pages(self) -> range:
        longest = max(len(self.all_faults), len(self.report.get("doubts", ())))
        return range(1, -(-longest // PER_PAGE) + 1)

    def _slice(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        start = (self.number - 1) * PER_PAGE
        return rows[start : start + PER_PAGE]

    @property
    def waiting(self) -> int:
        """Unusual rows without a tick."""
        return len(unconfirmed(self.report, self.upload.ticks)) if self.report else 0

    @property
    def can_save(self) -> bool:
        if not self.report or self.upload.saved_at is not None or self.is_running:
            return False
        counts = self.counts
        return not counts["faulty"] and not self.waiting and bool(counts["new"] + counts["changed"])

    # --- what comes back -----------------------------------------------------------------------

    def typed(self, posted: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        """What was typed over cells: row → column → text. Boxes left as they were say nothing."""
        found: dict[str, dict[str, str]] = {}
        for one in self.all_faults:
            text = posted.get(f"cell-{one['row']}-{one['column']}")
            if isinstance(text, str) and text != one["text"]:
                found.setdefault(str(one["row"]), {})[one["column"]] = text[:LONGEST_CELL]
        return found

    def ticks(self, posted: Any) -> dict[str, str]:
        """Row → signature: what was ticked before on other pages stays; all where the person says so."""
        signs: dict[str, str] = self.report.get("doubt_signs", {})
        if posted.get("all_right"):
            return dict(signs)
        shown, right = set(posted.getlist("shown")), set(posted.getlist("right"))
        kept = {row: sign for row, sign in self.upload.ticks.items() if row not in shown}
        return kept | {row: signs[row] for row in right & shown if row in signs}
