"""What whoever looks at returns must know: which are clean, what changed, how the figures compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from statistics import median

from django.db.models import Exists, F, OuterRef, Q, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from schools.returns.choices import DONE, SENT
from schools.returns.definition import NUMERIC, Definition
from schools.returns.models import FormVersion, Remark, Return
from schools.returns.selectors.answering import asked

RELATED = ("school__unit", "school__managed_by", "collection", "owner")
# Of fewer schools a median says nothing about the district, and too much about a neighbour.
LEAST_FOR_MEDIAN = 3


# --- clean or not -----------------------------------------------------------------------------


def open_remarks() -> Exists:
    return Exists(Remark.objects.filter(owner_return=OuterRef("pk"), closed_at__isnull=True))


def clean() -> Q:
    """No error, nothing unusual, no open remark."""
    return Q(errors=0, unusual=0) & ~Q(open_remarks())


def with_warnings() -> Q:
    return Q(unusual__gt=0) | Q(open_remarks())


def late() -> Q:
    """First sent after the due day."""
    return Q(first_sent_on__gt=F("collection__due_on"))


def remarked(returns: Iterable[Return]) -> set[int]:
    """Which of these have an open remark."""
    rows = Remark.objects.filter(owner_return__in=[record.pk for record in returns], closed_at__isnull=True)
    return set(rows.values_list("owner_return", flat=True))


def why_not_clean(record: Return, remarked_ids: set[int]) -> str:
    """Why a person should look at it before it is accepted; "" when it is clean."""
    if record.errors is None or record.unusual is None:
        return _("It was never checked.")
    if record.errors:
        return ngettext("It has %(count)s error.", "It has %(count)s errors.", record.errors) % {
            "count": record.errors
        }
    if record.unusual:
        return ngettext(
            "It has %(count)s unusual figure; look at the reason.",
            "It has %(count)s unusual figures; look at the reasons.",
            record.unusual,
        ) % {"count": record.unusual}
    return _("There is an open remark on it.") if record.pk in remarked_ids else ""


# --- many at once -----------------------------------------------------------------------------


def share(returns: Sequence[Return]) -> None:
    """Form versions and what is asked are read once for all of them, in a constant number of queries."""
    prefetch_related_objects(list(returns), *RELATED, "school__stages")
    versions = FormVersion.objects.select_related("form").in_bulk({row.form_version_id for row in returns})
    known: dict[tuple[int, frozenset[str]], Definition] = {}
    for record in returns:
        record.form_version = versions[record.form_version_id]
        key = (record.form_version_id, frozenset(stage.stage for stage in record.school.stages.all()))
        record.__dict__["_asked"] = known[key] = known.get(key) or asked(record)


# --- one return -------------------------------------------------------------------------------


def changed_cells(record: Return) -> dict[str, tuple[str, str]]:
    """Cell → (old, new) of what the school changed before it sent it again; nothing on the first sending."""
    if record.round < 2:
        return {}
    found: dict[str, tuple[str, str]] = {}
    changes = record.changes.filter(round=record.round - 1).order_by("pk")
    for cell, old, new in changes.values_list("cell", "old", "new"):
        found[cell] = (found[cell][0] if cell in found else old, new)
    return {cell: pair for cell, pair in found.items() if pair[0] != pair[1]}


def medians(record: Return) -> Mapping[str, Decimal]:
    """Cell → median of the other schools of the district in this collection, of those that have sent.

    Money in fen, as all canonical text. One query.
    """
    others = Return.objects.filter(
        collection_id=record.collection_id,
        school__district_id=record.school.district_id,
        status__in=(*SENT, *DONE),
    ).exclude(pk=record.pk)
    cells = [key for key, cell in asked(record).cells.items() if cell.spec.kind in NUMERIC]
    given: dict[str, list[Decimal]] = {key: [] for key in cells}
    for values in others.order_by().values_list("values", flat=True):
        for key in cells:
            if text := values.get(key):
                given[key].append(Decimal(text))
    return {key: median(found) for key, found in given.items() if len(found) >= LEAST_FOR_MEDIAN}


def change_percent(now: str, before: str) -> Decimal | None:
    """By how much a figure changed against the last period; None where that says nothing."""
    if not now or not before or not (base := Decimal(before)):
        return None
    return ((Decimal(now) - base) / abs(base) * 100).quantize(Decimal("0.1"))
