"""Filters of the lists of teachers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.identifiers.text import compact
from bureau.pages.filters import PortalFilterSet
from personnel.choices import IdKind
from personnel.models import HiringForm, KeyTeacherLevel, Subject, Teacher, Title
from personnel.selectors.tables import code_lists
from schools.choices import Stage
from schools.models import District

DOCUMENT = (("none", _("no document yet")), ("known", _("known")))


class OwnTeacherFilter(PortalFilterSet):
    """What a school asks of its roster."""

    # Filter → the code table of its choices.
    tables: Mapping[str, type[Any]] = {
        "subject": Subject,
        "title": Title,
        "hiring_form": HiringForm,
        "key_level": KeyTeacherLevel,
    }

    stage = django_filters.ChoiceFilter(
        field_name="main_post__stage", choices=Stage.choices, label=_("Stage")
    )
    subject = django_filters.ChoiceFilter(
        field_name="main_post__subject__code", label=pgettext_lazy("taught", "Subject")
    )
    title = django_filters.ChoiceFilter(field_name="title__code", label=_("Professional title"))
    hiring_form = django_filters.ChoiceFilter(
        field_name="main_post__hiring_form__code", label=_("Hiring form")
    )
    key_level = django_filters.ChoiceFilter(field_name="key_level__code", label=_("Key-teacher level"))
    document = django_filters.ChoiceFilter(
        choices=DOCUMENT, method="filter_document", label=_("Identity document")
    )

    class Meta:
        model = Teacher
        fields = ("stage", "subject", "title", "hiring_form", "key_level", "document")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lists = code_lists(list(self.tables.values()))
        for name, choices in zip(self.tables, lists, strict=True):
            self.filters[name].extra["choices"] = choices

    def filter_document(self, queryset: Any, name: str, value: str) -> Any:
        none = Q(id_kind=IdKind.NONE)
        return queryset.filter(none if value == "none" else ~none)


class TeacherFilter(OwnTeacherFilter):
    """The same for the bureau and the districts, by school and district."""

    tables = {"district": District, **OwnTeacherFilter.tables}
    district = django_filters.ChoiceFilter(
        field_name="main_post__school__district__code", label=_("District")
    )
    school = django_filters.CharFilter(
        method="filter_school", label=_("School (code or part of the name)"), max_length=60
    )

    class Meta:
        model = Teacher
        fields = ("district", "school", *OwnTeacherFilter.Meta.fields)

    def filter_school(self, queryset: Any, name: str, value: str) -> Any:
        school = "main_post__school__"
        return queryset.filter(
            Q(**{f"{school}code": compact(value)}) | Q(**{f"{school}name_zh__icontains": value.strip()})
        )
