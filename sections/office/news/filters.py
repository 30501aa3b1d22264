"""Filters of the lists of articles and columns."""

import django_filters
from django.utils.translation import gettext_lazy as _

from bureau.charter.selectors import sections
from bureau.pages.filters import PortalFilterSet
from sections.office.news.choices import ColumnKind, ColumnStatus, Status
from sections.office.news.models import Article, Column


class ArticleFilter(PortalFilterSet):
    free_choices = ("owner",)

    status = django_filters.ChoiceFilter(label=_("Status"), choices=Status.choices)
    column = django_filters.ModelChoiceFilter(
        label=_("Column"), queryset=lambda _request: Column.objects.all()
    )
    owner = django_filters.ModelChoiceFilter(label=_("Section"), queryset=lambda _request: sections())
    since = django_filters.DateFilter(
        label=_("Published from"), field_name="published_at", lookup_expr="date__gte"
    )
    until = django_filters.DateFilter(
        label=_("Published until"), field_name="published_at", lookup_expr="date__lte"
    )

    class Meta:
        model = Article
        fields = ("status", "column", "owner")


class ColumnFilter(PortalFilterSet):
    status = django_filters.ChoiceFilter(label=_("Status"), choices=ColumnStatus.choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ColumnKind.choices)

    class Meta:
        model = Column
        fields = ("status", "kind")
