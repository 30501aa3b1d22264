"""The same article and the same list as the portal's, as Wagtail's own documentation would have them written."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from wagtail.fields import RichTextField
from wagtail.models import Page

ON_A_PAGE = 20


class ArticlePage(Page):
    template = "article.html"

    published_at = models.DateTimeField(db_index=True)
    source = models.CharField(max_length=100)
    summary = models.CharField(max_length=300)
    body = RichTextField()


class ListPage(Page):
    template = "list.html"

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        rows = ArticlePage.objects.live().public().child_of(self).order_by("-published_at")
        context["articles"] = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
        return context
