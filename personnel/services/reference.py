"""Code tables and field ownership from the files beside the app; idempotent."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db import models, transaction

from personnel.models import HiringForm, KeyTeacherLevel, Subject, TeacherFieldOwnership, Title

FOLDER = Path(__file__).resolve().parent.parent / "reference"


@transaction.atomic
def load_reference() -> None:
    """Code tables and field ownership. An ownership changed by hand stays as it is."""
    for row in _rows("subjects.csv"):
        _upsert(Subject, row)
    for row in _rows("hiring_forms.csv"):
        _upsert(HiringForm, {**row, "is_established": bool(row["is_established"])})
    for row in _rows("key_levels.csv"):
        _upsert(KeyTeacherLevel, row)
    for row in _rows("titles.csv"):
        valid_from = date.fromisoformat(row["valid_from"]) if row["valid_from"] else None
        _upsert(Title, {**row, "valid_from": valid_from})
    for row in _rows("field_ownership.csv"):
        TeacherFieldOwnership.objects.get_or_create(
            field=row["field"], stage="", defaults={"keeper": row["keeper"]}
        )


def _upsert(model: type[models.Model], row: dict[str, Any]) -> None:
    rest = {name: value for name, value in row.items() if name != "code"}
    model._default_manager.update_or_create(code=row["code"], defaults=rest)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)
