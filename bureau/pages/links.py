"""Addresses of records and pages, for templates, notices and work items."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.urls import NoReverseMatch, reverse

from bureau.accounts.principals import Principal
from bureau.pages.pagesets import pageset_of


def address(record: Model, workspace: str = "desk") -> str:
    """The page of a record in a workspace; the empty string where it has none."""
    if record.pk is None or pageset_of(workspace, record) is None:
        return ""
    return page(record, "detail", workspace, record.pk)


def is_open(principal: Principal, record: Model, workspace: str = "desk") -> bool:
    """Whether the record has a page in the workspace that this person may see."""
    pageset = pageset_of(workspace, record)
    return pageset is not None and pageset.queryset(principal, "view").filter(pk=record.pk).exists()


def page(model: Model | type[Model], kind: str, workspace: str = "desk", *args: Any) -> str:
    """One of the generated pages: page(Letter, "list"), page(letter, "edit", "desk", letter.pk)."""
    pageset = pageset_of(workspace, model)
    if pageset is None:
        return ""
    try:
        return reverse(pageset.url_name(workspace, kind), args=args)
    except NoReverseMatch:
        return ""
