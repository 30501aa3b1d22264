"""Filters of the money lists."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from bureau.pages.filters import PortalFilterSet
from finance.choices import Arrival, Purpose
from finance.models import Allocation, Fund, Receipt, SpendingEntry
from schools.models import District

_WAITING = (Arrival.NONE, Arrival.PART, Arrival.WHOLE)


class FundFilter(PortalFilterSet):
    year = django_filters.NumberFilter()

    class Meta:
        model = Fund
        fields = ("year", "purpose", "level", "earmark")


def _district(path: str) -> django_filters.ModelChoiceFilter:
    return django_filters.ModelChoiceFilter(
        field_name=f"{path}__district",
        queryset=District.objects.all(),
        empty_label=_("All"),
        label=_("District"),
    )


class AllocationFilter(PortalFilterSet):
    year = django_filters.NumberFilter(field_name="fund__year", label=_("Budget year"))
    purpose = django_filters.ChoiceFilter(
        field_name="fund__purpose", choices=Purpose.choices, label=_("Purpose")
    )
    arrival = django_filters.ChoiceFilter(
        choices=[(value, value.label) for value in _WAITING], method="filter_arrival", label=_("Receipt")
    )
    district = _district("school")

    class Meta:
        model = Allocation
        fields = ("year", "purpose", "arrival", "district")

    def filter_arrival(self, queryset: Any, name: str, value: str) -> Any:
        if value == Arrival.NONE:
            return queryset.filter(amount__gt=0, received=0)
        if value == Arrival.PART:
            return queryset.filter(received__gt=0, outstanding__gt=0)
        return queryset.filter(amount__gt=0, received=F("amount"))


class ReceiptFilter(PortalFilterSet):
    year = django_filters.NumberFilter(field_name="allocation__fund__year", label=_("Budget year"))
    district = _district("allocation__school")

    class Meta:
        model = Receipt
        fields = ("year", "district")


class SpendingFilter(PortalFilterSet):
    year = django_filters.NumberFilter(field_name="allocation__fund__year", label=_("Budget year"))
    purpose = django_filters.ChoiceFilter(
        field_name="allocation__fund__purpose", choices=Purpose.choices, label=_("Purpose")
    )
    district = _district("allocation__school")

    class Meta:
        model = SpendingEntry
        fields = ("year", "purpose", "economic_class", "payee_kind", "district")
