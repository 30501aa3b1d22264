"""The chain over the audit: seals made each minute, a verification that finds any change, the purge."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, timedelta

from django.db import connection, transaction
from django.db.models import Max, Q
from django.utils import timezone

from bureau.audit.models import Event, Purge, Seal
from bureau.audit.services import Actor, record
from bureau.audit.triggers import REMOVE, term_days

log = logging.getLogger(__name__)

LARGEST_SEAL = 5000
GAPS_WATCHED = timedelta(days=7)  # no transaction lasts longer


def seal() -> Seal | None:
    """Chain the events that no seal covers yet; None when there are none."""
    with transaction.atomic():
        previous = Seal.objects.select_for_update().last()
        start = previous.last + 1 if previous else 1
        new = list(Event.objects.filter(pk__gte=start).order_by("pk")[:LARGEST_SEAL])
        late = _late_events(start)
        if not new and not late:
            return None
        made = _seal_over(previous, start, new, late)
    # A copy of the digest outside the database: whoever rewrites the chain cannot rewrite the log host.
    log.info("audit sealed", extra={"seal": made.number, "digest": made.digest})
    return made


def _seal_over(previous: Seal | None, start: int, new: list[Event], late: list[Event]) -> Seal:
    ids = [event.pk for event in new]
    made = Seal(
        number=previous.number + 1 if previous else 1,
        first=start,
        last=ids[-1] if ids else start - 1,
        missing=_gaps(start, ids),
        late=[event.pk for event in late],
        count=len(new) + len(late),
        rows_digest=rows_digest(late + new),
    )
    made.digest = chain_digest(previous.digest if previous else "", made)
    made.save()
    return made


def _gaps(start: int, ids: list[int]) -> list[list[int]]:
    gaps = []
    for number in ids:
        if number > start:
            gaps.append([start, number - 1])
        start = number + 1
    return gaps


def _late_events(start: int) -> list[Event]:
    """Events in gaps of recent seals: drawn before, committed after."""
    watched = Seal.objects.filter(at__gte=timezone.now() - GAPS_WATCHED)
    inside = Q(pk__in=())
    for gaps in watched.exclude(missing=[]).values_list("missing", flat=True):
        for first, last in gaps:
            inside |= Q(pk__gte=first, pk__lte=last)
    known = {number for late in watched.exclude(late=[]).values_list("late", flat=True) for number in late}
    found = Event.objects.filter(inside, pk__lt=start).order_by("pk")
    return [event for event in found if event.pk not in known]


def rows_digest(events: Iterable[Event]) -> str:
    """SHA-256 over the events in the order given; the same on both databases."""
    digest = hashlib.sha256()
    for event in events:
        digest.update(_canonical(event).encode())
        digest.update(b"\n")
    return digest.hexdigest()


def _canonical(event: Event) -> str:
    values = {f.attname: getattr(event, f.attname) for f in Event._meta.concrete_fields}
    values["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def chain_digest(previous: str, made: Seal) -> str:
    parts = [
        previous,
        made.number,
        made.first,
        made.last,
        made.missing,
        made.late,
        made.count,
        made.rows_digest,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass
class Report:
    """What a verification found. `faults` are (seal number, what)."""

    seals: int = 0
    events: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not self.faults


def verify() -> Report:
    """Walk the whole chain. Any changed, removed or slipped-in row shows as a fault."""
    report = Report()
    purged = _purged_upto()
    previous: Seal | None = None
    for made in Seal.objects.order_by("number").iterator():
        report.seals += 1
        report.faults += [(made.number, fault) for fault in _link_faults(previous, made)]
        if made.number > purged:
            events = list(events_of(made))
            report.events += len(events)
            if len(events) != made.count or rows_digest(events) != made.rows_digest:
                report.faults.append((made.number, "events changed"))
        previous = made
    if previous is not None:
        report.faults += _slipped_in(previous, report.events)
    return report


def _purged_upto() -> int:
    return Purge.objects.aggregate(last=Max("last_seal"))["last"] or 0


def _link_faults(previous: Seal | None, made: Seal) -> Iterator[str]:
    expected = (previous.number + 1, previous.last + 1) if previous else (1, 1)
    if (made.number, made.first) != expected:
        yield "a seal is missing before it"
    if chain_digest(previous.digest if previous else "", made) != made.digest:
        yield "seal changed"


def _slipped_in(last: Seal, sealed: int) -> list[tuple[int, str]]:
    """Rows inside the sealed range that no seal counts, and that the next seal will not take up either."""
    extra = Event.objects.filter(pk__lte=last.last).count() - sealed - len(_late_events(last.last + 1))
    return [(last.number, "events slipped in")] if extra > 0 else []


def events_of(made: Seal) -> Iterator[Event]:
    """The events that a seal covers, in the order in which it covers them."""
    yield from Event.objects.filter(pk__in=made.late).order_by("pk")
    inside = Event.objects.filter(pk__gte=made.first, pk__lte=made.last)
    for first, last in made.missing:
        inside = inside.exclude(pk__gte=first, pk__lte=last)
    yield from inside.order_by("pk")


@transaction.atomic
def verify_and_record(*, by: Actor) -> Report:
    """Verify, and write into the audit itself that it was done and what it found."""
    report = verify()
    detail = {"seals": report.seals, "events": report.events, "faults": len(report.faults)}
    record("audit.verified", by=by, detail=detail)
    return report


@transaction.atomic
def purge(*, by: Actor) -> int:
    """Remove sealed events older than the term, whole seals at a time; returns how many events."""
    cutoff = timezone.now() - timedelta(days=term_days())
    due = []
    for made in Seal.objects.filter(number__gt=_purged_upto()).order_by("number").iterator():
        if any(event.at >= cutoff for event in events_of(made)):
            break
        due.append(made)
    if not due:
        return 0
    Purge.objects.create(first_seal=due[0].number, last_seal=due[-1].number, by_name=by.audit_name)
    removed = 0
    for made in due:
        removed += _remove([event.pk for event in events_of(made)])
    detail = {"first_seal": due[0].number, "last_seal": due[-1].number, "events": removed}
    record("audit.purged", by=by, detail=detail)
    return removed


def _remove(ids: list[int]) -> int:
    """On PostgreSQL by the function: the role of the servers has no right to delete here."""
    if connection.vendor != "postgresql":
        return Event.objects.filter(pk__in=ids).delete()[0]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {REMOVE}(%s::bigint[])", [ids])
        return int(cursor.fetchone()[0])
