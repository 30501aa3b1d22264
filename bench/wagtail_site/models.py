"""The same article and the same list as the portal's, as Wagtail's own documentation would have them written.

Each page can be had twice: within a site that shows what the portal's page shows (navigation, tags of a government
site, tools, breadcrumb, what is near, footer), and, with ?bare, with hardly anything around it.
"""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import RichTextField
from wagtail.models import Page

ON_A_PAGE = 20
MORE = 6


@register_setting
class Bureau(BaseSiteSetting):
    """What every page says of the bureau."""

    name = models.CharField(max_length=100)
    hotline = models.CharField(max_length=30, blank=True)
    icp_number = models.CharField(max_length=40, blank=True)


class Shown(Page):
    """A page of the site, whole or bare."""

    class Meta:
        abstract = True

    bare = ""

    def get_template(self, request: Any, *args: Any, **kwargs: Any) -> str:
        return self.bare if "bare" in request.GET else str(self.template)


class ArticlePage(Shown):
    template, bare = "article.html", "bare_article.html"

    published_at = models.DateTimeField(db_index=True)
    source = models.CharField(max_length=100)
    summary = models.CharField(max_length=300)
    body = RichTextField()

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        if "bare" not in request.GET:
            column = self.get_parent()
            near = ArticlePage.objects.live().public().child_of(column).not_page(self)
            context |= {"column": column, "more": near.order_by("-published_at").defer("body")[:MORE]}
        return context


class ListPage(Shown):
    template, bare = "list.html", "bare_list.html"

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        rows = ArticlePage.objects.live().public().child_of(self).order_by("-published_at").defer("body")
        context["articles"] = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
        if "bare" not in request.GET:
            context |= {
                "column": self,
                "columns": self.get_siblings().live().in_menu(),
                "months": rows.datetimes("published_at", "month", order="DESC"),
            }
        return context
