"""From a record and a column to a cell: the same on the list, the detail page and in the export."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bureau import money
from bureau.money import MoneyField
from bureau.pages.pagesets import Column, Kind, TagKind

NUMERIC: frozenset[Kind] = frozenset(("number", "money"))
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True)
class Cell:
    """What one column says about one record. `value` is raw, `text` is for reading."""

    label: str
    kind: Kind
    value: Any
    text: str
    tag: TagKind | str = ""
    url: str = ""
    is_low: bool = False

    @property
    def lang(self) -> str:
        """The language of the text where it is not the page's own."""
        return "zh" if not (get_language() or "").startswith("zh") and HAN.search(self.text) else ""

    @property
    def is_number(self) -> bool:
        return self.kind in NUMERIC

    @property
    def exported(self) -> str:
        """The same for a spreadsheet: machine-readable dates and plain numbers."""
        plain = machine_readable(self.kind, self.value)
        return self.text if plain is None else plain


def machine_readable(kind: Kind, value: Any) -> str | None:
    """How a value stands in a spreadsheet; None where it is the text of the list."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return value if kind == "number" else None
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if kind == "money":
        return str(Decimal(value) / money.FEN)
    return str(value) if kind == "number" else None


def field_of(model: type[models.Model], path: str) -> models.Field[Any, Any] | None:
    """The model field behind a dotted path; None for properties."""
    field: Any = None
    for part in path.replace("__", ".").split("."):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return None
        model = getattr(field, "related_model", None) or model
    return field if isinstance(field, models.Field) else None


def label_of(model: type[models.Model], column: Column) -> str:
    if column.label:
        return str(column.label)
    field = field_of(model, column.name)
    return str(capfirst(field.verbose_name if field is not None else column.name.replace("_", " ")))


def kind_of(model: type[models.Model], column: Column) -> Kind:
    if column.kind:
        return column.kind
    field = field_of(model, column.name) if column.value is None else None
    if field is None or field.choices:
        return "text"
    return _kind_of_field(field)


def _kind_of_field(field: models.Field[Any, Any]) -> Kind:
    kinds: tuple[tuple[type[Any], Kind], ...] = (
        (MoneyField, "money"),
        (models.DateTimeField, "moment"),
        (models.DateField, "date"),
        (models.BooleanField, "yes_no"),
        (models.ForeignKey, "text"),
        (models.IntegerField, "number"),
        (models.DecimalField, "number"),
        (models.TextField, "long"),
    )
    return next((kind for cls, kind in kinds if isinstance(field, cls)), "text")


Head = tuple[str, Kind]


def heads(model: type[models.Model], columns: Sequence[Column]) -> list[Head]:
    """(label, kind) of each column: the same for all rows of one model, in one language."""
    return [(label_of(model, column), kind_of(model, column)) for column in columns]


def cell(
    record: models.Model,
    column: Column,
    *,
    url: str = "",
    tags: Mapping[str, TagKind] | None = None,
    head: Head | None = None,
) -> Cell:
    """`head`: from `heads`, where many rows are shown at once."""
    label, kind = head or (label_of(type(record), column), kind_of(type(record), column))
    value, shown = _value(record, column)
    shapes = column.tags or tags or {}
    return Cell(
        label=label,
        kind=kind,
        value=value,
        text=text_of(kind, shown),
        tag=shapes.get(str(value), "") if kind == "tag" else "",
        url=url if column.link else "",
        is_low=column.low,
    )


def labelled(model: type[models.Model], column: Column, value: Any) -> tuple[str, str]:
    """(label, text) of a value that stands in no record, such as a sum."""
    return label_of(model, column), text_of(kind_of(model, column), value)


def _value(record: Any, column: Column) -> tuple[Any, Any]:
    """The raw value, and what stands for it: the label of a choice."""
    if column.value is not None:
        found = column.value(record)
        return found, found
    *path, last = column.name.split(".")
    for part in path:
        record = getattr(record, part, None)
    found = getattr(record, last, None)
    found = found() if callable(found) and not isinstance(found, models.Manager) else found
    display = getattr(record, f"get_{last}_display", None)
    return found, _words(display, found) if display is not None else found


def _words(display: Any, value: Any) -> Any:
    """What Django's `get_…_display` says, without hashing every label of the choices again for each row."""
    if not isinstance(display, partial) or "field" not in display.keywords:
        return display()  # one of the model's own
    label = _labels(display.keywords["field"]).get(value, value)
    return label if label is None else str(label)


@lru_cache(maxsize=1000)
def _labels(field: models.Field[Any, Any]) -> dict[Any, Any]:
    """Value → label, which finds its language when it is read."""
    return dict(field.flatchoices)


def text_of(kind: Kind, value: Any) -> str:
    """A value for reading, in the language in force."""
    if value is None or value == "":
        return ""
    if kind == "yes_no":
        return _("Yes") if value else _("No")
    if kind == "number":
        return str(number_format(value, use_l10n=True, force_grouping=True)).replace("-", "\u2212")
    if kind == "money":
        return money.shown(int(value))
    if isinstance(value, list | tuple | set):
        return _(", ").join(str(one) for one in value)
    return str(value)


@dataclass(frozen=True)
class Row:
    record: Any
    pk: Any
    name: str
    cells: Sequence[Cell]


def row(
    record: Any,
    columns: Sequence[Column],
    *,
    url: str,
    name: str,
    tags: Mapping[str, TagKind] | None = None,
    heads: Sequence[Head],
) -> Row:
    """One line of a list; the linked cell names the line. `heads`: from `heads`, once for all lines."""
    pairs = zip(columns, heads, strict=True)
    shown = [cell(record, column, url=url, tags=tags, head=head) for column, head in pairs]
    return Row(record, record.pk, name, shown)
