"""Finding pairs: by equal keys, never record against record, so that the work grows with the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from bureau.accounts.principals import System
from bureau.duplicates import keys
from bureau.duplicates.choices import INHERITED, PairStatus
from bureau.duplicates.declare import MERGEABLES, Mergeable
from bureau.duplicates.keys import Keys
from bureau.duplicates.models import DuplicatePair
from bureau.workflow.services import perform, take_over

Pair = tuple[int, int]  # the lower id first
CHUNK = 300


@dataclass(frozen=True)
class Report:
    """What one search found."""

    records: int = 0
    found: int = 0
    lapsed: int = 0


def finder(mergeable: Mergeable) -> System:
    """In whose name pairs are entered."""
    label = mergeable.pairs._meta.label_lower
    return System("search for duplicates", frozenset({f"{label}.{verb}" for verb in ("add", "lapse")}))


def search_all() -> dict[str, Report]:
    """Look through every register; the nightly task."""
    return {mergeable.kind: search(mergeable) for mergeable in MERGEABLES}


def search(mergeable: Mergeable) -> Report:
    """Compare all records of a register: one pass over them, then over their keys."""
    wanted = {
        record.pk: keys.keys_of(mergeable, record) for record in mergeable.records().iterator(chunk_size=2000)
    }
    with transaction.atomic():
        keys.write(mergeable, wanted, keys.stored(mergeable))
        alike = _alike(mergeable, wanted)
        return _enter(mergeable, alike, mergeable.pair_rows(), len(wanted))


def look_at(mergeable: Mergeable, ids: Iterable[int]) -> Report:
    """Compare some records with the whole register: after a save, after an import."""
    asked = set(ids)
    wanted = {
        record.pk: keys.keys_of(mergeable, record) for record in mergeable.records().filter(pk__in=asked)
    }
    with transaction.atomic():
        before = keys.stored(mergeable, asked)
        if not keys.write(mergeable, {pk: wanted.get(pk, set()) for pk in asked}, before):
            return Report(len(asked))
        mine = {key for own in wanted.values() for key in own}
        others = keys.sharing(mergeable, mine) if mine else {}
        alike = {pair: signs for pair, signs in _alike(mergeable, others).items() if asked.intersection(pair)}
        concerned = mergeable.pair_rows().filter(Q(first__in=asked) | Q(second__in=asked))
        return _enter(mergeable, alike, concerned, len(asked))


def _alike(mergeable: Mergeable, known: Mapping[int, set[keys.Key]] | Keys) -> dict[Pair, list[str]]:
    """Pair → the signs that it carries, strong enough to be shown."""
    sharers: dict[keys.Key, list[int]] = defaultdict(list)
    for pk, own in known.items():
        for key in own:
            sharers[key].append(pk)
    found: dict[Pair, set[str]] = defaultdict(set)
    for (name, _digest), ids in sharers.items():
        sign = mergeable.sign(name)
        if sign is not None and 1 < len(ids) <= sign.most:
            for pair in combinations(sorted(ids), 2):
                found[pair].add(name)
    named = {pair: _by_weight(mergeable, signs) for pair, signs in found.items()}
    return {pair: signs for pair, signs in named.items() if score(mergeable, signs) >= mergeable.enough}


def _by_weight(mergeable: Mergeable, names: set[str]) -> list[str]:
    return [sign.name for sign in mergeable.signs if sign.name in names]


def score(mergeable: Mergeable, names: Iterable[str]) -> int:
    """How strong the likeness is: the weights of its signs together."""
    signs = (mergeable.sign(name) for name in names)
    return sum(sign.weight for sign in signs if sign is not None)


def _enter(mergeable: Mergeable, alike: dict[Pair, list[str]], known: QuerySet[Any], records: int) -> Report:
    """Write what is new, what grew or faded, and what came back. What people decided stays as it is."""
    lapsed = 0
    for row in known:
        signs = alike.pop((row.first_id, row.second_id), None)
        if row.status == PairStatus.OPEN and signs is None and INHERITED not in row.signs:
            perform(row, "lapse", by=finder(mergeable))
            lapsed += 1
        elif signs is not None and row.status in (PairStatus.OPEN, PairStatus.LAPSED):
            _renew(mergeable, row, signs)
    return Report(records, _add(mergeable, alike), lapsed)


def _renew(mergeable: Mergeable, row: Any, signs: list[str]) -> None:
    signs = [*signs, *({INHERITED} & set(row.signs))]
    if row.signs != signs:
        mergeable.pair_rows().filter(pk=row.pk).update(signs=signs, score=score(mergeable, signs))
    if row.status == PairStatus.LAPSED:
        perform(row, "recur", by=finder(mergeable))


def _add(mergeable: Mergeable, alike: Mapping[Pair, list[str]]) -> int:
    table: Any = mergeable.pairs  # the abstract table names no records; every table of pairs does
    rows: list[DuplicatePair] = [
        table(first_id=first, second_id=second, signs=signs, score=score(mergeable, signs))
        for (first, second), signs in sorted(alike.items())
    ]
    by = finder(mergeable)
    for start in range(0, len(rows), CHUNK):
        try:
            with transaction.atomic():
                take_over(rows[start : start + CHUNK], status=PairStatus.OPEN, by=by)
        except IntegrityError:
            # Another search entered one of them a moment ago; the next one finds the rest.
            continue
    return len(rows)
