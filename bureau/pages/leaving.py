"""Rows as they leave with an export. Where every column is a stored value they are read as plain values.

The texts are those of the cells of the list (`tables.Cell.exported`); no record is made for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partialmethod
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from bureau.identifiers.encryption import EncryptedTextField
from bureau.pages import tables
from bureau.pages.pagesets import Along, Column, Kind, PageSet

# Texts of records that a column points at, kept for the rest of the export.
MOST_LABELS = 10_000

Reader = Callable[[Sequence[Any]], list[list[str]]]


def reader(pageset: PageSet) -> Reader:
    """keys → rows of texts in the order of the keys, in the language in force when it is made and asked.

    What is gone meanwhile is left out. The queries of one call do not grow with the keys.
    """
    heads = tables.heads(pageset.model, pageset.columns)
    plain = [
        _plain(pageset, column, kind) for column, (_label, kind) in zip(pageset.columns, heads, strict=True)
    ]
    found = [one for one in plain if one is not None]
    return _by_values(pageset, found) if len(found) == len(plain) else _by_records(pageset, heads)


def _by_records(pageset: PageSet, heads: Sequence[tables.Head]) -> Reader:
    columns = list(zip(pageset.columns, heads, strict=True))

    def rows(keys: Sequence[Any]) -> list[list[str]]:
        found = pageset.model._default_manager.filter(pk__in=keys).order_by()
        found = found.select_related(*pageset.select_related)
        found = found.defer(*pageset.unread).prefetch_related(*pageset.prefetch_related)
        records = {record.pk: record for record in found}
        return [
            [tables.cell(records[key], column, head=head).exported for column, head in columns]
            for key in keys
            if key in records
        ]

    return rows


def _by_values(pageset: PageSet, columns: Sequence[_Stored]) -> Reader:
    def rows(keys: Sequence[Any]) -> list[list[str]]:
        found = pageset.model._default_manager.filter(pk__in=keys).order_by()
        values = {key: row for key, *row in found.values_list("pk", *(column.path for column in columns))}
        lines = [values[key] for key in keys if key in values]
        said = [column.said(line) for column, line in zip(columns, zip(*lines, strict=True), strict=False)]
        return [list(line) for line in zip(*said, strict=True)]

    return rows


class _Stored:
    """A column whose value stands in a field, of the record or of one that it points at."""

    def __init__(self, path: str, kind: Kind, field: models.Field[Any, Any]) -> None:
        self.path, self.kind = path, kind
        self.labels = {value: str(label) for value, label in field.flatchoices}

    def said(self, values: Iterable[Any]) -> list[str]:
        return [self._said(value) for value in values]

    def _said(self, value: Any) -> str:
        plain = tables.machine_readable(self.kind, value)
        if plain is not None:
            return plain
        return self.labels[value] if value in self.labels else tables.text_of(self.kind, value)


class _Pointing(_Stored):
    """A column that names another record: each is read once."""

    def __init__(self, path: str, kind: Kind, field: models.Field[Any, Any], joined: Sequence[str]) -> None:
        super().__init__(path, kind, field)
        self.target = field.target_field.attname  # type: ignore[attr-defined]
        model: type[models.Model] = field.related_model  # type: ignore[assignment]
        sealed = [one.name for one in model._meta.concrete_fields if isinstance(one, EncryptedTextField)]
        self.rows = model._base_manager.select_related(*joined).defer(*sealed).order_by()

    def said(self, values: Iterable[Any]) -> list[str]:
        asked = list(values)
        missing = {value for value in asked if value is not None} - self.labels.keys()
        if missing:
            if len(self.labels) > MOST_LABELS:
                self.labels, missing = {}, {value for value in asked if value is not None}
            found = self.rows.filter(**{f"{self.target}__in": missing})
            self.labels |= {getattr(record, self.target): str(record) for record in found}
        return ["" if value is None else self.labels[value] for value in asked]


def _plain(pageset: PageSet, column: Column, kind: Kind) -> _Stored | None:
    """None where the value is made by code, so that a record is needed."""
    along = column.value.path if isinstance(column.value, Along) else column.name
    if column.value is not None and not isinstance(column.value, Along):
        return None
    *parts, last = along.split(".")
    model = pageset.model
    for part in parts:
        step = _field(model, part)
        if step is None or step.related_model is None:
            return None
        model = step.related_model
    field = _field(model, last)
    if field is None or isinstance(field, EncryptedTextField) or along in pageset.unread:
        return None
    path = along.replace(".", "__")
    if field.related_model is not None:
        joined = [
            one.removeprefix(f"{path}__") for one in pageset.select_related if one.startswith(f"{path}__")
        ]
        return _Pointing(path, kind, field, joined)
    return _Stored(path, kind, field) if _has_plain_words(model, field) else None


def _field(model: Any, name: str) -> Any:
    """A stored field, or None."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if getattr(field, "concrete", False) and not field.many_to_many else None


def _has_plain_words(model: type[models.Model], field: models.Field[Any, Any]) -> bool:
    """Whether Django's own words stand for a choice, not those of the model."""
    name = f"get_{field.name}_display"
    declared = next((vars(cls)[name] for cls in model.__mro__ if name in vars(cls)), None)
    return declared is None or isinstance(declared, partialmethod)
