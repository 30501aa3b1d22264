"""Questions that every request asks: put into SQL once in a process, asked with other values each time.

Building such a question anew costs five times what asking it does. The SQL is the one that Django builds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connections, router
from django.db.models import Model, QuerySet

# Stand for values while the SQL is built; found again among its parameters, so nothing else there may look like them.
A_KEY = -7_310_226_419
A_DAY = date(1873, 2, 17)


@dataclass(frozen=True)
class _Compiled:
    sql: str
    params: tuple[Any, ...]
    places: tuple[tuple[int, str], ...]  # place among the parameters, name of the value
    converters: tuple[tuple[int, list[Callable[..., Any]], Any], ...]  # column, what makes a value of it


class Prepared:
    """The rows of `build(**values)`, a `values_list`. `samples`: A_KEY or A_DAY for each value."""

    def __init__(
        self, model: type[Model], build: Callable[..., QuerySet[Any, Any]], **samples: int | date
    ) -> None:
        self.model = model
        self._build = build
        self._samples = samples
        self._by_alias: dict[str, _Compiled] = {}

    def rows(self, **values: int | date) -> list[tuple[Any, ...]]:
        alias = router.db_for_read(self.model)
        known = self._by_alias.get(alias)
        if known is None:
            known = self._by_alias[alias] = self._compiled(alias)
        params = list(known.params)
        for place, name in known.places:
            params[place] = _adapted(alias, values[name])
        with connections[alias].cursor() as cursor:
            cursor.execute(known.sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return [_converted(row, known, alias) for row in found] if known.converters else found

    def _compiled(self, alias: str) -> _Compiled:
        compiler = self._build(**self._samples).query.get_compiler(using=alias)
        sql, params = compiler.as_sql()
        marks = {name: _adapted(alias, sample) for name, sample in self._samples.items()}
        places = [
            (place, name)
            for place, param in enumerate(params)
            for name, mark in marks.items()
            if type(param) is type(mark) and param == mark
        ]
        if {name for _place, name in places} != marks.keys():
            raise ImproperlyConfigured(f"A value of the question is not among its parameters: {sql}")
        converters = compiler.get_converters([column[0] for column in compiler.select or ()])
        made = tuple((place, list(how), column) for place, (how, column) in converters.items())
        return _Compiled(sql, tuple(params), tuple(places), made)


def _adapted(alias: str, value: int | date) -> Any:
    return connections[alias].ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _converted(row: tuple[Any, ...], known: _Compiled, alias: str) -> tuple[Any, ...]:
    found = list(row)
    for place, how, column in known.converters:
        for convert in how:
            found[place] = convert(found[place], column, connections[alias])
    return tuple(found)
