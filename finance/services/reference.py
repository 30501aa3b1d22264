"""Code tables of the budget from the files beside the app. A row that is there stays as somebody left it."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from bureau.deadlines.references import Loaded
from finance.models import BudgetCode, EconomicClass

FOLDER = Path(__file__).resolve().parent.parent / "reference"
TABLES: tuple[tuple[str, type[BudgetCode] | type[EconomicClass]], ...] = (
    ("budget_codes.csv", BudgetCode),
    ("economic_classes.csv", EconomicClass),
)


@transaction.atomic
def load_reference() -> Loaded:
    return sum((_load(name, table) for name, table in TABLES), Loaded())


def _load(name: str, table: type[BudgetCode] | type[EconomicClass]) -> Loaded:
    found = Loaded()
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            values = {
                "name_zh": row["name_zh"],
                "name": row["name"],
                "is_verified": row["is_verified"] == "yes",
                "basis": row["basis"],
            }
            _row, is_new = table._default_manager.get_or_create(code=row["code"], defaults=values)
            found += Loaded(created=int(is_new), same=int(not is_new))
    return found
