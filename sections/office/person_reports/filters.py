"""Filters of the list of reports."""

import django_filters
from django.utils.translation import gettext_lazy as _

from bureau.pages.filters import PortalFilterSet
from sections.office.person_reports.choices import Channel, Status
from sections.office.person_reports.models import PersonReport


class PersonReportFilter(PortalFilterSet):
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Status.choices)
    channel = django_filters.ChoiceFilter(label=_("How it came"), choices=Channel.choices)
    received_from = django_filters.DateFilter(
        label=_("Received from"), field_name="received_on", lookup_expr="gte"
    )
    received_to = django_filters.DateFilter(
        label=_("Received until"), field_name="received_on", lookup_expr="lte"
    )

    class Meta:
        model = PersonReport
        fields = ("status", "channel")
