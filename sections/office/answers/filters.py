"""Filters of the list of public answers."""

import django_filters
from django.utils.translation import gettext_lazy as _

from bureau.charter.selectors import sections
from bureau.pages.filters import PortalFilterSet
from sections.office.answers.choices import Status
from sections.office.answers.models import PublishedAnswer
from sections.office.letters.choices import Kind


class PublishedAnswerFilter(PortalFilterSet):
    free_choices = ("unit",)

    status = django_filters.ChoiceFilter(label=_("Status"), choices=Status.choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices)
    unit = django_filters.ModelChoiceFilter(label=_("Section"), queryset=lambda _request: sections())

    class Meta:
        model = PublishedAnswer
        fields = ("status", "kind", "unit")
