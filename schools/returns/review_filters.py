"""Filters of the list of returns at the desk."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.pages.filters import PortalFilterSet
from schools.choices import Stage
from schools.models import District
from schools.returns.choices import SENT, WITH_SCHOOL
from schools.returns.models import Collection, Return
from schools.returns.selectors import reviewing

LOOKS = (
    ("clean", _("clean: nothing unusual, no remark")),
    ("warnings", _("with something unusual or a remark")),
    ("again", _("sent again after a return")),
    ("late", _("late, or late and not sent")),
)


class ReturnFilter(PortalFilterSet):
    collection = django_filters.ModelChoiceFilter(
        queryset=Collection.objects.exclude(issued_on=None), empty_label=_("All")
    )
    look = django_filters.ChoiceFilter(choices=LOOKS, method="filter_look", label=_("What is in it"))
    district = django_filters.ModelChoiceFilter(
        field_name="school__district",
        queryset=District.objects.all(),
        empty_label=_("All"),
        label=_("District"),
    )
    stage = django_filters.ChoiceFilter(choices=Stage.choices, method="filter_stage", label=_("Stage"))

    class Meta:
        model = Return
        fields = ("collection", "look", "district", "stage")

    def filter_look(self, queryset: Any, name: str, value: str) -> Any:
        if value == "clean":
            return queryset.filter(reviewing.clean(), status__in=SENT)
        if value == "warnings":
            return queryset.filter(reviewing.with_warnings(), status__in=SENT)
        if value == "again":
            return queryset.filter(round__gt=1, status__in=SENT)
        return queryset.filter(reviewing.late() | _not_sent(timezone.localdate()))

    def filter_stage(self, queryset: Any, name: str, value: str) -> Any:
        """Through the keys: a school with two stages stands in the list once."""
        from schools.models import SchoolStage

        return queryset.filter(school__in=SchoolStage.objects.filter(stage=value).values("school"))


def _not_sent(today: date) -> Q:
    return Q(status__in=WITH_SCHOOL, first_sent_on__isnull=True, collection__due_on__lt=today)
