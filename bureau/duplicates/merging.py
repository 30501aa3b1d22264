"""Two records become one, in one transaction: the chosen values, all that hangs on them, both histories."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from bureau.access.shares import move_shares
from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.duplicates import dependants
from bureau.duplicates.declare import Choice, Mergeable, mergeable_of, value_of
from bureau.duplicates.models import DuplicatePair
from bureau.search.services import index_records
from bureau.workflow.declare import Data
from bureau.workflow.refusals import Conflict, Invalid
from bureau.workflow.rights import right_to
from bureau.workflow.services import perform

Side = Literal["first", "second"]
SIDES: tuple[Side, Side] = ("first", "second")

# The two records of the merge that is going on, as (kind, id).
_going_on: ContextVar[frozenset[tuple[str, int]]] = ContextVar("merge", default=frozenset())


def is_merging() -> bool:
    return bool(_going_on.get())


def is_going_on(record: Model) -> bool:
    """Whether this record is one of the two that are being merged at this moment."""
    return (record._meta.label_lower, record.pk) in _going_on.get()


@contextmanager
def _between(*records: Model) -> Iterator[None]:
    token = _going_on.set(frozenset((record._meta.label_lower, record.pk) for record in records))
    try:
        yield
    finally:
        _going_on.reset(token)


def merge(
    *,
    pair: DuplicatePair,
    keep: Side,
    values: Mapping[str, Side],
    by: Principal,
    reason: str,
    version: int | None = None,
    seen: tuple[int, int] | None = None,
    key: str = "",
) -> Any:
    """Merge the records of a pair; returns the pair as stored.

    `keep`: which record stays. `values`: choice → the side whose value stays; the survivor's where none is named.
    `version`, `seen`: the versions of the pair and of its records that the person looked at. `key`: the form's
    token. Raises NotPermitted, WrongState, Invalid, Conflict; nothing is written then.
    """
    mergeable = mergeable_of(pair)
    data = {"keep": keep, "values": dict(values), "seen": seen, "ids": (pair.first_id, pair.second_id)}
    with transaction.atomic():
        # Records before pairs: a merge of one of them with a third one turns this pair to its survivor.
        _locked(mergeable, pair)
        return perform(pair, "merge", by=by, data=data, reason=reason, version=version, key=key)


def _locked(mergeable: Mergeable, pair: DuplicatePair) -> dict[int, Any]:
    """Both records as they are now, held in the order of their ids.

    Not their keys: another merge that turns its pairs to one of them must be able to name it meanwhile, or the
    two would wait for each other.
    """
    rows = mergeable.model._base_manager.select_for_update(of=("self",), no_key=True).order_by("pk")
    return {row.pk: row for row in rows.filter(pk__in=(pair.first_id, pair.second_id))}


def decide(pair: Any, by: Principal, data: Data) -> None:
    """Effect of `merge`: which record stays. Raises Invalid, Conflict."""
    if data.get("keep") not in SIDES:
        sentence = _("Choose which of the two records stays.")
        raise Invalid(sentence, {"keep": [sentence]})
    if data["ids"] != (pair.first_id, pair.second_id):
        raise Conflict(_("One of the two was merged with another record meanwhile. Look at the pair again."))
    pair.survivor = getattr(pair, data["keep"])


def carry_out(pair: Any, by: Principal, data: Data) -> None:
    """After `merge` was checked and written: everything that makes the two records one."""
    mergeable = mergeable_of(pair)
    locked = _locked(mergeable, pair)
    first, second = locked[pair.first_id], locked[pair.second_id]
    _check(mergeable, first, second, by, data)
    survivor, loser = (first, second) if data["keep"] == "first" else (second, first)
    refusal = mergeable.refuse(loser, survivor) if mergeable.refuse else ""
    if refusal:
        raise Invalid(refusal)
    with _between(first, second):
        moved = _join(mergeable, pair, loser, survivor, by, data)
    audit.record(
        f"{mergeable.kind}.merged",
        by=by,
        obj=survivor,
        detail={"merged": loser.pk, "moved": {one.table: one.moved for one in moved if one.moved}},
    )


def _check(mergeable: Mergeable, first: Any, second: Any, by: Principal, data: Data) -> None:
    seen = data.get("seen")
    if seen is not None and seen != (first.version, second.version):
        raise Conflict(
            _(
                "One of the two records was changed after you opened this page. Nothing was merged; compare again."
            )
        )
    for record in (first, second):
        right_to(by, "merge", record)
    live = mergeable.model._base_manager.filter(mergeable.live(), pk__in=(first.pk, second.pk))
    if live.count() < 2:
        raise Invalid(_("One of the two records has ended; there is nothing to merge any more."))


def _join(
    mergeable: Mergeable, pair: Any, loser: Any, survivor: Any, by: Principal, data: Data
) -> list[dependants.Moved]:
    from bureau.duplicates.finding import look_at
    from bureau.duplicates.pairs import hand_over

    reason = _reason(pair)
    taken, swapped = _chosen(mergeable, loser, survivor, data)
    released = [name for choice in swapped for name in choice.fields]
    kept = {name: value_of(survivor, name) for name in released}
    ended = perform(loser, "fold", by=by, data={"survivor": survivor, "released": released}, reason=reason)
    stayed = perform(survivor, "absorb", by=by, data={"values": taken, "double": ended}, reason=reason)
    if kept:
        # The number that the survivor gave up stays in the register, at the record it now stands for.
        mergeable.model._base_manager.filter(pk=loser.pk).update(**_by_column(mergeable.model, kept))
        ended.refresh_from_db()
    moved = dependants.move_all(mergeable, ended, stayed)
    mergeable.model._base_manager.filter(merged_into=loser.pk).update(merged_into=survivor)
    move_shares(from_=ended, to=stayed, by=by)
    hand_over(mergeable, loser=loser.pk, survivor=survivor.pk, merged=pair.pk)
    if mergeable.after is not None:
        mergeable.after(ended, stayed, by)
    look_at(mergeable, [loser.pk, survivor.pk])
    index_records(mergeable.model, [loser.pk, survivor.pk])
    return moved


def _reason(pair: Any) -> str:
    """The reason that was given for merging; it stands in the histories of all three."""
    from bureau.workflow.selectors import entries

    last = entries(pair).first()
    return last.reason if last is not None else ""


def _chosen(
    mergeable: Mergeable, loser: Any, survivor: Any, data: Data
) -> tuple[dict[str, Any], list[Choice]]:
    """The loser's values that the survivor takes, and those of them that must be given up first."""
    other: Side = "second" if data["keep"] == "first" else "first"
    taken: dict[str, Any] = {}
    swapped = []
    for choice in mergeable.choices:
        if data["values"].get(choice.name) != other or not choice.differs(loser, survivor):
            continue
        taken |= {name: getattr(loser, name) for name in choice.fields}
        if choice.swaps:
            swapped.append(choice)
    return taken, swapped


def _by_column(model: type[Model], values: Mapping[str, Any]) -> dict[str, Any]:
    return {model._meta.get_field(name).attname: value for name, value in values.items()}  # type: ignore[union-attr]
