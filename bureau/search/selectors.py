"""Finding records. Every answer starts from the rows that the person may see; counts too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from bureau.access.counting import capped_counts
from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.search.declare import Searchable, searchable_of
from bureau.search.models import SavedView, SearchEntry
from bureau.search.queries import Query, parse
from bureau.search.services import find_by_sealed_number


@dataclass(frozen=True)
class Scope:
    """A kind of record and the rows of it that the person may see in the list of this workspace."""

    searchable: Searchable
    allowed: QuerySet[Any]


class Search:
    """One search over several kinds: one query counts them all, two more bring a page of one kind."""

    def __init__(self, query: Query, scopes: Sequence[Scope], by: User) -> None:
        self.query = query
        self.by = by
        self.scopes = {scope.searchable.kind: scope for scope in scopes}
        self._sealed = {kind: self._sealed_keys(scope) for kind, scope in self.scopes.items()}

    def _sealed_keys(self, scope: Scope) -> list[int]:
        return find_by_sealed_number(scope.searchable, self.query.text, by=self.by) if self.query else []

    def _entries(self, kind: str) -> QuerySet[SearchEntry]:
        found = _entries(self.query, kind, self._sealed[kind])
        return found.filter(object_id__in=self.scopes[kind].allowed.order_by().values("pk"))

    def counts(self) -> dict[str, int]:
        """Kind → number of records found; one above a thousand means "more than a thousand"."""
        if not self.query or not self.scopes:
            return dict.fromkeys(self.scopes, 0)
        counts = capped_counts([self._entries(kind) for kind in self.scopes])
        return dict(zip(self.scopes, counts, strict=True))

    def page(self, kind: str, *, start: int, size: int) -> tuple[list[Any], int]:
        """(records in order of relevance, rank of the first); ranks are those of `Query.rank`."""
        ranked = self._entries(kind).annotate(rank=self.query.rank()).order_by("rank", "sort", "object_id")
        found = list(ranked.values_list("object_id", "rank")[start : start + size])
        scope = self.scopes[kind]
        rows = scope.allowed.filter(pk__in=[key for key, _rank in found])
        rows = (
            rows.select_related(*scope.searchable.select_related) if scope.searchable.select_related else rows
        )
        by_key = {record.pk: record for record in rows}
        records = [by_key[key] for key, _rank in found if key in by_key]
        return records, (0 if self._sealed[kind] else found[0][1]) if found else 4


def _entries(query: Query, kind: str, sealed: Sequence[int]) -> QuerySet[SearchEntry]:
    matches = query.matches()
    if sealed:
        matches |= Q(object_id__in=sealed)
    return SearchEntry.objects.filter(matches, kind=kind)


def narrowed(rows: QuerySet[Any], text: str, by: Principal) -> QuerySet[Any] | None:
    """`rows` of a list under its search field, by the same index; None where the kind is not searchable."""
    searchable = searchable_of(rows.model)
    if searchable is None:
        return None
    query = parse(text)
    if not query:
        return rows.none() if text.strip() else rows
    sealed = find_by_sealed_number(searchable, query.text, by=by)
    return rows.filter(pk__in=_entries(query, searchable.kind, sealed).values("object_id"))


def views_of(by: Principal, model: type[Model]) -> QuerySet[SavedView]:
    """The saved views of a list that the person has: own ones and those of the unit."""
    return permitted(by, "view", SavedView).filter(kind=model._meta.label_lower)
