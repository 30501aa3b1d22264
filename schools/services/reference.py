"""Code tables, field ownership and districts from the files beside the app; idempotent."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import models, transaction

from bureau.charter.choices import UnitKind
from bureau.charter.models import Unit
from bureau.charter.units import bureau_unit, create_unit
from schools.models import AreaClass, District, FieldOwnership, Organiser, SchoolType

FOLDER = Path(__file__).resolve().parent.parent / "reference"


@transaction.atomic
def load_reference() -> None:
    """Code tables and field ownership. An ownership changed by hand stays as it is."""
    for row in _rows("school_types.csv"):
        _upsert(SchoolType, "code", {**row, "stages": row["stages"].split()})
    for row in _rows("organisers.csv"):
        _upsert(Organiser, "code", row)
    for row in _rows("area_classes.csv"):
        _upsert(AreaClass, "code", row)
    for row in _rows("field_ownership.csv"):
        FieldOwnership.objects.get_or_create(field=row["field"], defaults={"owner": row["owner"]})


@transaction.atomic
def load_districts() -> list[District]:
    """The districts of the region, each with the unit of its education bureau."""
    parent = bureau_unit()
    return [_district(row, place, parent) for place, row in enumerate(_rows("districts.csv"))]


def _district(row: dict[str, str], place: int, parent: Unit | None) -> District:
    found = District.objects.filter(code=row["code"]).first()
    if found is not None:
        return found
    unit = district_unit(row["code"], name=row["name"], name_zh=row["name_zh"], order=place, parent=parent)
    return District.objects.create(unit=unit, **row)


def district_unit(code: str, *, name: str, name_zh: str, order: int = 0, parent: Unit | None = None) -> Unit:
    """The education bureau of a district, made where there is none yet."""
    key = f"district-{code}"
    found = Unit.objects.filter(key=key).first()
    return found or create_unit(
        key=key,
        kind=UnitKind.DISTRICT,
        parent=parent,
        name=f"{name} Education Bureau",
        name_zh=f"{name_zh}教育局",
        order=order,
    )


def _upsert(model: type[models.Model], key: str, row: dict[str, Any]) -> None:
    rest = {name: value for name, value in row.items() if name != key}
    model._default_manager.update_or_create(**{key: row[key]}, defaults=rest)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)
