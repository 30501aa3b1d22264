"""Which public pages have every word of a search, in which order, and how many of each kind.

Nobody reads more than a thousand hits. So the newest thousand and one are asked of the word index first, and only
their pages are looked at: a word that stands in half of all texts costs no more than one that stands in some.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Case, Q, QuerySet, When
from django.db.models.expressions import RawSQL
from django.utils import timezone

from bureau.access.counting import MOST_COUNTED
from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC
from bureau.public.models import PublicPage
from bureau.search.models import SearchEntry
from bureau.search.queries import Query

INDEX = PublicPage._meta.label_lower
# So many more of the newest entries are asked for: a page that ended today stands in the index until the night.
SPARE = 50
# Where a statement that is written once names the kind. What somebody typed always stands in signs of its own there.
STAND_IN = "the kind / of a record"
# The number asked for, words in the title, then newest first; a page without a date stands first.
ORDER = "near, date IS NOT NULL, date DESC, rank, pk DESC"


@dataclass(frozen=True)
class Filters:
    """What narrows a search. `kind`: a kind of record, "services", or "" for all."""

    kind: str = ""
    since: date | None = None
    until: date | None = None

    def by_date(self) -> Q:
        found = Q()
        if self.since:
            found &= Q(date__gte=_start(self.since))
        if self.until:
            found &= Q(date__lt=_start(self.until + timedelta(days=1)))
        return found

    @property
    def has_dates(self) -> bool:
        return bool(self.since or self.until)


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class Hits:
    """`kinds`: key of a page → kind of its record, in the order of results, one more than are counted at most."""

    kinds: dict[int, str]

    @property
    def are_more(self) -> bool:
        """Whether there are more than are counted."""
        return len(self.kinds) > MOST_COUNTED

    @property
    def numbers(self) -> Counter[str]:
        return Counter(self.kinds.values())

    def keys(self, kind: str = "") -> list[int]:
        """Of all kinds or of one. Of more hits than are counted the oldest is left out."""
        oldest = min(self.kinds) if self.are_more else 0
        return [key for key, name in self.kinds.items() if kind in ("", name) and key != oldest]


def pages_found(query: Query, filters: Filters) -> QuerySet[PublicPage]:
    """Public pages with every word, within the dates."""
    return _public(filters).filter(pk__in=_entries(query).values("object_id"))


def _public(filters: Filters) -> QuerySet[PublicPage]:
    return permitted(PUBLIC, "view", PublicPage).filter(filters.by_date())


def _entries(query: Query) -> QuerySet[SearchEntry]:
    return SearchEntry.objects.filter(query.matches(), kind=INDEX)


def hits(query: Query, filters: Filters, kind: str = "") -> Hits:
    """The newest pages with every word, one more than are counted at most: of so many all are here, of more none
    that stands further down. One reading gives both the numbers and the order."""
    if not kind and not filters.has_dates:
        found = _of_newest(query, filters)
        if found is not None:
            return found
    rows = pages_found(query, filters)
    if kind:
        rows = rows.filter(kind=kind)
    sql, params = _asked(rows.order_by("-pk")[: MOST_COUNTED + 1], query)
    return Hits(dict(_read(f"SELECT pk, kind FROM ({sql}) AS page ORDER BY {ORDER}", params)))  # noqa: S608


def _of_newest(query: Query, filters: Filters) -> Hits | None:
    """What is public of the newest entries with every word; the pages of all others are never looked at.

    None where so many of them are not public (any more) that older ones may have their places.
    """
    most = MOST_COUNTED + 1 + SPARE
    newest = _entries(query).order_by("-object_id").values("object_id")[:most]
    entries, values = newest.query.sql_with_params()
    # "entries" is the name that the statement below gives them.
    rows = _public(filters).filter(pk__in=RawSQL("SELECT object_id FROM entries", ())).order_by()
    sql, params = _asked(rows, query)
    found = _read(
        f"WITH entries AS ({entries}) SELECT entry.number, page.pk, page.kind"  # noqa: S608 – Django's own SQL
        " FROM (SELECT COUNT(*) AS number FROM entries) AS entry"
        f" LEFT JOIN ({sql}) AS page ON TRUE ORDER BY {ORDER}",
        (*values, *params),
    )
    kinds = {key: kind for _number, key, kind in found if key is not None}
    if len(kinds) > MOST_COUNTED:
        oldest = sorted(kinds, reverse=True)[MOST_COUNTED]
        return Hits({key: kind for key, kind in kinds.items() if key >= oldest})
    return None if found[0][0] == most else Hits(kinds)


def numbers_of(kinds: Sequence[str], query: Query, filters: Filters) -> dict[str, int]:
    """Kind → number of its pages with every word, up to a thousand and one. One statement, written once for all."""
    if not kinds:
        return {}
    rows = pages_found(query, filters).filter(kind=STAND_IN).order_by().values("pk")[: MOST_COUNTED + 1]
    sql, params = rows.query.sql_with_params()
    part = f"(SELECT COUNT(*) FROM ({sql}) AS counted)"  # noqa: S608 – Django's own SQL
    values = (kind if value == STAND_IN else value for kind in kinds for value in params)
    (found,) = _read(f"SELECT {', '.join([part] * len(kinds))}", tuple(values))
    return dict(zip(kinds, found, strict=True))


def _asked(rows: QuerySet[PublicPage], query: Query) -> tuple[str, tuple[Any, ...]]:
    """The statement for what puts these pages in order; their texts are fetched for those that are read alone."""
    columns = rows.annotate(near=_nearness(query)).values("pk", "kind", "near", "date", "rank")
    sql, params = columns.query.sql_with_params()
    return sql, tuple(params)


def _read(sql: str, params: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _nearness(query: Query) -> Case:
    """0 the number asked for, 1 every word in a title, 2 the rest."""
    title = Q()
    # Chinese has no capitals, and PostgreSQL pays more for making them than for the comparison.
    contains = "contains" if query.text.lower() == query.text.upper() else "icontains"
    for word in query.text.split()[:8]:
        title &= Q(**{f"title_zh__{contains}": word}) | Q(**{f"title__{contains}": word})
    is_number = Q(**{f"numbers__{contains}": query.text})
    return Case(When(is_number, then=0), When(title, then=1), default=2)
