"""Numbers without gaps or doubles."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from bureau.identifiers.models import NumberSeries


def draw(series: str, year: int) -> int:
    """The next number, from 1. The caller's transaction holds the series until it ends:
    a second caller waits, and a number drawn in a transaction that fails is drawn again.
    """
    return draw_many(series, year, 1)[0]


def draw_many(series: str, year: int, count: int) -> range:
    """The next `count` numbers in a row, held likewise."""
    row = NumberSeries.objects.filter(series=series, year=year)
    with transaction.atomic():
        if not row.update(last=F("last") + count):
            # Two first callers may meet here; the unique constraint lets one create the row.
            NumberSeries.objects.get_or_create(series=series, year=year)
            row.update(last=F("last") + count)
        last = row.values_list("last", flat=True).get()
    return range(last - count + 1, last + 1)
