"""What the home page and the channels show of news and notices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from bureau.public.blocks import OpenNow, block, open_now
from bureau.public.channels import COLUMNS, Entry
from sections.office.news import public_reading as reading
from sections.office.news.choices import ColumnKind
from sections.office.news.models import Article

NOTICES = (ColumnKind.NOTICES, ColumnKind.PUBLIC_NOTICES)
LISTED = 5
TAGS = ("office.article", "office.column", "files.attachment")


def _newest(*kinds: str) -> QuerySet[Article]:
    return reading.published().filter(column__kind__in=kinds)


def news() -> dict[str, Any] | None:
    """The newest one with its picture, then the next ones."""
    articles = list(_newest(ColumnKind.NEWS)[: LISTED + 1])
    if not articles:
        return None
    lead, *others = articles
    # Most have none; the rule of files costs more than the whole block.
    pictures = reading.pictures(lead) if lead.pictures.exists() else []
    return {"lead": lead, "picture": next(iter(pictures), None), "articles": others[:LISTED]}


def notices() -> dict[str, Any] | None:
    articles = list(_newest(*NOTICES)[:LISTED])
    return {"articles": articles, "today": timezone.localdate()} if articles else None


def open_to_objections() -> Iterator[OpenNow]:
    today = timezone.localdate()
    rows = reading.published().filter(objections_until__gte=today).order_by("objections_until")
    for article in rows[:LISTED]:
        lang = "" if reading.is_in_own_language(article) else reading.other_lang()
        until = article.objections_until or today
        yield OpenNow(article.label, reverse("public:article", args=[article.pk]), until, lang)


def columns(kinds: Sequence[str]) -> list[Entry]:
    """Links to columns of these kinds that are not empty."""
    return [
        Entry(column.label, reverse("public:column", args=[column.key]), hint=column.about)
        for column in reading.columns_with_articles()
        if column.kind in kinds
    ]


block("news", news, *TAGS)
block("notices", notices, *TAGS)
open_now("office.article", open_to_objections)
COLUMNS.add("office.news", columns)
