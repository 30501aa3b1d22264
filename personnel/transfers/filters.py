"""Filters of the list of transfers."""

from __future__ import annotations

import django_filters

from bureau.pages.filters import PortalFilterSet
from personnel.transfers.choices import TransferKind
from personnel.transfers.models import Transfer


class TransferFilter(PortalFilterSet):
    kind = django_filters.ChoiceFilter(choices=TransferKind.choices)
    on = django_filters.DateFilter(field_name="on", lookup_expr="gte")

    class Meta:
        model = Transfer
        fields = ("kind", "on")
