"""Many rows of one table at once, past the work that Django does for each value of each record.

On PostgreSQL by COPY, elsewhere by INSERT … SELECT: what a long import writes, and its histories and timelines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.db import connection, transaction
from django.db.models import AutoField, Field, ForeignKey, IntegerField, JSONField, Max, Model
from django.utils import timezone

# Lines of one statement: SQLite takes only so many values at once.
BATCH = 500
# Lines that are held as text at once on their way to PostgreSQL.
COPIED = 200
# What the text form of COPY writes otherwise.
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = {ord("\\"): "\\\\", ord("\t"): "\\t", ord("\n"): "\\n", ord("\r"): "\\r"}
_NULL = "\\N"

M = TypeVar("M", bound=Model)
AnyField: TypeAlias = "Field[Any, Any]"
Column: TypeAlias = "tuple[AnyField, Sequence[Any]]"


def insert_rows(
    model: type[Model], names: Sequence[str], rows: Sequence[Sequence[Any]], common: Mapping[str, Any]
) -> None:
    """Write rows of values in the order of `names`; `common` holds for all, the rest takes its defaults.

    Names are those of columns (`teacher_id`). Nothing is checked but by the database, no signal is sent and
    no key comes back: for tables of lines that nobody changes.
    """
    fields = {field.attname: field for field in _written(model)}
    unknown = {*names, *common} - fields.keys()
    if unknown:
        raise TypeError(f"Not columns of {model._meta.label}: {', '.join(sorted(unknown))}")
    shared = {
        field: common.get(name, _missing(field))
        for name, field in fields.items()
        if name not in names and not field.primary_key
    }
    own = [fields[name] for name in names]
    _write(model, list(zip(own, zip(*rows, strict=True), strict=True)) if rows else [], shared)


def insert_records(records: Sequence[M]) -> list[M]:
    """As `bulk_create`, for unsaved records of one table: they have their keys afterwards, no signal is sent.

    Call it in a transaction. Values of a column that are alike are prepared once.
    """
    if not records:
        return []
    model = type(records[0])
    _give_keys(records)
    shared: dict[AnyField, Any] = {}
    columns: list[Column] = []
    for field in _written(model):
        values = _values_of(field, records)
        if len(values) > 1 and _may_share(field, values[0]) and values.count(values[0]) == len(values):
            shared[field] = values[0]
        else:
            columns.append((field, values))
    _write(model, columns, shared)
    for record in records:
        record._state.adding, record._state.db = False, connection.alias
    return list(records)


def maker(model: type[M], *names: str) -> Callable[..., M]:
    """What makes an unsaved record of these columns' values (`school_id`), given in their order; defaults else.

    A long file makes tens of thousands: a constructor with names would ask every field for its default each time.
    """
    fields = model._meta.concrete_fields
    places = {field.attname: place for place, field in enumerate(fields)}
    own = [places[name] for name in names]
    defaults = [None if field.primary_key else field.get_default() for field in fields]
    # A default that is called may give each record a value of its own.
    called = [(place, field.get_default) for place, field in enumerate(fields) if callable(field.default)]

    def made(*given: Any) -> M:
        values = defaults.copy()
        for place, default in called:
            values[place] = default()
        for place, value in zip(own, given, strict=True):
            values[place] = value
        return model(*values)

    return made


def reserve_keys(model: type[Model], count: int) -> list[int]:
    """Keys that nobody else gets, before the records are written: they can name one another then.

    Call it in a transaction: SQLite has one writer, whose next keys these are.
    """
    key = model._meta.pk
    if not isinstance(key, AutoField) and "AutoField" not in key.get_internal_type():
        raise FieldDoesNotExist(f"{model._meta.label} counts no keys")
    if not count:
        return []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # In brackets the name of the sequence is looked up once, and not for each number.
            cursor.execute(
                "SELECT nextval((SELECT pg_get_serial_sequence(%s, %s))::regclass) FROM generate_series(1, %s)",
                [connection.ops.quote_name(model._meta.db_table), key.column, count],
            )
            return [row[0] for row in cursor.fetchall()]
    last = model._base_manager.aggregate(last=Max("pk"))["last"] or 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        row = cursor.fetchone()
    first = max(last, row[0] if row else 0) + 1
    return list(range(first, first + count))


def _written(model: type[Model]) -> list[AnyField]:
    """What the database makes itself is not written."""
    return [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]


def _may_share(field: AnyField, value: Any) -> bool:
    """An encrypted column stores one text differently each time: nobody sees which rows are alike."""
    return type(field).__module__.startswith("django.") or value in (None, "")


def _give_keys(records: Sequence[Model]) -> None:
    unnamed = [record for record in records if record.pk is None]
    for record, key in zip(unnamed, reserve_keys(type(records[0]), len(unnamed)), strict=True):
        record.pk = key


def _values_of(field: AnyField, records: Sequence[Model]) -> list[Any]:
    if type(field).pre_save is Field.pre_save:
        values = [getattr(record, field.attname) for record in records]
        if not field.is_relation or None not in values:
            return values
        # A record that was named before it had its key.
        return [_key_of(record, field) for record in records]
    if _is_stamp(field):
        now = field.pre_save(records[0], True)
        for record in records:
            setattr(record, field.attname, now)
        return [now] * len(records)
    return [field.pre_save(record, True) for record in records]


def _key_of(record: Model, field: AnyField) -> Any:
    other = record._state.fields_cache.get(field.name)
    if other is None:
        return getattr(record, field.attname)
    if other.pk is None:
        raise ValueError(f"{field} names a record that is not saved")
    setattr(record, field.name, other)
    return getattr(record, field.attname)


def _is_stamp(field: AnyField) -> bool:
    return getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)


def _missing(field: AnyField) -> Any:
    return timezone.now() if _is_stamp(field) else field.get_default()


def _write(model: type[Model], columns: Sequence[Column], shared: Mapping[AnyField, Any]) -> None:
    if not columns:
        return
    # One statement for each part: all of them or none.
    with transaction.atomic():
        if connection.vendor == "postgresql":
            _copy(model, columns, shared)
        else:
            _select(model, columns, shared)


def _names(fields: Sequence[AnyField]) -> str:
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)


# --- PostgreSQL -----------------------------------------------------------------------------------


def _copy(model: type[Model], columns: Sequence[Column], shared: Mapping[AnyField, Any]) -> None:
    """Text goes over as text: the server parses no statement, and nothing but the values is made here."""
    fields = [*(field for field, _values in columns), *shared]
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"COPY {table} ({_names(fields)}) FROM STDIN"
    ending = "".join(f"\t{_texts(field, [value])[0]}" for field, value in shared.items()) + "\n"
    lines = _Lines(columns, ending)
    try:
        with connection.wrap_database_errors, connection.cursor() as cursor:
            cursor.copy_expert(statement, lines)
    except Exception:
        if lines.fault is not None:
            raise lines.fault from None
        raise


class _Lines:
    """A file for COPY whose next lines are made while the server writes those before: both have their core."""

    def __init__(self, columns: Sequence[Column], ending: str) -> None:
        self._columns, self._ending, self._place = columns, ending, 0
        self.fault: Exception | None = None

    def read(self, size: int) -> str:
        """Some whole lines; the driver takes them as they are, however long."""
        try:
            return self._next()
        except Exception as fault:
            # The driver tells the server's log why it breaks off: nothing of a value may stand there.
            self.fault = fault
            raise RuntimeError from None

    def _next(self) -> str:
        start = self._place
        self._place += COPIED
        part = [_texts(field, values[start : self._place]) for field, values in self._columns]
        lines = list(map("\t".join, zip(*part, strict=True)))
        return self._ending.join([*lines, ""])


def _texts(field: AnyField, values: Sequence[Any]) -> list[str]:
    """Values of a field as COPY reads them: all at once where the field stores them as they are."""
    if isinstance(field, JSONField):
        return [_NULL if one is None else _escaped(json.dumps(one, cls=field.encoder)) for one in values]
    kinds = set(map(type, values))
    is_plain = type(field).get_db_prep_save is Field.get_db_prep_save
    if kinds == {str} and is_plain:
        return list(map(_escaped, values)) if _SPECIAL.search("".join(values)) else list(values)
    if (kinds == {int} and isinstance(field, ForeignKey | IntegerField)) or (kinds == {date} and is_plain):
        return list(map(str, values))
    return [_NULL if one is None else _prepared(field, one) for one in values]


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


def _prepared(field: AnyField, value: Any) -> str:
    value = _stored(field, value)
    if isinstance(value, str):
        return _escaped(value)
    if value is None:
        return _NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return f"\\\\x{bytes(value).hex()}"
    if isinstance(value, int | float | Decimal):
        return str(value)
    raise TypeError(f"{field} is not written by COPY: {type(value).__name__}")


# --- SQLite ---------------------------------------------------------------------------------------


def _select(model: type[Model], columns: Sequence[Column], shared: Mapping[AnyField, Any]) -> None:
    fields = [*(field for field, _values in columns), *shared]
    read = [f"column{place}" for place in range(1, len(columns) + 1)] + ["%s"] * len(shared)
    common = [_stored(field, value) for field, value in shared.items()]
    table = connection.ops.quote_name(model._meta.db_table)
    line = f"({', '.join(['%s'] * len(columns))})"
    for start in range(0, len(columns[0][1]), BATCH):
        part = [[_stored(field, one) for one in values[start : start + BATCH]] for field, values in columns]
        given = [value for row in zip(*part, strict=True) for value in row]
        lines = ", ".join([line] * len(part[0]))
        # Names and types come from the model, values are passed apart.
        statement = (
            f"INSERT INTO {table} ({_names(fields)}) SELECT {', '.join(read)} FROM (VALUES {lines}) AS given"  # noqa: S608
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [*common, *given])


def _stored(field: AnyField, value: Any) -> Any:
    return field.get_db_prep_save(value, connection)
