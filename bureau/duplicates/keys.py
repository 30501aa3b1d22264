"""Keys for comparison: made from the records, stored as digests, written only where they changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Model, Q

from bureau.among import Among
from bureau.duplicates.declare import Mergeable, Sign
from bureau.duplicates.models import MatchKey
from bureau.identifiers.encryption import keyed_digest, under_every_key

# (sign, digest)
Key = tuple[str, str]
Keys = dict[int, set[Key]]
CHUNK = 500


def purpose_of(mergeable: Mergeable, sign: Sign) -> str:
    """What the digests of a sign are made for: equal texts of two signs have different ones."""
    return f"duplicates.{mergeable.kind}.{sign.name}"


def keys_of(mergeable: Mergeable, record: Model) -> set[Key]:
    """What a record says of itself. No personal value leaves this function but as a digest."""
    return {
        (sign.name, keyed_digest(purpose_of(mergeable, sign), text))
        for sign in mergeable.signs
        for text in sign.keys(record)
        if text
    }


def stored(mergeable: Mergeable, ids: Collection[int] | None = None) -> Keys:
    """The keys as they stand, of these records or of all."""
    rows = MatchKey.objects.filter(kind=mergeable.kind).order_by()
    if ids is not None:
        rows = rows.filter(object_id__in=ids)
    found: Keys = defaultdict(set)
    for pk, sign, key in rows.values_list("object_id", "sign", "key").iterator(chunk_size=5000):
        found[pk].add((sign, key))
    return found


def write(mergeable: Mergeable, wanted: Mapping[int, set[Key]], present: Mapping[int, set[Key]]) -> int:
    """Bring the stored keys to what is wanted; returns how many records had others before."""
    stale, new, moved = [], [], 0
    for pk in wanted.keys() | present.keys():
        want, have = wanted.get(pk, set()), present.get(pk, set())
        moved += want != have
        stale += [(pk, *key) for key in have - want]
        new += [
            MatchKey(kind=mergeable.kind, object_id=pk, sign=sign, key=key)
            for sign, key in sorted(want - have)
        ]
    _drop(mergeable, stale)
    MatchKey.objects.bulk_create(new, batch_size=2000, ignore_conflicts=True)
    return moved


def _drop(mergeable: Mergeable, stale: list[tuple[int, str, str]]) -> None:
    for start in range(0, len(stale), CHUNK):
        chosen = Q()
        for pk, sign, key in stale[start : start + CHUNK]:
            chosen |= Q(object_id=pk, sign=sign, key=key)
        MatchKey.objects.filter(chosen, kind=mergeable.kind).delete()


def sharing(mergeable: Mergeable, keys: Iterable[Key]) -> Keys:
    """The records that have one of these keys, with those they have of them, as the newest key of look-up makes them."""
    by_sign: dict[str, list[str]] = defaultdict(list)
    newest: dict[Key, Key] = {}
    for sign, digest in keys:
        for one, key in under_every_key([digest]).items():
            by_sign[sign].append(one)
            newest[sign, one] = (sign, key)
    chosen = Q(pk__in=())
    for sign, wanted in by_sign.items():
        chosen |= Q(Among("key", wanted), sign=sign)
    rows = MatchKey.objects.filter(chosen, kind=mergeable.kind).order_by()
    found: Keys = defaultdict(set)
    for pk, sign, key in rows.values_list("object_id", "sign", "key"):
        found[pk].add(newest[sign, key])
    return found
