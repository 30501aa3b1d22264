"""Lines of articles and what stands beside them, written once for many pages, or without a template.

A template takes a third of a millisecond for a line, and a list has twenty.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bureau.pages.templatetags.portal import day, tag
from bureau.public.channels import where
from bureau.public.parts import part
from bureau.public.templatetags.public_site import own
from sections.office.news import public_reading as reading
from sections.office.news.models import Article, Column


def of_list(rows: Iterable[tuple[Any, ...]], *, names_column: bool) -> SafeString:
    """One <li> each: title, day, then what is pinned or open to objections. `rows`: as in `reading.Line`."""
    stem = reverse("public:article", args=[0]).removesuffix("0/")
    columns = reading.all_columns() if names_column else {}
    today = timezone.localdate()
    return mark_safe("".join(_line(reading.Line(*row), stem, columns, today) for row in rows))


def _line(article: reading.Line, stem: str, columns: dict[int, Column], today: date) -> str:
    moment = timezone.localtime(article.published_at)
    notes = _notes(article, columns, today)
    return format_html(
        '<li><a href="{}{}/">{}</a><time datetime="{}">{}</time>{}</li>\n',
        stem,
        article.pk,
        own(article, "title"),
        moment.isoformat(timespec="minutes"),
        moment.strftime("%Y-%m-%d"),
        format_html('<span class="sub row">{}</span>', notes) if notes else "",
    )


def _notes(article: reading.Line, columns: dict[int, Column], today: date) -> SafeString:
    found = [tag(_("Pinned"), "new")] if article.is_pinned else []
    until = article.objections_until
    if until and until >= today:
        found.append(tag(_("Objections until %(day)s") % {"day": day(until)}, "warn"))
    elif until:
        found.append(tag(_("Period of objection is over"), "plain"))
    if article.column_id in columns:
        found.append(format_html("<span>{}</span>", columns[article.column_id].label))
    return mark_safe("".join(found))


def beside_list(column: Column | None, chosen: dict[str, str]) -> str:
    """Columns, months and feeds."""
    return part(
        ("beside a list", where(), column and column.key, *chosen.items()),
        reading.TAGS,
        lambda: render_to_string("public/news/list_aside.html", _beside_list(column, chosen)),
    )


def _beside_list(column: Column | None, chosen: dict[str, str]) -> dict[str, Any]:
    feeds = {"feed": reverse("public:news_feed")}
    if column is not None:
        forms = {"feed": "atom", "rss": "rss"}
        feeds = {name: reverse("public:column_feed", args=[column.key, form]) for name, form in forms.items()}
    return {
        "columns": reading.columns_with_articles(),
        "column": column,
        "months": reading.months(column),
        **chosen,
        **feeds,
    }


def beside_article(article: Article) -> str:
    """The newest others of its column: the same for all articles that are not among them."""
    newest = reading.newest_of_column(article.column_id)
    itself = article.pk if any(one.pk == article.pk for one in newest) else 0
    return part(
        ("beside an article", where(), article.column_id, itself),
        reading.TAGS,
        lambda: render_to_string(
            "public/news/article_aside.html",
            {
                "more": [one for one in newest if one.pk != itself][: reading.MORE_SHOWN],
                "column": article.column,
            },
        ),
    )
