"""What is asked for on the page of figures, and on a new report."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit
from bureau.charter.selectors import sections
from bureau.pages.forms import PortalForm, PortalModelForm
from schools.models import District
from sections.office.letter_figures.counting import (
    Period,
    first_of_month,
    month_before,
    whole_month,
)
from sections.office.letter_figures.models import LetterReport, month_of
from sections.office.letters.choices import Kind

if TYPE_CHECKING:
    _ModelChoice = forms.ModelChoiceField[Any]
else:
    _ModelChoice = forms.ModelChoiceField

MONTHS_BACK = 36
USUAL_MONTHS = 6


def months(*, with_this: bool) -> list[tuple[str, str]]:
    """The months that may be asked for, newest first."""
    month = first_of_month(timezone.localdate())
    month = month if with_this else month_before(month)
    found = []
    for _number in range(MONTHS_BACK):
        found.append((month.strftime("%Y-%m"), date_format(month, "YEAR_MONTH_FORMAT")))
        month = month_before(month)
    return found


class NamedUnit(_ModelChoice):
    def label_from_instance(self, obj: Unit) -> str:
        return obj.label


class PeriodForm(PortalForm):
    free_choices = ("district", "section")

    since = forms.ChoiceField(label=_("From"))
    until = forms.ChoiceField(label=_("To"))
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    district = _ModelChoice(
        label=_("District"),
        queryset=District.objects.order_by("code"),
        required=False,
        empty_label=_("All"),
    )
    section = NamedUnit(
        label=_("Section"), queryset=Unit.objects.none(), required=False, empty_label=_("All")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = months(with_this=True)
        for name in ("since", "until"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _t("All")), *Kind.choices]  # type: ignore[attr-defined]
        self.fields["section"].queryset = sections()  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "sel"

    @staticmethod
    def usual() -> dict[str, str]:
        """The last half year, this month included."""
        found = months(with_this=True)
        return {"since": found[USUAL_MONTHS - 1][0], "until": found[0][0]}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            raise ValidationError(
                _("The first month lies after the last one. Choose an earlier first month.")
            )
        return given

    def period(self) -> Period:
        return Period(
            month_of(self.cleaned_data["since"]), whole_month(month_of(self.cleaned_data["until"])).until
        )

    def narrowed(self) -> Q:
        """Which letters are counted at all."""
        given, found = self.cleaned_data, Q()
        if given["kind"]:
            found &= Q(kind=given["kind"])
        if given["district"]:
            found &= Q(school__district=given["district"])
        if given["section"]:
            found &= Q(unit=given["section"])
        return found

    def params(self) -> dict[str, str]:
        """The same narrowing as the list of letters understands it."""
        given = self.cleaned_data
        found = {"kind": given["kind"]} if given["kind"] else {}
        if given["district"]:
            found["district"] = str(given["district"].pk)
        if given["section"]:
            found["handled_by"] = str(given["section"].pk)
        return found


class RemarksForm(PortalModelForm):
    class Meta:
        model = LetterReport
        fields = ("remarks",)
        widgets = {"remarks": forms.Textarea(attrs={"rows": 8})}
        help_texts = {"remarks": _("What the figures mean. Name no person; the report may be passed on.")}


class NewReportForm(PortalModelForm):
    """A month that has no report yet."""

    month = forms.ChoiceField(label=_("Month"))

    class Meta:
        model = LetterReport
        fields = ("month", "remarks")
        widgets = {"remarks": forms.Textarea(attrs={"rows": 8})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {month.strftime("%Y-%m") for month in LetterReport.objects.values_list("month", flat=True)}
        self.fields["month"].choices = [one for one in months(with_this=False) if one[0] not in known]  # type: ignore[attr-defined]

    def clean_month(self) -> date:
        return month_of(self.cleaned_data["month"])
