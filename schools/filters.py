"""Filters of the register's lists."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from bureau.pages.filters import PortalFilterSet
from schools.choices import Stage
from schools.models import AreaClass, ChangeRequest, Confirmation, District, School, SchoolChange, SchoolType
from schools.selectors.fields import EDITABLE, field_label

RUN_BY = (("public", _("public")), ("private", _("private")))


class SchoolFilter(PortalFilterSet):
    district = django_filters.ModelChoiceFilter(queryset=District.objects.all(), empty_label=_("All"))
    stage = django_filters.ChoiceFilter(field_name="stages__stage", choices=Stage.choices, label=_("Stage"))
    school_type = django_filters.ModelChoiceFilter(
        queryset=SchoolType.objects.exclude(stages=[]), empty_label=_("All")
    )
    run_by = django_filters.ChoiceFilter(choices=RUN_BY, method="filter_run_by", label=_("Public or private"))
    area_class = django_filters.ModelChoiceFilter(queryset=AreaClass.objects.all(), empty_label=_("All"))

    class Meta:
        model = School
        fields = ("district", "stage", "school_type", "run_by", "area_class")

    def filter_run_by(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(is_private=value == "private")


class RequestFilter(PortalFilterSet):
    district = django_filters.ModelChoiceFilter(
        field_name="school__district",
        queryset=District.objects.all(),
        empty_label=_("All"),
        label=_("District"),
    )

    class Meta:
        model = ChangeRequest
        fields = ("district",)


class ConfirmationFilter(PortalFilterSet):
    district = django_filters.ModelChoiceFilter(
        field_name="school__district",
        queryset=District.objects.all(),
        empty_label=_("All"),
        label=_("District"),
    )

    class Meta:
        model = Confirmation
        fields = ("district",)


class ChangeFilter(PortalFilterSet):
    field = django_filters.ChoiceFilter(
        choices=lambda: [(name, field_label(name)) for name in EDITABLE], label=_("Field")
    )

    class Meta:
        model = SchoolChange
        fields = ("field",)
