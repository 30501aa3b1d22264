"""Pages of a list: by number up to a thousand rows, then next and previous by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, OrderBy, Q, QuerySet

from bureau.access.counting import MOST_COUNTED
from bureau.pages.tables import field_of

SIZES = (25, 50, 100)


@dataclass(frozen=True)
class Key:
    """One field of an order."""

    name: str
    is_descending: bool
    is_nullable: bool

    def turned(self, is_backwards: bool) -> OrderBy:
        down = self.is_descending != is_backwards
        # Empty values stand last on both databases, first when the list is read backwards.
        nulls = {"nulls_first" if is_backwards else "nulls_last": True} if self.is_nullable else {}
        return F(self.name).desc(**nulls) if down else F(self.name).asc(**nulls)

    def equals(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def beyond(self, value: Any, is_backwards: bool) -> Q:
        """Rows that stand after `value` in reading direction."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if is_backwards else Q(pk__in=())
        after = Q(**{f"{self.name}__{'lt' if self.is_descending != is_backwards else 'gt'}": value})
        if self.is_nullable and not is_backwards:
            after |= Q(**{f"{self.name}__isnull": True})
        return after


def keys(model: type[Model], ordering: Sequence[str]) -> list[Key]:
    """The order with its tie-breaker: two rows never stand at the same place."""
    names = [name for name in ordering if name.lstrip("-") not in ("pk", "id")]
    found = [
        Key(name.lstrip("-"), name.startswith("-"), _is_nullable(model, name.lstrip("-"))) for name in names
    ]
    last = next((name for name in ordering if name.lstrip("-") in ("pk", "id")), "")
    is_down = last.startswith("-") if last else bool(found and found[-1].is_descending)
    return [*found, Key("pk", is_down, False)]


def _is_nullable(model: type[Model], path: str) -> bool:
    parts = path.split("__")
    fields = [field_of(model, "__".join(parts[: end + 1])) for end in range(len(parts))]
    return any(field is None or field.null for field in fields)


def ordered(queryset: QuerySet[Any], order: Sequence[Key], *, is_backwards: bool = False) -> QuerySet[Any]:
    return queryset.order_by(*(key.turned(is_backwards) for key in order))


def beyond(
    queryset: QuerySet[Any], order: Sequence[Key], values: Sequence[Any], *, is_backwards: bool = False
) -> QuerySet[Any]:
    """Rows after (or before) the row with these values of the order's fields."""
    found = Q(pk__in=())
    same = Q()
    for key, value in zip(order, values, strict=True):
        found |= same & key.beyond(value, is_backwards)
        same &= key.equals(value)
    return queryset.filter(found)


def counted(queryset: QuerySet[Any]) -> int:
    """The number of rows, at most one more than is ever told."""
    return queryset.order_by()[: MOST_COUNTED + 1].count()


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    number: int
    start: int
    previous_key: Any = None
    next_key: Any = None

    @property
    def end(self) -> int:
        return self.start + len(self.rows) - 1


def taken(rows: QuerySet[Any], first: int, last: int) -> list[Any]:
    """Rows `first` to `last` of an ordered list, read by their keys where others are joined to them.

    Conditions, order and joins in one question give the database so many ways to think of that it plans longer
    than it reads: 9 ms for teachers of some stages, 1 ms for the keys and then the rows. The rows of these keys
    have just passed every condition of the list; none is asked again.
    """
    joined = rows.query.select_related
    if not isinstance(joined, dict) or rows.query.annotations:
        return list(rows[first:last])
    keys = list(rows.values_list("pk", flat=True)[first:last])
    plain: QuerySet[Any] = rows.model._default_manager.using(rows.db)
    plain.query.select_related = joined
    plain.query.deferred_loading = rows.query.deferred_loading
    further: Sequence[Any] = getattr(rows, "_prefetch_related_lookups")  # noqa: B009 – no public name
    found = plain.prefetch_related(*further).order_by().in_bulk(keys)
    return [found[key] for key in keys if key in found]


def by_number(queryset: QuerySet[Any], order: Sequence[Key], *, number: int, size: int, found: int) -> Page:
    """A page by its number; a number beyond the last page gives the last one."""
    last = max(1, -(-found // size))
    number = min(number, last)
    start = (number - 1) * size
    return Page(taken(ordered(queryset, order), start, start + size), number, start + 1)


def by_key(
    queryset: QuerySet[Any],
    order: Sequence[Key],
    *,
    number: int,
    size: int,
    values: Sequence[Any] | None,
    is_backwards: bool = False,
) -> Page:
    """The page after (or before) a row, in time that does not grow with the page's number."""
    rows = queryset if values is None else beyond(queryset, order, values, is_backwards=is_backwards)
    # One more than is shown tells whether there is a further page.
    read = taken(ordered(rows, order, is_backwards=is_backwards), 0, size + 1)
    has_more, read = len(read) > size, read[:size]
    if is_backwards:
        read.reverse()
    first, last = (read[0].pk, read[-1].pk) if read else (None, None)
    has_previous = has_more if is_backwards else values is not None
    has_next = is_backwards or has_more
    number = number if has_previous else 1
    start = (number - 1) * size + 1
    return Page(read, number, start, first if has_previous else None, last if has_next else None)
