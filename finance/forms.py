"""Field lists of the money pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC
from bureau.identifiers.text import compact
from bureau.money import YuanField, shown
from bureau.pages.forms import PortalForm, PortalModelForm
from finance.choices import FundStatus
from finance.models import Allocation, BudgetCode, EconomicClass, Fund, SpendingEntry
from finance.services.allocations import Letter, Share
from schools.choices import Stage
from schools.models import District, School
from schools.models.school import ENDED

if TYPE_CHECKING:
    _ModelChoice = forms.ModelChoiceField[Any]
else:
    _ModelChoice = forms.ModelChoiceField


class FundForm(PortalModelForm):
    """A fund while it is being entered."""

    class Meta:
        model = Fund
        fields = (
            "year",
            "name_zh",
            "name",
            "level",
            "purpose",
            "earmark",
            "function_code",
            "document_number",
            "document_on",
            "document_title",
            "amount",
            "close_by",
            "note",
        )
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes: Any = self.fields["function_code"]
        codes.queryset = codes.queryset.filter(is_in_use=True)
        if self.instance.pk is None:
            self.initial["year"] = timezone.localdate().year


class AdjustForm(PortalForm):
    """The reason names the document that raises or lowers the amount."""

    amount = YuanField(label=_("New amount of the fund (yuan)"), least=1)

    def fit(self, fund: Fund, by: Any) -> None:
        self.fields["amount"].initial = fund.amount
        self.fields["amount"].help_text = _("%(allotted)s is allotted already; it cannot be less.") % {
            "allotted": shown(fund.allocated)
        }


class SchoolField(forms.CharField):
    """A school by its identification code or its whole Chinese name."""

    principal: Any = PUBLIC

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        seen = permitted(self.principal, "view", School)
        found = list(seen.filter(code=compact(text))[:1] or seen.filter(name_zh=text.strip())[:2])
        if not found:
            raise forms.ValidationError(
                _(
                    "There is no school with this code or name in your remit. Copy the code from the list of schools."
                )
            )
        if len(found) > 1:
            raise forms.ValidationError(_("Several schools have this name. Give the identification code."))
        return found[0]


class FundChoice(_ModelChoice):
    def label_from_instance(self, fund: Any) -> str:
        return str(_("%(fund)s – %(left)s left to allot") % {"fund": fund, "left": shown(fund.remaining)})


class AllocationForm(PortalModelForm):
    """Allot money to one school."""

    choice_verbs = {"fund": "allocate"}
    fund = FundChoice(label=_("Fund"), queryset=Fund.objects.filter(status=FundStatus.OPEN, remaining__gt=0))
    school = SchoolField(
        label=_("School"), max_length=100, help_text=_("Its identification code or its whole Chinese name.")
    )

    class Meta:
        model = Allocation
        fields = ("fund", "school", "amount", "document_number", "allotted_on", "confirm_by")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools: Any = self.fields["school"]
        schools.principal = self.principal
        amount: Any = self.fields["amount"]
        amount.least = 1

    def validate_unique(self) -> None:
        """The service says which document allotted what already."""

    def validate_constraints(self) -> None:
        """Balances are the service's matter."""


class ScopeForm(PortalForm):
    """Which schools stand on the page."""

    district = forms.ModelChoiceField(
        label=_("District"), queryset=District.objects.all(), required=False, empty_label=_("All districts")
    )
    stage = forms.ChoiceField(
        label=_("Stage"), choices=[("", _("All stages")), *Stage.choices], required=False
    )

    def schools(self) -> QuerySet[School]:
        """Schools in use, of those that the person may see."""
        found = permitted(self.principal, "view", School).exclude(status__in=ENDED)
        chosen = self.cleaned_data if self.is_valid() else {}
        if chosen.get("district"):
            found = found.filter(district=chosen["district"])
        if chosen.get("stage"):
            found = found.filter(stages__stage=chosen["stage"])
        return found.select_related("district", "unit").order_by("code", "pk")


class LetterForm(PortalForm):
    """The document that allots, with one box for each school. An empty box allots nothing."""

    document_number = forms.CharField(
        label=_("Number of the document"),
        max_length=60,
        help_text=_("The document by which the schools are told."),
    )
    allotted_on = forms.DateField(label=_("Date of the document"))
    confirm_by = forms.DateField(
        label=_("Confirm by"),
        required=False,
        help_text=_("The day by which the schools should confirm that the money has come."),
    )

    def __init__(self, *args: Any, schools: Sequence[School] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schools = schools
        self.own = list(self.fields)
        for school in schools:
            words = _("Amount for %(school)s (yuan)") % {"school": school.label}
            box = YuanField(label=words, least=1, required=False)
            box.widget.attrs |= {"class": "inp n", "aria-label": words}
            self.fields[self.box_name(school)] = box

    @staticmethod
    def box_name(school: School) -> str:
        return f"school-{school.pk}"

    @property
    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in self.own]

    @property
    def rows(self) -> list[tuple[School, forms.BoundField]]:
        return [(school, self[self.box_name(school)]) for school in self.schools]

    def shares(self) -> list[Share]:
        amounts = ((school, self.cleaned_data.get(self.box_name(school))) for school in self.schools)
        return [Share(school, amount) for school, amount in amounts if amount]

    def letter(self) -> Letter:
        found = self.cleaned_data
        return Letter(found["document_number"], found["allotted_on"], found["confirm_by"])


class ConfirmForm(PortalForm):
    """Money of an allocation has come."""

    received_on = forms.DateField(label=_("Received on"))
    amount = YuanField(label=_("Amount received (yuan)"), least=1)
    difference = forms.CharField(
        label=_("Why the amount differs"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def fit(self, allocation: Allocation, by: Any) -> None:
        self.fields["received_on"].initial = timezone.localdate()
        self.fields["amount"].initial = allocation.outstanding
        self.fields["amount"].help_text = _("Still to come: %(amount)s.") % {
            "amount": shown(allocation.outstanding)
        }
        self.fields["difference"].help_text = _("Only where less came than was to come.")


class ReduceForm(PortalForm):
    """What has not come goes back to the fund."""

    amount = YuanField(label=_("Amount to take back (yuan)"), least=1)

    def fit(self, allocation: Allocation, by: Any) -> None:
        self.fields["amount"].initial = allocation.outstanding
        self.fields["amount"].help_text = _("Not confirmed so far: %(amount)s.") % {
            "amount": shown(allocation.outstanding)
        }


class AllocationChoice(_ModelChoice):
    def label_from_instance(self, allocation: Any) -> str:
        words = {
            "fund": allocation.fund.label,
            "document": allocation.document_number,
            "left": shown(allocation.remaining),
        }
        return str(_("%(fund)s (%(document)s) – %(left)s left") % words)


class SpendingForm(PortalModelForm):
    """One voucher's spending from one allocation."""

    choice_verbs = {"allocation": "spend"}
    allocation = AllocationChoice(
        label=_("Money it was paid from"),
        queryset=Allocation.objects.filter(remaining__gt=0, fund__status=FundStatus.OPEN).select_related(
            "fund"
        ),
        help_text=_("Only money that you have confirmed can be spent."),
    )

    class Meta:
        model = SpendingEntry
        fields = ("allocation", "spent_on", "amount", "purpose", "economic_class", "payee_kind", "voucher")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        classes: Any = self.fields["economic_class"]
        classes.queryset = classes.queryset.filter(is_in_use=True)
        self.initial["spent_on"] = timezone.localdate()


_ROW = ("name_zh", "name", "basis", "is_verified", "is_in_use")


class CodeForm(PortalModelForm):
    """A row of a code table, corrected after the printed table."""

    class Meta:
        model = BudgetCode
        fields = _ROW


class NewCodeForm(PortalModelForm):
    class Meta:
        model = BudgetCode
        fields = ("code", *_ROW)


class ClassForm(PortalModelForm):
    class Meta:
        model = EconomicClass
        fields = _ROW


class NewClassForm(PortalModelForm):
    class Meta:
        model = EconomicClass
        fields = ("code", *_ROW)
