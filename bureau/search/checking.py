"""Whether the index says what the records say."""

from __future__ import annotations

from dataclasses import dataclass

from bureau.search.declare import Searchable
from bureau.search.models import SearchEntry
from bureau.search.services import BATCH, differs, fresh_entries


@dataclass(frozen=True)
class Comparison:
    """Records without entry, entries with other words, entries without record."""

    records: int
    missing: int
    stale: int
    surplus: int

    @property
    def count(self) -> int:
        return self.missing + self.stale + self.surplus


def compare(searchable: Searchable) -> Comparison:
    """Every record of the kind, by batches; nothing is changed."""
    keys = searchable.model._base_manager.order_by("pk").values_list("pk", flat=True)
    records = missing = stale = last = 0
    while part := list(keys.filter(pk__gt=last)[:BATCH]):
        records, last = records + len(part), part[-1]
        absent, other = _compare_part(searchable, part)
        missing, stale = missing + absent, stale + other
    surplus = SearchEntry.objects.filter(kind=searchable.kind).exclude(object_id__in=keys.order_by())
    return Comparison(records, missing, stale, surplus.count())


def _compare_part(searchable: Searchable, keys: list[int]) -> tuple[int, int]:
    stored = SearchEntry.objects.filter(kind=searchable.kind, object_id__in=keys)
    known = {entry.object_id: entry for entry in stored}
    fresh = list(fresh_entries(searchable, keys))
    stale = [one for one in fresh if one.object_id in known and differs(known[one.object_id], one)]
    return len([one for one in fresh if one.object_id not in known]), len(stale)
