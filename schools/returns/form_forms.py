"""What is filled in for a form, a version, a collection and its issue."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.charter.selectors import sections
from bureau.identifiers.text import compact
from bureau.pages.forms import PortalForm, PortalModelForm
from schools.choices import SchoolStatus, Stage
from schools.models import School, SchoolType
from schools.returns.capabilities import NAME
from schools.returns.choices import NEVER_USED, VersionStatus
from schools.returns.models import Collection, Form, FormVersion
from schools.returns.services import issuing


class FormForm(PortalModelForm):
    """The head of a form: name, owner, ground, period, cost."""

    free_choices = ("owner",)

    class Meta:
        model = Form
        fields = (
            "code",
            "name_zh",
            "name",
            "owner",
            "purpose_zh",
            "purpose",
            "legal_basis",
            "expires_on",
            "period",
            "minutes",
            "needs_district",
            "is_public",
        )
        widgets: ClassVar[dict[str, Any]] = {
            "purpose_zh": forms.Textarea(attrs={"rows": 2}),
            "purpose": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = set()
        if isinstance(self.principal, User):
            mine = standing(self.principal).participant_units(NAME, "design")
        self.fields["owner"].queryset = sections().filter(pk__in=mine)  # type: ignore[attr-defined]
        if self.instance.pk is not None and self.instance.versions.exclude(status__in=NEVER_USED).exists():
            # Checks of other forms and accepted figures name the code; the period gives the figures their time.
            self.fields["code"].disabled = self.fields["period"].disabled = True


class VersionForm(PortalModelForm):
    """What is new in a draft; the content has the designer."""

    class Meta:
        model = FormVersion
        fields = ("note",)


class CollectionForm(PortalModelForm):
    """Which form, for which period, from when until when, and who must answer."""

    choice_verbs: ClassVar[dict[str, str]] = {"version_of_form": "change"}
    free_choices = ("types", "districts")

    stages = forms.MultipleChoiceField(
        label=_("Stages"),
        help_text=_("Nothing chosen: all."),
        choices=Stage.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    codes = forms.CharField(
        label=_("Only these schools"),
        help_text=_("Codes of schools, pasted from a list. Empty: all that fit."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    class Meta:
        model = Collection
        fields = (
            "version_of_form",
            "title_zh",
            "title",
            "year",
            "part",
            "opens_on",
            "due_on",
            "locks_on",
            "stages",
            "types",
            "districts",
        )
        widgets: ClassVar[dict[str, Any]] = {
            "types": forms.SelectMultiple(attrs={"size": 6}),
            "districts": forms.CheckboxSelectMultiple,
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "year": _("2025 with a school year means the one that began on 1 September 2025."),
            "part": _("1 for the first term, quarter or month; 0 for a form of a whole year."),
            "types": _("Nothing chosen: all."),
            "districts": _("Nothing chosen: all."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions: Any = self.fields["version_of_form"]
        versions.queryset = versions.queryset.filter(status=VersionStatus.FROZEN).select_related("form")
        types: Any = self.fields["types"]
        types.queryset = SchoolType.objects.exclude(stages=[])
        self.fields["part"].required = False
        if self.instance.pk is not None:
            self.fields["version_of_form"].disabled = True
            codes = self.instance.schools.order_by("code").values_list("code", flat=True)
            self.fields["codes"].initial = "\n".join(codes)

    def clean_part(self) -> int:
        return self.cleaned_data["part"] or 0

    def clean_codes(self) -> list[School]:
        return schools_of(self.cleaned_data["codes"])

    def clean(self) -> dict[str, Any] | None:
        given = super().clean()
        version: FormVersion | None = self.cleaned_data.get("version_of_form")
        if version is not None and "part" in self.cleaned_data:
            why = issuing.why_wrong_part(version.form.period, self.cleaned_data["part"])
            if why:
                self.add_error("part", why)
        return given


def schools_of(text: str) -> list[School]:
    """Schools in operation by their codes, one per line or with commas. Raises ValidationError with the others."""
    codes = list(dict.fromkeys(compact(code) for code in text.replace("，", " ").replace(",", " ").split()))
    found: QuerySet[School] = School.objects.filter(code__in=codes, status=SchoolStatus.OPEN)
    schools = {school.code: school for school in found}
    unknown = [code for code in codes if code not in schools]
    if unknown:
        raise forms.ValidationError(
            _t("No school in operation has this code: %(codes)s.") % {"codes": ", ".join(unknown[:20])}
        )
    return [schools[code] for code in codes]


class WorkbookForm(PortalForm):
    """A form as a workbook, taken in."""

    file = forms.FileField(
        label=_("Workbook"),
        help_text=_("An .xlsx as the portal writes it: the sheets parts, blocks, lines and checks."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": _("Choose a workbook."), "empty": _("The file is empty.")},
    )


class AddSchoolsForm(PortalForm):
    """Schools that opened later or were forgotten."""

    codes = forms.CharField(
        label=_("Codes of the schools"),
        help_text=_("One per line. A school that was asked already is passed over."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_codes(self) -> list[School]:
        return schools_of(self.cleaned_data["codes"])


class IssueForm(PortalForm):
    """The reason for which figures are asked for again that a register or another form holds."""

    repeat_reason = forms.CharField(
        label=_("Why figures are asked for again"),
        help_text=_(
            "Some figures stand in a register or in another form, see “What we already hold”. It is kept."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def fit(self, record: Collection, by: Any) -> None:
        from schools.returns.designer.held import asks_again

        if not asks_again(record.version_of_form):
            del self.fields["repeat_reason"]
