"""What the public pages of news read."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import BooleanField, Case, Max, Min, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC
from bureau.charter.models import local
from bureau.files.models import Attachment
from bureau.public import languages
from bureau.public.parts import part
from bureau.public.site_tags import Tags
from sections.office.news.choices import ColumnKind
from sections.office.news.models import Article, Column, Picture
from sections.office.policies.models import PolicyDocument

PER_PAGE = 20
MONTHS_SHOWN = 24
MORE_SHOWN = 6
KIND = Article._meta.label_lower
TAGS = (KIND, Column._meta.label_lower)


def public_articles() -> QuerySet[Article]:
    return permitted(PUBLIC, "view", Article)


def public_columns() -> QuerySet[Column]:
    return permitted(PUBLIC, "view", Column)


def column(key: str) -> Column:
    """Raises Http404 for one that is not shown."""
    found = public_columns().select_related("parent").filter(key=key).first()
    if found is None:
        raise Http404
    return found


def keys_below(column: Column) -> list[str]:
    """The column and those that are part of it."""
    below = public_columns().filter(Q(parent=column) | Q(parent__parent=column))
    return [column.key, *below.values_list("key", flat=True)]


def published(*, column: Column | None = None, kind: str = "", month: str = "") -> QuerySet[Article]:
    """What is pinned, then the newest; of shown columns alone."""
    rows = public_articles().filter(column__in=public_columns().order_by().values("pk"))
    if column is not None:
        rows = rows.filter(column__key__in=keys_below(column))
    if kind in ColumnKind.values:
        rows = rows.filter(column__kind=kind)
    first = month_of(month)
    if first is not None:
        rows = rows.filter(published_at__gte=first, published_at__lt=_next(first))
    return _in_order(rows.select_related("column", "owner").defer("body", "body_zh"))


def _in_order(rows: QuerySet[Article]) -> QuerySet[Article]:
    """Newest first, by the index; only where something is pinned all of them are put in order."""
    today = timezone.localdate()
    is_any = part(("pinned", today), TAGS, lambda: public_articles().filter(pinned_until__gte=today).exists())
    if not is_any or not rows.filter(pinned_until__gte=today).exists():
        return rows.annotate(is_pinned=Value(0)).order_by("-published_at", "-pk")
    is_pinned = Case(When(pinned_until__gte=today, then=1), default=0)
    return rows.annotate(is_pinned=is_pinned).order_by("-is_pinned", "-published_at", "-pk")


class Line(NamedTuple):
    """What a line of a list shows of an article, without a record around it: a page has twenty."""

    pk: int
    title: str
    title_zh: str
    published_at: datetime
    objections_until: date | None
    column_id: int
    is_pinned: int


def on_a_list(rows: QuerySet[Article]) -> QuerySet[Article, Any]:
    """Tuples as in `Line`."""
    return rows.select_related(None).defer(None).values_list(*Line._fields)


class CountedPages(Paginator):  # type: ignore[type-arg]
    """Pages of a list whose length is counted once for all who read it."""

    def __init__(self, rows: QuerySet[Article], chosen: Hashable) -> None:
        super().__init__(on_a_list(rows), PER_PAGE)
        self._rows, self._chosen = rows, chosen

    @cached_property
    def count(self) -> int:
        return part(("count", self._chosen), TAGS, self._rows.count)


def month_of(text: str) -> datetime | None:
    """2026-11 → its first moment; None for anything else."""
    try:
        return timezone.make_aware(datetime.strptime(text, "%Y-%m"))
    except (ValueError, OverflowError):
        return None


def _next(first: datetime) -> datetime:
    local_first = timezone.localtime(first)
    year, month = divmod(local_first.year * 12 + local_first.month, 12)
    return timezone.make_aware(datetime(year, month + 1, 1))


def months(column: Column | None = None) -> list[date]:
    """From the newest month back to the first one, as far as anybody scrolls."""
    ends = part(("ends", column.key if column else ""), TAGS, lambda: _ends(column))
    if ends["first"] is None:
        return []
    first, last = (timezone.localtime(ends[name]) for name in ("first", "last"))
    numbers = range(last.year * 12 + last.month - 1, first.year * 12 + first.month - 2, -1)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers[:MONTHS_SHOWN]]


def _ends(column: Column | None) -> dict[str, Any]:
    rows = public_articles()
    if column is not None:
        rows = rows.filter(column__key__in=keys_below(column))
    return rows.aggregate(first=Min("published_at"), last=Max("published_at"))


def kinds(chosen: str) -> list[tuple[str, Any, bool]]:
    """(value, label, is it chosen) of the kinds of which something is published."""
    there = part("kinds", TAGS, _kinds_there)
    return [(value, label, value == chosen) for value, label in ColumnKind.choices if value in there]


def _kinds_there() -> set[str]:
    return set(public_articles().order_by().values_list("column__kind", flat=True).distinct())


def columns_with_articles() -> list[Column]:
    """No empty column is shown."""
    return part("columns", TAGS, _filled_columns)


def _filled_columns() -> list[Column]:
    filled = public_articles().order_by().values("column")
    return list(public_columns().filter(pk__in=filled).order_by("position", "pk"))


def query(**parameters: Any) -> str:
    return "?" + urlencode({name: value for name, value in parameters.items() if value})


def column_tags(column: Column) -> Tags:
    return {
        "ColumnName": column.label,
        "ColumnDescription": column.about or column.label,
        "ColumnKeywords": column.label,
        "ColumnType": str(ColumnKind(column.kind).label),
    }


def article_tags(article: Article) -> Tags:
    """Title, date and source are required; the rest stands where it exists."""
    return {
        **column_tags(article.column),
        "ArticleTitle": article.label,
        "PubDate": minute(article.published_at),
        "ContentSource": article.source or local(article.owner.name_zh, article.owner.name),
        "Keywords": article.keywords,
        "Author": article.author,
        "Description": article.gist,
        "Url": f"{settings.PUBLIC_URL}{reverse('public:article', args=[article.pk])}",
    }


def minute(moment: datetime | None) -> str:
    """2026-11-22 19:30, as the rules for government sites ask."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


@cache
def _what_hangs_on_it() -> dict[str, RawSQL]:
    """Name → whether something hangs on the article of the row. The SQL is made once: Django takes half a
    millisecond for each of these questions every time it is asked."""
    row = RawSQL(f"{connection.ops.quote_name(Article._meta.db_table)}.id", ())  # noqa: S611 – our own table
    asked = {
        "has_pictures": Picture.objects.filter(article=row),
        "has_files": Attachment.objects.filter(record_kind=KIND, record_id=row),
        "is_explaining": PolicyDocument.objects.filter(interpreted_in=row),
    }
    found = {name: rows.order_by().values("pk").query.sql_with_params() for name, rows in asked.items()}
    return {
        name: RawSQL(f"EXISTS({sql})", params, output_field=BooleanField())  # noqa: S611 – Django's own SQL
        for name, (sql, params) in found.items()
    }


def article_to_show(pk: int) -> Article | None:
    """The public article; with it, whether anything hangs on it: most have nothing, and are asked no further."""
    rows = public_articles().annotate(**_what_hangs_on_it())
    found = next(iter(rows.order_by().filter(pk=pk)), None)
    known = all_columns()
    if found is not None and found.column_id in known:
        found.column = known[found.column_id]
    return found


def all_columns() -> dict[int, Column]:
    """By their keys, each with the one above, which many pages share."""
    return part("all columns", TAGS, lambda: {one.pk: one for one in Column.objects.select_related("parent")})


def pictures(article: Article) -> list[Picture]:
    rows = permitted(PUBLIC, "view", Picture).filter(article=article, file__isnull=False)
    return [row for row in rows.select_related("file") if row.file is not None and row.file.is_open]


def files(article: Article) -> list[Attachment]:
    """Attachments that everybody may fetch."""
    rows = permitted(PUBLIC, "view", Attachment).filter(record_kind=KIND, record_id=article.pk)
    return [row for row in rows if row.is_open]


def newest_of_column(column: int) -> list[Article]:
    """One more than a page shows: the page of one of them leaves itself out."""
    return part(("newest", column), TAGS, lambda: _newest(column))


def _newest(column: int) -> list[Article]:
    rows = public_articles().filter(column=column).only("pk", "title", "title_zh")
    return list(rows.order_by("-published_at", "-pk")[: MORE_SHOWN + 1])


@dataclass(frozen=True)
class Objections:
    until: date
    is_open: bool


def objections(article: Article) -> Objections | None:
    """The period of a public notice (公示) in which anybody may object."""
    until = article.objections_until
    return Objections(until, timezone.localdate() <= until) if until else None


def is_in_own_language(article: Article) -> bool:
    return bool(article.title_zh if languages.current() == "zh-hans" else article.title)


def other_lang() -> str:
    return languages.HTML_LANG[languages.other(languages.current())]


def why_withdrawn(article: Article) -> str:
    return local(article.withdrawn_reason_zh, article.withdrawn_reason)
