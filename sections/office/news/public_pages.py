"""The pages of columns and articles, and their feeds."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bureau.access.counting import window
from bureau.access.services import permitted
from bureau.access.views import Open, rule
from bureau.accounts.principals import PUBLIC
from bureau.public import errors
from bureau.public.feeds import feed_of
from bureau.public.kept import kept, relies_on
from bureau.public.selectors import bureau_name
from sections.office.news import public_lines
from sections.office.news import public_reading as reading
from sections.office.news.models import Article, Column
from sections.office.policies.selectors import explained_by

ARTICLES, COLUMNS, FILES = "office.article", "office.column", "files.attachment"
FORMS = ("atom", "rss")


@rule(Open())
@require_safe
@kept("page", "month", "kind", of_one_moment=False)
def news_list(request: HttpRequest) -> HttpResponse:
    """Everything that is published, newest first; by kind of column and by month."""
    relies_on(request, ARTICLES, COLUMNS)
    chosen = {name: request.GET.get(name, "") for name in ("kind", "month")}
    rows = reading.published(kind=chosen["kind"], month=chosen["month"])
    context = {
        "heading": _now("News and notices"),
        "kinds": reading.kinds(chosen["kind"]),
        "feed": reverse("public:news_feed"),
        **chosen,
        **_page(request, rows, None, chosen),
    }
    return render(request, "public/news/list.html", context)


@rule(Open())
@require_safe
@kept("page", "month", of_one_moment=False)
def column_page(request: HttpRequest, key: str) -> HttpResponse:
    """One column with what stands in it and in the columns below it."""
    relies_on(request, ARTICLES, COLUMNS)
    column = reading.column(key)
    chosen = {"month": request.GET.get("month", "")}
    rows = reading.published(column=column, month=chosen["month"])
    context = {
        "heading": column.label,
        "column": column,
        "site_tags": reading.column_tags(column),
        "feed": reverse("public:column_feed", args=[column.key, "atom"]),
        **chosen,
        **_page(request, rows, column, chosen),
    }
    return render(request, "public/news/list.html", context)


def _page(request: HttpRequest, rows: Any, column: Column | None, chosen: dict[str, str]) -> dict[str, Any]:
    key = column.key if column else ""
    page = reading.CountedPages(rows, (key, *chosen.values())).get_page(request.GET.get("page"))
    last = page.paginator.num_pages
    pages = [
        (number, reading.query(**chosen, page=number) if number else "", number == page.number)
        for number in window(page.number, last)
    ]
    return {
        "page": page,
        "lines": public_lines.of_list(page.object_list, names_column=column is None),
        "pages": pages if last > 1 else [],
        "aside": public_lines.beside_list(column, chosen),
    }


@rule(Open())
@require_safe
@kept(of_one_moment=False)
def article_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One article. A withdrawn one is 410 with the reason, whatever a cache says."""
    relies_on(request, f"{ARTICLES}:{pk}", COLUMNS, FILES, "office.policydocument")
    article: Any = reading.article_to_show(pk)  # with what it was annotated with
    if article is None:
        return _gone(request, pk)
    relies_on(request, f"{ARTICLES}@{article.column.key}")
    context = {
        "article": article,
        "column": article.column,
        "site_tags": reading.article_tags(article),
        "pictures": reading.pictures(article) if article.has_pictures else [],
        "files": reading.files(article) if article.has_files else [],
        "aside": public_lines.beside_article(article),
        "objections": reading.objections(article),
        "explains": explained_by(article) if article.is_explaining else [],
    }
    return render(request, "public/news/article.html", context)


def _gone(request: HttpRequest, pk: int) -> HttpResponse:
    article = permitted(PUBLIC, "miss", Article).filter(pk=pk).first()
    if article is None:
        raise Http404
    fault = errors.Fault(
        _("This page was withdrawn"),
        _("The bureau has taken it back. It is no longer public."),
        _("What is public now stands in the list of news and notices."),
    )
    return errors.page(request, 410, fault=fault, reason=reading.why_withdrawn(article))


@rule(Open())
@require_safe
@kept()
def news_feed(request: HttpRequest) -> HttpResponse:
    relies_on(request, ARTICLES, COLUMNS)
    return feed_of(
        kind=Article._meta.label_lower,
        title=f"{bureau_name()} – {_now('News and notices')}",
        page=reverse("public:news_list"),
        here=request.path,
    )


@rule(Open())
@require_safe
@kept()
def column_feed(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """/columns/<key>/atom/ and /rss/: the newest of one column."""
    if form not in FORMS:
        raise Http404
    relies_on(request, ARTICLES, COLUMNS)
    column: Column = reading.column(key)
    return feed_of(
        kind=Article._meta.label_lower,
        columns=reading.keys_below(column),
        title=f"{bureau_name()} – {column.label}",
        page=reverse("public:column", args=[column.key]),
        here=request.path,
        form=form,
    )
