"""Filters of the list of requests."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from bureau.pages.filters import PortalFilterSet
from personnel.changes.models import TeacherChange
from personnel.selectors.fields import EDITABLE, TOGETHER, group_of, label_of


def _fields() -> list[tuple[str, str]]:
    groups = dict.fromkeys(group_of(name) for name in EDITABLE)
    return [(group, " · ".join(label_of(name) for name in TOGETHER.get(group, (group,)))) for group in groups]


class ChangeFilter(PortalFilterSet):
    field = django_filters.ChoiceFilter(choices=_fields, label=_("Field"))

    class Meta:
        model = TeacherChange
        fields = ("field",)
