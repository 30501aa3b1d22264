"""The list behind a figure: the same definition narrows the list of letters."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit
from bureau.pages.filters import PortalFilterSet
from schools.models import District
from sections.office.letter_figures.counting import CHOICES, FIGURES, Period
from sections.office.letter_figures.selectors import NOBODY
from sections.office.letters.choices import Channel
from sections.office.letters.models import Letter

OWN = ("channel", "district", "handled_by", "figure", "since", "until")


class FigureFilter(PortalFilterSet):
    """`figure`, `since` and `until` go together: which letters a figure counts in a period."""

    free_choices: tuple[str, ...] = ("handled_by", "district")

    channel = django_filters.ChoiceFilter(label=_("How it came"), choices=Channel.choices)
    district = django_filters.ModelChoiceFilter(
        label=_("District of the school"),
        field_name="school__district",
        queryset=lambda _request: District.objects.order_by("code"),
        null_label=_("about no school"),
        null_value=NOBODY,
    )
    # Also sections that are gone, and letters without one.
    handled_by = django_filters.ModelChoiceFilter(
        label=_("Handled by"),
        field_name="unit",
        queryset=lambda _request: Unit.objects.all(),
        null_label=_("not yet with a section"),
        null_value=NOBODY,
        widget=forms.HiddenInput,
    )
    figure = django_filters.ChoiceFilter(
        label=_("Counted as"), choices=CHOICES, widget=forms.HiddenInput, method="later"
    )
    since = django_filters.DateFilter(label=_("counted from"), widget=forms.HiddenInput, method="later")
    until = django_filters.DateFilter(label=_("counted until"), widget=forms.HiddenInput, method="later")

    class Meta:
        model = Letter
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in OWN:  # behind the filters of the list itself
            self.filters.move_to_end(name)

    def later(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """All three are needed at once: see `narrowed`."""
        return rows

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        found = super().narrowed(rows)
        asked = self.form.cleaned_data
        if not (asked.get("figure") or asked.get("since") or asked.get("until")):
            return found
        today = timezone.localdate()
        period = Period(asked.get("since") or today.replace(year=2000), asked.get("until") or today)
        return found.filter(FIGURES[asked.get("figure") or "received"].q(period))
