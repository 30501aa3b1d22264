"""How often something may be done: counted in the database, so that a lost cache forgives nobody."""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import F, FloatField, QuerySet, Value
from django.db.models.functions import Cast, Greatest

from bureau.accounts.models import Bucket


def spend(bucket: str, key: str, *, limit: int, window: timedelta) -> bool:
    """Take one of `limit` tries per `window` from the bucket of `key`; False when none is left.

    What was taken flows back evenly over the window. A refused try costs nothing, so nobody is shut
    out for ever. Call it outside a transaction that may roll back: the count would go with it.
    `key` (a name, an address, a phone) is stored as a keyed digest only.
    """
    row = _row(bucket, key)
    if _take(row, limit, window):
        return True
    if row.exists():
        # Full; or made by somebody else in between, and then there is room.
        return _take(row, limit, window)
    # Two first tries at once: one insert is ignored, both updates count.
    Bucket.objects.bulk_create(
        [
            Bucket(
                name=bucket,
                digest=_digest(bucket, key),
                level=0,
                at=time.time(),
                window=window.total_seconds(),
            )
        ],
        ignore_conflicts=True,
    )
    return _take(row, limit, window)


def _take(row: QuerySet[Bucket], limit: int, window: timedelta) -> bool:
    """One UPDATE: the database checks and counts in the same statement, whoever else does so now."""
    level = _level_now(limit, window)
    changed = (
        row.annotate(level_now=level)
        .filter(level_now__lte=limit - 1)
        .update(level=level + 1, at=Greatest(F("at"), _now()), window=window.total_seconds())
    )
    return changed > 0


def _level_now(limit: int, window: timedelta) -> Greatest:
    """What is left of earlier tries: the level sinks by `limit` per window."""
    rate = limit / window.total_seconds()
    # A clock that was set back gives nothing back, and takes nothing away.
    passed = Greatest(_now() - F("at"), _float(0.0))
    return Greatest(F("level") - passed * Value(rate, output_field=FloatField()), _float(0.0))


def wait(bucket: str, key: str, *, limit: int, window: timedelta) -> timedelta:
    """How long until the next try is free; zero when one is free now."""
    row = _row(bucket, key).first()
    if row is None:
        return timedelta(0)
    rate = limit / window.total_seconds()
    level = max(row.level - max(time.time() - row.at, 0.0) * rate, 0.0)
    return timedelta(seconds=max(level - (limit - 1), 0.0) / rate)


@dataclass(frozen=True)
class Toll:
    """One try from the bucket of `key`: `limit` tries per `window`."""

    bucket: str
    key: str
    limit: int
    window: timedelta


def spend_all(*tolls: Toll) -> timedelta:
    """Take a try from every bucket or from none; zero when taken, else how long to wait for the full one."""
    paid: list[Toll] = []
    for toll in tolls:
        if not spend(toll.bucket, toll.key, limit=toll.limit, window=toll.window):
            give_all_back(*paid)
            left = wait(toll.bucket, toll.key, limit=toll.limit, window=toll.window)
            return max(left, timedelta(seconds=1))
        paid.append(toll)
    return timedelta(0)


def give_all_back(*tolls: Toll) -> None:
    for toll in tolls:
        give_back(toll.bucket, toll.key)


def give_back(bucket: str, key: str) -> None:
    """Return one try: it turned out to be a good one."""
    _row(bucket, key).update(level=Greatest(F("level") - 1, _float(0.0)))


def forget(bucket: str, key: str) -> None:
    """Empty the bucket of `key`."""
    _row(bucket, key).delete()


def purge() -> int:
    """Delete the buckets that have long run dry; returns how many."""
    gone, _by_kind = Bucket.objects.filter(at__lt=_now() - F("window") * 2).delete()
    return gone


def _row(bucket: str, key: str) -> QuerySet[Bucket]:
    return Bucket.objects.filter(name=bucket, digest=_digest(bucket, key))


def _digest(bucket: str, key: str) -> str:
    text = f"{bucket}\0{key}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()


def _float(number: float) -> Cast:
    # PostgreSQL would take a bare parameter for numeric and refuse to mix it with double precision.
    return Cast(Value(number), FloatField())


def _now() -> Cast:
    return _float(time.time())
