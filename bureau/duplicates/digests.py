"""How the keys for comparison come under another key of look-up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bureau.duplicates import keys
from bureau.duplicates.declare import MERGEABLES, Mergeable
from bureau.duplicates.models import MatchKey
from bureau.identifiers.encryption import Digest
from bureau.identifiers.lookup_key import SHOWN, Change, Left, batches, declare, write


class ComparisonKeys:
    """Made again from the records. What a record does not say any more is left to the search of the night, and so is
    what it says for the first time: the search must see that something is new.
    """

    makes_anew = True

    def rotate(self) -> int:
        return sum(write(MatchKey.objects.all(), "key", changes) for changes in self._changes())

    def left(self) -> Left:
        found = [one.pk for changes in self._changes() for one in changes]
        return Left(len(found), rows=tuple(found[:SHOWN]))

    def _changes(self) -> Iterator[list[Change]]:
        for mergeable in MERGEABLES:
            for records in batches(mergeable.records()):
                yield list(_changes_of(mergeable, records))


def _changes_of(mergeable: Mergeable, records: Sequence[Any]) -> Iterator[Change]:
    known = {
        (record.pk, sign, former): digest
        for record in records
        for sign, digest in keys.keys_of(mergeable, record)
        if isinstance(digest, Digest)
        for former in digest.former
    }
    rows = MatchKey.objects.filter(kind=mergeable.kind, object_id__in=[record.pk for record in records])
    for pk, record, sign, key in rows.order_by("pk").values_list("pk", "object_id", "sign", "key"):
        digest = known.get((record, sign, key))
        if digest is not None:
            yield Change(pk, key, digest)


declare(MatchKey, "key", ComparisonKeys())
