"""What the page of an article shows beside its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bureau.access.services import may, permitted
from bureau.accounts.principals import Principal
from sections.office.news.checking import problems
from sections.office.news.choices import WAITING, WRITING
from sections.office.news.models import Article, ArticleVersion, Picture, PreviewLink
from sections.office.news.previews import why_no_preview


def checks(article: Article, by: Principal) -> Mapping[str, Any]:
    found = problems(article)
    return {"found": found, "stops": any(one.stops for one in found)}


def is_waiting(article: Article, by: Principal) -> bool:
    return article.status in WAITING


def whole_text(article: Article, by: Principal) -> Mapping[str, Any]:
    return {"article": article}


def pictures(article: Article, by: Principal) -> Mapping[str, Any]:
    rows = permitted(by, "view", Picture).filter(article=article).select_related("file")
    return {
        "article": article,
        "rows": list(rows),
        "may_change": article.status in WRITING and bool(may(by, "draft", article)),
    }


def versions(article: Article, by: Principal) -> Mapping[str, Any]:
    rows = permitted(by, "view", ArticleVersion).filter(article=article).defer("body", "body_zh")
    return {"article": article, "rows": list(rows[:30])}


def preview_links(article: Article, by: Principal) -> Mapping[str, Any]:
    rows = permitted(by, "view", PreviewLink).filter(article=article)
    return {
        "article": article,
        "rows": list(rows[:20]),
        "may_make": not why_no_preview(article) and bool(may(by, "draft", article)),
    }


def has_preview(article: Article, by: Principal) -> bool:
    return is_waiting(article, by) and bool(may(by, "draft", article))


def revision(article: Article, by: Principal) -> Mapping[str, Any]:
    rows = permitted(by, "view", Article)
    return {
        "page": rows.filter(revisions=article).first(),
        "open": rows.filter(revision_of=article, status__in=WAITING).first(),
    }


def is_revised(article: Article, by: Principal) -> bool:
    return bool(article.revision_of_id) or article.revisions.filter(status__in=WAITING).exists()
