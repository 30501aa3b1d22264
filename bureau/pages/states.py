"""A list's state as it was saved once: what of it the list still understands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from bureau.accounts.principals import Principal
from bureau.pages.listing import POSITION, BadQuery, Listing
from bureau.pages.pagesets import PageSet


@dataclass(frozen=True)
class Fitted:
    """`query` without "?"; `dropped`: what was left out, as the list calls it where it still has a name."""

    query: str
    dropped: Sequence[str]


def fitted(pageset: PageSet, principal: Principal, query: str) -> Fitted:
    """The part of a saved query that the list still offers to this person."""
    params = QueryDict(query)
    kept = QueryDict(mutable=True)
    dropped: list[str] = []
    for name, values in params.lists():
        alone = QueryDict(mutable=True)
        alone.setlist(name, values)
        if name in POSITION or not _is_understood(pageset, principal, alone):
            dropped.append(_label(pageset, principal, name))
        else:
            kept.setlist(name, values)
    return Fitted(kept.urlencode(), list(dict.fromkeys(dropped)))


def _is_understood(pageset: PageSet, principal: Principal, params: QueryDict) -> bool:
    try:
        return Listing(pageset, principal, params).is_valid
    except BadQuery:
        return False


def _label(pageset: PageSet, principal: Principal, name: str) -> str:
    form = Listing(pageset, principal, QueryDict()).form
    field = form.fields.get(name) if form is not None else None
    return str(field.label or name) if field is not None else name


def canonical(query: str) -> frozenset[tuple[str, str]]:
    """Equal for two queries that show the same list, whatever the order of their parameters."""
    params = QueryDict(query.removeprefix("?"))
    shown = {*POSITION, "per"}
    return frozenset(
        (name, value) for name, values in params.lists() if name not in shown for value in values if value
    )
