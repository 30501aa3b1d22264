"""Small effects of steps: fields that follow from a status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bureau.accounts.principals import Principal
from sections.office.news.choices import Status
from sections.office.news.models import Article, Column

Data = Mapping[str, Any]


def nothing(record: Any, by: Principal, data: Data) -> None:
    """The step is the whole of it: what its form holds stands in the log of reviews."""


def public_target(article: Article, data: Data) -> str:
    """A revision ends in the page that it revises."""
    return Status.PUBLISHED if article.revision_of_id is None else Status.TAKEN_OVER


def forget_moment(article: Article, by: Principal, data: Data) -> None:
    article.publish_at = None


def review_is_due(article: Article, by: Principal, data: Data) -> None:
    article.is_review_due = True


def links_counted(article: Article, by: Principal, data: Data) -> None:
    article.broken_links = data["broken_links"]


def take_fields(column: Column, by: Principal, data: Data) -> None:
    for name, value in data.items():
        setattr(column, name, value)
