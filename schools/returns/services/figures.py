"""Accepted numbers as narrow rows, and their sums by district, kept together in one transaction.

An amount counts thousandths of the canonical number; money is canonical in fen, so an amount of money counts
thousandths of a fen. Whole numbers add up alike on both databases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, TypeAlias

from django.db import connection, transaction
from django.db.models import Count, F, Model, Sum

from schools.returns.definition import NUMERIC
from schools.returns.models import Figure, FigureTotal, Form, Return
from schools.returns.models.figures import PARTS_OF_ONE
from schools.returns.selectors.answering import asked

# form, year, part, cell, district
Key: TypeAlias = tuple[int, int, int, str, int]
_KEY = ("form_id", "year", "part", "cell", "district_id")
_COLUMNS = ("owner_return_id", "form_id", "school_id", "district_id", "year", "part", "cell", "amount")
_BATCH = 500


def thousandths(canonical: str) -> int | None:
    """A number's canonical text in thousandths; None for what is no number."""
    try:
        exact = Decimal(canonical) * PARTS_OF_ONE
        return int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    except (InvalidOperation, ValueError):
        return None


def amounts(record: Return) -> dict[str, int]:
    """Cell → thousandths, of every number that the return holds; a missing one is not zero, it is absent."""
    found = {}
    for key, cell in asked(record).cells.items():
        if cell.spec.kind in NUMERIC and (text := record.values.get(key, "")):
            amount = thousandths(text)
            if amount is not None:
                found[key] = amount
    return found


def write(returns: Sequence[Return]) -> None:
    """The figures of newly accepted returns, and the sums with them.

    The sums come last: their rows stay locked until the end of the transaction.
    """
    rows: list[tuple[Any, ...]] = []
    for record in returns:
        collection, school = record.collection, record.school
        place = (record.form_version.form_id, school.pk, school.district_id, collection.year, collection.part)
        rows += [(record.pk, *place, cell, amount) for cell, amount in amounts(record).items()]
    for start in range(0, len(rows), _BATCH):
        _insert(Figure, _COLUMNS, rows[start : start + _BATCH])
    _add(
        ((form, year, part, cell, district), amount, 1)
        for _r, form, _s, district, year, part, cell, amount in rows
    )


def remove(returns: Sequence[Return]) -> None:
    """Out of the statistics again; what was written at the acceptance goes, whatever the school is now."""
    written = Figure.objects.filter(owner_return__in=[record.pk for record in returns])
    rows = list(written.values_list(*_KEY, "amount"))
    written.delete()
    sums: dict[Key, list[int]] = {}
    for *place, amount in rows:
        form, year, part, cell, district = place
        sum_ = sums.setdefault((form, year, part, cell, district), [0, 0])
        sum_[0] += amount
        sum_[1] += 1
    _subtract(sums)


def _subtract(sums: Mapping[Key, Sequence[int]]) -> None:
    """From sums that are there, row by row in the order in which they are added to: opening again is rare."""
    for key in sorted(sums):
        amount, schools = sums[key]
        row = FigureTotal.objects.filter(**dict(zip(_KEY, key, strict=True)))
        row.update(amount=F("amount") - amount, schools=F("schools") - schools)
    FigureTotal.objects.filter(form__in={key[0] for key in sums}, schools=0).delete()


def _add(changes: Iterable[tuple[Key, int, int]]) -> None:
    """Add to the sums. Two at once wait for each other row by row, always in the same order."""
    sums: dict[Key, list[int]] = {}
    for key, amount, schools in changes:
        sum_ = sums.setdefault(key, [0, 0])
        sum_[0] += amount
        sum_[1] += schools
    rows = sorted((*key, *sum_) for key, sum_ in sums.items())
    for start in range(0, len(rows), _BATCH):
        _upsert(rows[start : start + _BATCH])


def _upsert(rows: Sequence[tuple[Any, ...]]) -> None:
    """Adds to what is there, or begins the sum."""
    quote = connection.ops.quote_name
    table = quote(FigureTotal._meta.db_table)
    adding = ", ".join(
        f"{quote(name)} = {table}.{quote(name)} + excluded.{quote(name)}" for name in ("amount", "schools")
    )
    conflict = f" ON CONFLICT ({', '.join(map(quote, _KEY))}) DO UPDATE SET {adding}"
    _insert(FigureTotal, (*_KEY, "amount", "schools"), rows, conflict)


def _insert(
    model: type[Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]], more: str = ""
) -> None:
    """One statement that both databases understand. Whole numbers and texts only, so nothing is converted."""
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, names))
    line = f"({', '.join(['%s'] * len(names))})"
    lines = ", ".join([line] * len(rows))
    # Names come from the model, values are passed apart.
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {lines}{more}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in row])


def rebuild_totals(form: Form, year: int, part: int = 0) -> int:
    """The sums of one form and period anew from its figures. Returns how many rows they are.

    Whoever accepts meanwhile waits: a figure that is being written holds its form.
    """
    with transaction.atomic():
        Form.objects.select_for_update(of=("self",)).get(pk=form.pk)
        FigureTotal.objects.filter(form=form, year=year, part=part).delete()
        figures = Figure.objects.filter(form=form, year=year, part=part)
        sums = (
            figures.order_by()
            .values("cell", "district_id")
            .annotate(amount=Sum("amount"), schools=Count("pk"))
        )
        rows = [
            FigureTotal(form=form, year=year, part=part, **row)
            for row in sums.values("cell", "district_id", "amount", "schools")
        ]
        FigureTotal.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def faults(form: Form, year: int, part: int = 0) -> list[str]:
    """Cells whose stored sums are not the sums of their figures: cell and district."""
    figures = Figure.objects.filter(form=form, year=year, part=part).order_by()
    right: Mapping[tuple[str, int], tuple[int, int]] = {
        (row["cell"], row["district_id"]): (row["total"], row["count"])
        for row in figures.values("cell", "district_id").annotate(total=Sum("amount"), count=Count("pk"))
    }
    stored = {
        (row.cell, row.district_id): (row.amount, row.schools)
        for row in FigureTotal.objects.filter(form=form, year=year, part=part)
    }
    wrong = [key for key in right.keys() | stored.keys() if right.get(key) != stored.get(key)]
    return sorted(f"{cell} {district}" for cell, district in wrong)
