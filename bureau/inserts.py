"""Many rows of one table at once, without a record for each: the histories and timelines of long imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import CharField, Field, Model, TextField
from django.utils import timezone

BATCH = 500


def insert_rows(
    model: type[Model], names: Sequence[str], rows: Sequence[Sequence[Any]], common: Mapping[str, Any]
) -> None:
    """Write rows of values in the order of `names`; `common` holds for all, the rest takes its defaults.

    Names are those of columns (`teacher_id`). Nothing is checked but by the database, no signal is sent and
    no key comes back: for tables of lines that nobody changes.
    """
    fields: dict[str, Field[Any, Any]] = {
        field.attname: field for field in model._meta.concrete_fields if not field.primary_key
    }
    unknown = {*names, *common} - fields.keys()
    if unknown:
        raise TypeError(f"Not columns of {model._meta.label}: {', '.join(sorted(unknown))}")
    own = [fields[name] for name in names]
    shared = {name: field for name, field in fields.items() if name not in names}
    values = [_stored(field, common.get(name, _missing(field))) for name, field in shared.items()]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in (*own, *shared.values()))
    read = [_cast(field, f"column{place}") for place, field in enumerate(own, start=1)]
    read += [_cast(field, "%s") for field in shared.values()]
    table = connection.ops.quote_name(model._meta.db_table)
    line = f"({', '.join(['%s'] * len(own))})"
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        lines = ", ".join([line] * len(part))
        # Names and types come from the model, values are passed apart.
        statement = f"INSERT INTO {table} ({columns}) SELECT {', '.join(read)} FROM (VALUES {lines}) AS given"  # noqa: S608
        given = [_stored(field, value) for row in part for field, value in zip(own, row, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(statement, [*values, *given])


def _missing(field: Field[Any, Any]) -> Any:
    is_stamp = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return timezone.now() if is_stamp else field.get_default()


def _stored(field: Field[Any, Any], value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def _cast(field: Field[Any, Any], what: str) -> str:
    """PostgreSQL takes a bare value for text. Text itself is not cast: what is too long is refused, not cut."""
    if connection.vendor != "postgresql" or isinstance(field, CharField | TextField):
        return what
    return f"CAST({what} AS {field.cast_db_type(connection)})"
