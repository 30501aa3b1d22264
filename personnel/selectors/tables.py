"""Entries of several code tables, read at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Value

from bureau.charter.models import local


def code_lists(models: Sequence[type[Any]]) -> list[list[tuple[str, str]]]:
    """(code, label) of each table, in the order of the codes: one query for all of them."""
    parts = [
        model._default_manager.annotate(table=Value(place))
        .order_by()
        .values_list("table", "code", "name_zh", "name")
        for place, model in enumerate(models)
    ]
    found: list[list[tuple[str, str]]] = [[] for _model in models]
    for place, code, name_zh, name in sorted(parts[0].union(*parts[1:], all=True)):
        found[place].append((code, local(name_zh, name)))
    return found
