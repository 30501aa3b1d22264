"""Whether figures and sums still say what the accepted returns say; making them anew where they do not."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import QuerySet

from schools.returns.checking.gathering import ready
from schools.returns.choices import DONE
from schools.returns.models import Figure, FigureTotal, Form, Return
from schools.returns.services import figures

AT_ONCE = 200


def disagreements() -> Iterator[str]:
    """A sentence for each return whose figures are not those of its cells, and for each sum that is wrong."""
    for some in _accepted():
        for record in _wrong(some):
            yield f"return {record.pk}: its figures are not those of its cells"
    for pk in _strays().values_list("owner_return_id", flat=True).distinct():
        yield f"return {pk}: it has figures and is not accepted"
    for form, year, part in periods():
        for place in figures.faults(form, year, part):
            yield f"{form.code} {year}-{part}: the sum of {place} is wrong"


def rebuild() -> tuple[int, int]:
    """(returns whose figures were written anew, rows of sums). Batch by batch; what is right stays as it is."""
    written = 0
    for some in _accepted():
        written += _mend([record.pk for record in some])
    with transaction.atomic():
        strays = list(
            Return.objects.filter(pk__in=_strays().values("owner_return_id")).exclude(status__in=DONE)
        )
        figures.remove(strays)
    return written + len(strays), sum(
        figures.rebuild_totals(form, year, part) for form, year, part in periods()
    )


def periods() -> list[tuple[Form, int, int]]:
    """Everything of which there are figures or sums."""
    keys = {
        *Figure.objects.order_by().values_list("form_id", "year", "part").distinct(),
        *FigureTotal.objects.order_by().values_list("form_id", "year", "part").distinct(),
    }
    forms = Form.objects.in_bulk({form for form, _year, _part in keys})
    return [(forms[form], year, part) for form, year, part in sorted(keys)]


def _strays() -> QuerySet[Figure]:
    return Figure.objects.exclude(owner_return__status__in=DONE).order_by()


def _accepted() -> Iterator[list[Return]]:
    """Accepted returns with what is needed to read their cells, some at a time."""
    last = 0
    known = Return.objects.filter(status__in=DONE).order_by("pk")
    while some := list(known.filter(pk__gt=last).select_related("school", "collection")[:AT_ONCE]):
        _read(some)
        yield some
        last = some[-1].pk


def _read(some: list[Return]) -> None:
    ready(some)
    for record in some:
        if record.collection.is_past:
            # The whole form, as at the import: which stages the school had then is not known.
            record.__dict__["_asked"] = record.form_version.content


def _wrong(some: list[Return]) -> list[Return]:
    stored: dict[int, dict[str, int]] = {record.pk: {} for record in some}
    rows = Figure.objects.filter(owner_return__in=stored).order_by()
    for pk, cell, amount in rows.values_list("owner_return_id", "cell", "amount"):
        stored[pk][cell] = amount
    return [record for record in some if not _agree(record, stored[record.pk])]


def _agree(record: Return, stored: dict[str, int]) -> bool:
    """Figures of a stage that the school had when it was accepted, and has no more, are right as well."""
    if any(stored.get(cell) != amount for cell, amount in figures.amounts(record).items()):
        return False
    return all(figures.thousandths(record.values.get(cell, "")) == amount for cell, amount in stored.items())


@transaction.atomic
def _mend(ids: list[int]) -> int:
    """Under lock, so that nobody opens one of them meanwhile."""
    rows = Return.objects.select_for_update(of=("self",)).filter(pk__in=ids, status__in=DONE).order_by("pk")
    some = list(rows.select_related("school", "collection"))
    _read(some)
    wrong = _wrong(some)
    figures.remove(wrong)
    figures.write(wrong)
    return len(wrong)
