"""From a column to JSON: what a program reads is what the page shows, masks included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.utils import timezone

from bureau.identifiers.encryption import EncryptedTextField
from bureau.money import MoneyField, figures
from bureau.pages.pagesets import Column, Kind
from bureau.pages.tables import Cell, cell, field_of, kind_of, label_of
from bureau.registry import RegistryError

Schema = dict[str, Any]

PLAIN: dict[Kind, Schema] = {
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "yes_no": {"type": "boolean"},
    "number": {"type": "number"},
}
MONEY: Schema = {"$ref": "#/components/schemas/Money"}
DECIMAL: Schema = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "description": "A decimal number."}


@dataclass(frozen=True)
class Shape:
    """One field of an answer: the column behind it, and whether a reference carries its key."""

    model: type[models.Model]
    column: Column
    has_key: bool = False

    def __post_init__(self) -> None:
        if self.column.value is None and isinstance(self.field, EncryptedTextField):
            raise RegistryError(f"{self.model.__name__}.{self.column.name} is encrypted: show a mask instead")

    @property
    def name(self) -> str:
        return self.column.name.replace(".", "_")

    @property
    def label(self) -> str:
        return label_of(self.model, self.column)

    @cached_property
    def field(self) -> models.Field[Any, Any] | None:
        return field_of(self.model, self.column.name) if self.column.value is None else None

    @cached_property
    def kind(self) -> Kind:
        return kind_of(self.model, self.column)

    @cached_property
    def form(self) -> str:
        """How the value is written: "coded", "reference", "money", "decimal", or the kind itself."""
        if self.kind == "money" or isinstance(self.field, MoneyField):
            return "money"
        if self.field is not None and self.field.choices:
            return "coded"
        if isinstance(self.field, models.ForeignKey):
            return "reference"
        if isinstance(self.field, models.DecimalField):
            return "decimal"
        return self.kind if self.kind in PLAIN else "text"

    def of(self, record: models.Model) -> Any:
        """The value in JSON."""
        return _value(self, cell(record, self.column))

    def schema(self) -> Schema:
        found = _schema(self)
        if self.form not in ("text", "tag", "long") or (self.field is not None and self.field.null):
            found = nullable(found)
        return {**found, "title": self.label, "readOnly": True}


def _value(shape: Shape, shown: Cell) -> Any:
    value = shown.value
    if value is None or (value == "" and shape.form != "text"):
        return None
    if shape.form == "coded":
        return {"value": value, "text": shown.text}
    if shape.form == "reference":
        return {"id": value.pk, "text": shown.text} if shape.has_key else {"text": shown.text}
    if shape.form == "money":
        return amount(int(value))
    if shape.form in ("date", "moment", "yes_no", "number", "decimal"):
        return _plain(value, shown.text)
    return shown.text


def amount(fen: int) -> dict[str, Any]:
    """Money as it is sent: whole fen to reckon with, yuan to read."""
    return {"fen": fen, "text": figures(fen)}


def _plain(value: Any, text: str) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | int | float):
        return value
    return format(value, "f") if isinstance(value, Decimal) else text


def _schema(shape: Shape) -> Schema:
    if shape.form == "coded":
        return coded(shape.field.flatchoices if shape.field else ())
    if shape.form == "reference":
        return {"$ref": "#/components/schemas/" + ("Reference" if shape.has_key else "Name")}
    if shape.form == "money":
        return dict(MONEY)
    if shape.form == "decimal":
        return dict(DECIMAL)
    if shape.form == "number" and shape.field is None:
        return {"type": ["number", "string"]}
    return dict(PLAIN.get(shape.form, {"type": "string"}))  # type: ignore[call-overload]


def coded(choices: Iterable[tuple[Any, Any]]) -> Schema:
    """A value of a fixed list, with its name in the caller's language."""
    pairs = [(value, str(label)) for value, label in choices]
    words = "\n".join(f"* `{value}`: {label}" for value, label in pairs)
    value: Schema = {"enum": [value for value, _label in pairs], "description": words}
    return {
        "type": "object",
        "properties": {"value": value, "text": {"type": "string"}},
        "required": ["value", "text"],
    }


def nullable(schema: Schema) -> Schema:
    """The same, or null (OpenAPI 3.1)."""
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    if isinstance(schema.get("type"), list):
        return {**schema, "type": [*schema["type"], "null"]}
    return {"oneOf": [schema, {"type": "null"}]}
