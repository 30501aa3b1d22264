"""Counting several sets of rows at once, no further than anybody reads; the pages near the one that is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

# Above this nobody turns pages by number, and counting costs more than the page.
MOST_COUNTED = 1000


def capped_counts(sets: Sequence[QuerySet[Any]]) -> list[int]:
    """The number of rows of each, in one query; one above MOST_COUNTED means "more than that"."""
    parts: list[str] = []
    params: list[Any] = []
    for rows in sets:
        limited = rows.order_by().values("pk")[: MOST_COUNTED + 1]
        try:
            sql, values = limited.query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
            continue
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted)")  # noqa: S608 – Django's own SQL
        params += values
    if not params and set(parts) <= {"0"}:
        return [0] * len(parts)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return [int(count) for count in cursor.fetchone()]


def shown(count: int) -> str:
    """The number as a list or a badge says it."""
    return _("1,000+") if count > MOST_COUNTED else str(count)


def window(number: int, last: int) -> list[int]:
    """Page numbers to show; 0 stands for a gap."""
    near = {1, 2, number - 1, number, number + 1, last - 1, last}
    shown: list[int] = []
    for one in sorted(one for one in near if 1 <= one <= last):
        if shown and one - shown[-1] > 1:
            shown.append(0)
        shown.append(one)
    return shown
