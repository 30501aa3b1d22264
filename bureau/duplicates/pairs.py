"""What becomes of the other pairs of a record that was merged."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from bureau.duplicates.choices import INHERITED, PairStatus
from bureau.duplicates.declare import Mergeable


def hand_over(mergeable: Mergeable, *, loser: int, survivor: int, merged: int) -> None:
    """Questions and answers about the loser become questions and answers about the survivor.

    A pair that the survivor has already is not doubled: an open question of the loser then falls away, an answer
    stays where it is. Merged pairs are history.
    """
    known = _partners(mergeable, survivor)
    rows = mergeable.pair_rows().filter(Q(first=loser) | Q(second=loser)).exclude(pk=merged)
    for row in rows.exclude(status=PairStatus.MERGED).select_for_update(of=("self",)).order_by("pk"):
        other = row.second_id if row.first_id == loser else row.first_id
        if other not in known and other != survivor:
            _turn(mergeable, row, other, survivor)
        elif row.status != PairStatus.DIFFERENT:
            row.delete()


def _partners(mergeable: Mergeable, record: int) -> set[int]:
    rows = mergeable.pair_rows().filter(Q(first=record) | Q(second=record))
    return {pk for pair in rows.values_list("first_id", "second_id") for pk in pair if pk != record}


def _turn(mergeable: Mergeable, row: Any, other: int, survivor: int) -> None:
    first, second = sorted((other, survivor))
    signs = [*row.signs, *({INHERITED} - set(row.signs))]
    mergeable.pair_rows().filter(pk=row.pk).update(first=first, second=second, signs=signs)
