"""What is asked for on the pages of completeness and of sums."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.access.services import permitted
from bureau.pages.forms import PortalForm, PortalModelForm
from schools.choices import Stage
from schools.models import District
from schools.returns.choices import DAYS_OF_YEAR, CollectionStatus
from schools.returns.models import Collection, ReturnTerm
from schools.returns.selectors.completeness import FIGURES, Scope
from schools.returns.selectors.totals import PeriodOf

# The newest collections that a list of choices offers.
MOST_COLLECTIONS = 300


class IssuedForm(PortalForm):
    """Choices from the collections that the person may see: one query."""

    @cached_property
    def collections(self) -> list[Collection]:
        issued = (CollectionStatus.ISSUED, CollectionStatus.LOCKED)
        rows = permitted(self.principal, "view", Collection).filter(status__in=issued)
        rows = rows.select_related("version_of_form__form").defer("version_of_form__definition")
        return list(rows.order_by("-due_on", "-pk")[:MOST_COLLECTIONS])

    def forms_named(self) -> list[tuple[str, str]]:
        forms = {one.version_of_form.form_id: one.version_of_form.form for one in self.collections}
        return [(str(pk), forms[pk].label) for pk in sorted(forms, key=lambda pk: forms[pk].code)]

    def choose(self, name: str, choices: list[tuple[str, str]], empty: str = "") -> None:
        self.fields[name].choices = [("", empty or _t("All")), *choices]  # type: ignore[attr-defined]
        self.fields[name].widget.attrs["class"] = "sel"


class ScopeForm(IssuedForm):
    """Which returns are counted."""

    collection = forms.ChoiceField(label=_("Collection"), required=False)
    form = forms.ChoiceField(label=pgettext_lazy("school return", "Form"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)
    district = forms.ChoiceField(label=_("District"), required=False)
    stage = forms.ChoiceField(label=_("Stage"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_now = _t("All that are open")
        self.choose("collection", [(str(one.pk), one.label) for one in self.collections], open_now)
        self.choose("form", self.forms_named())
        years = sorted({one.year for one in self.collections}, reverse=True)
        self.choose("year", [(str(year), str(year)) for year in years])
        self.choose("district", [(str(one.pk), one.label) for one in District.objects.order_by("code")])
        self.choose("stage", [(key, capfirst(str(label))) for key, label in Stage.choices])

    def scope(self) -> Scope:
        given = self.cleaned_data
        chosen = given["collection"]
        return Scope(
            collection=next((one for one in self.collections if str(one.pk) == chosen), None),
            form=_number(given["form"]),
            year=_number(given["year"]),
            district=_number(given["district"]),
            stage=given["stage"],
        )

    def params(self) -> dict[str, str]:
        """What the address of a narrower page carries on."""
        return {name: str(self.cleaned_data[name]) for name in self.fields if self.cleaned_data.get(name)}


class ListForm(ScopeForm):
    """And which of them are listed."""

    figure = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[(key, figure.label) for key, figure in FIGURES.items()],
    )
    field_order = ("figure",)

    USUAL = "unsent"

    def __init__(self, data: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__({"figure": self.USUAL, **data}, **kwargs)
        self.fields["figure"].widget.attrs["class"] = "sel"

    @property
    def chosen(self) -> str:
        return str(self.cleaned_data.get("figure") or self.USUAL)


class TotalsForm(IssuedForm):
    """Of which form and period, and of which part or cell of it, sums are shown."""

    form = forms.ChoiceField(label=pgettext_lazy("school return", "Form"), required=False)
    period = forms.ChoiceField(label=_("Period"), required=False)
    block = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    cell = forms.CharField(required=False, max_length=90, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("form", self.forms_named(), _t("Choose…"))
        wanted = str(self.data.get("form", ""))
        mine = [one for one in self.collections if str(one.version_of_form.form_id) == wanted]
        periods = {f"{one.year}-{one.part}": _period(one) for one in mine}
        self.choose("period", list(periods.items()), _t("Latest"))

    def asked(self) -> PeriodOf | None:
        """None until a form was chosen."""
        form = _number(self.cleaned_data.get("form", ""))
        if form is None:
            return None
        chosen = self.cleaned_data.get("period")
        mine = [one for one in self.collections if one.version_of_form.form_id == form]
        if chosen:
            year, part = chosen.split("-")
            return PeriodOf(form, int(year), int(part))
        latest = max(mine, key=lambda one: (one.year, one.part))
        return PeriodOf(form, latest.year, latest.part)


class TermForm(PortalModelForm):
    class Meta:
        model = ReturnTerm
        fields = ("key", "length", "basis", "is_verified", "valid_from")

    def clean(self) -> dict[str, Any] | None:
        given = super().clean()
        number = self.cleaned_data.get("length")
        if self.cleaned_data.get("key") in DAYS_OF_YEAR and number is not None and not _is_day(number):
            self.add_error("length", _t("Write month and day as one number, such as 831 for 31 August."))
        return given


def _is_day(number: int) -> bool:
    """Month and day of any year; 29 February is none of every year."""
    month, day = divmod(number, 100)
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2023, month)[1]


def _period(one: Collection) -> str:
    return f"{one.year} · {one.part}" if one.part else str(one.year)


def _number(text: str) -> int | None:
    return int(text) if text else None
