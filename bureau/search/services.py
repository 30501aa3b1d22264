"""Keeping the index in step with the records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.db import models, transaction

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.outbox.services import enqueue
from bureau.search.declare import SEARCHABLES, Searchable, searchable_of
from bureau.search.entries import entry_of
from bureau.search.models import SearchEntry

BATCH = 500
# Up to here the entries are written in the transaction of the records themselves: what was saved is found.
# Above, an import would hold its locks for as long as the index takes; the outbox follows within seconds.
MOST_AT_ONCE = 2_000
# A personal number belongs to one person, or to a few entries of one person not merged yet.
MOST_SEALED = 10
WRITTEN = ("tokens", "text", "names", "codes", "sort")


def index_records(
    model: type[models.Model], keys: Iterable[int], *, most_at_once: int = MOST_AT_ONCE
) -> None:
    """Index records written in bulk, past the signals. Call it in the transaction that wrote them.

    Keys of records that are gone lose their entries. Kinds that are not searchable are left alone.
    Above `most_at_once` the outbox does it: lower for who writes a long file batch by batch.
    """
    searchable = searchable_of(model)
    if searchable is None:
        return
    wanted = list(dict.fromkeys(keys))
    if len(wanted) <= most_at_once:
        write_entries(searchable, wanted)
        return
    for part in in_batches(wanted, MOST_AT_ONCE):
        enqueue("search.index", {"kind": searchable.kind, "keys": part})


@transaction.atomic
def write_entries(searchable: Searchable, keys: Sequence[int]) -> list[int]:
    """Bring the entries of these records up to date now; returns the keys whose entry changed."""
    changed: list[int] = []
    for part in in_batches(keys, BATCH):
        changed += _write(searchable, part)
    return changed


def _write(searchable: Searchable, keys: Sequence[int]) -> list[int]:
    fresh = {entry.object_id: entry for entry in fresh_entries(searchable, keys)}
    stored = SearchEntry.objects.filter(kind=searchable.kind, object_id__in=keys)
    known = {entry.object_id: entry for entry in stored}
    gone = [key for key in known if key not in fresh]
    if gone:
        stored.filter(object_id__in=gone).delete()
    changed = [entry for key, entry in fresh.items() if key not in known or differs(known[key], entry)]
    if changed:
        SearchEntry.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["kind", "object_id"],
            update_fields=WRITTEN,
        )
    return [*gone, *(entry.object_id for entry in changed)]


def fresh_entries(searchable: Searchable, keys: Sequence[int]) -> Iterator[SearchEntry]:
    """What the entries of these records should be."""
    rows = searchable.model._base_manager.filter(pk__in=keys)
    if searchable.select_related:
        rows = rows.select_related(*searchable.select_related)
    for record in rows.prefetch_related(*searchable.prefetch_related):
        yield entry_of(searchable, record)


def differs(stored: SearchEntry, fresh: SearchEntry) -> bool:
    return any(getattr(stored, name) != getattr(fresh, name) for name in WRITTEN)


def remove_entry(searchable: Searchable, key: int) -> None:
    SearchEntry.objects.filter(kind=searchable.kind, object_id=key).delete()


def in_batches(keys: Sequence[int], size: int) -> Iterator[list[int]]:
    return (list(keys[start : start + size]) for start in range(0, len(keys), size))


def rebuild(searchable: Searchable) -> int:
    """Every entry of a kind anew, and those of records that are gone removed; returns how many changed.

    One transaction per batch, by key, so that the portal goes on working.
    """
    changed, last = 0, 0
    records = searchable.model._base_manager.order_by("pk").values_list("pk", flat=True)
    while part := list(records.filter(pk__gt=last)[:BATCH]):
        changed += len(write_entries(searchable, part))
        last = part[-1]
    stale = SearchEntry.objects.filter(kind=searchable.kind).exclude(object_id__in=records.order_by())
    return changed + stale.delete()[0]


def forget_unknown_kinds() -> int:
    """Remove entries of kinds that are not declared any more."""
    return SearchEntry.objects.exclude(kind__in=SEARCHABLES.keys()).delete()[0]


def find_by_sealed_number(searchable: Searchable, text: str, *, by: Principal) -> list[int]:
    """Keys of records whose personal number is exactly what was typed, for those who may reveal it.

    A hit is a disclosure, so it is audited; the number itself is written nowhere.
    """
    keys: list[int] = []
    for sealed in searchable.sealed:
        condition = sealed.find(text)
        if condition is not None:
            keys += _found_by(searchable, sealed.verb, condition, by)
    return keys


def _found_by(searchable: Searchable, verb: str, condition: models.Q, by: Principal) -> list[int]:
    found = list(permitted(by, verb, searchable.model).filter(condition).distinct()[:MOST_SEALED])
    for record in found:
        audit.record("search.personal_number.matched", by=by, obj=record)
    return [record.pk for record in found]
