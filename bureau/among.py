"""Whether a column holds one of thousands of values: one parameter instead of a sign in the statement for each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Lookup


def _array(values: list[Any]) -> Any:
    """Texts as one literal of an array: thousands of signs of a statement cost the server more than the search."""
    if not all(type(value) is str for value in values):
        return values
    text = '","'.join(value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return f'{{"{text}"}}' if values else "{}"


class Among(Lookup):
    """As `__in` for values as the database holds them: `filter(Among("id_digest", digests))`."""

    prepare_rhs = False

    def __init__(self, column: str, values: Iterable[Any]) -> None:
        super().__init__(F(column), list(values))

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Values of the column's own type: only then the database hashes them, and does not search the list."""
        column, params = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.cast_db_type(connection)
        return f"{column} = ANY(%s::{kind}[])", [*params, _array(self.rhs)]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        values = json.dumps(self.rhs, cls=DjangoJSONEncoder)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, values]  # noqa: S608 – the column is the compiler's
