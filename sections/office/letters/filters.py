"""Filters of the letters list."""

import django_filters
from django.utils.translation import gettext_lazy as _

from bureau.charter.selectors import sections
from bureau.pages.filters import PortalFilterSet
from sections.office.letter_figures.filtering import FigureFilter
from sections.office.letters.choices import Kind, Status
from sections.office.letters.models import AnswerTemplate, Letter


class LetterFilter(FigureFilter):
    free_choices = ("unit", *FigureFilter.free_choices)

    status = django_filters.ChoiceFilter(label=_("Status"), choices=Status.choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices)
    unit = django_filters.ModelChoiceFilter(label=_("Section"), queryset=lambda _request: sections())
    received_from = django_filters.DateFilter(
        label=_("Received from"), field_name="received_on", lookup_expr="gte"
    )
    received_to = django_filters.DateFilter(
        label=_("Received until"), field_name="received_on", lookup_expr="lte"
    )

    class Meta:
        model = Letter
        fields = ("status", "kind", "unit")


class TemplateFilter(PortalFilterSet):
    free_choices = ("unit",)

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices)
    unit = django_filters.ModelChoiceFilter(label=_("Section"), queryset=lambda _request: sections())
    is_in_use = django_filters.TypedChoiceFilter(
        label=_("in use"), choices=(("1", _("yes")), ("0", _("no"))), coerce=lambda value: value == "1"
    )

    class Meta:
        model = AnswerTemplate
        fields = ("kind", "unit", "is_in_use")
