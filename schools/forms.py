"""Field lists of the register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.access.services import permitted
from bureau.charter.choices import UnitKind
from bureau.charter.models import Unit
from bureau.identifiers.text import compact
from bureau.money import YuanField
from bureau.pages.forms import PortalForm, PortalModelForm
from bureau.proposals.forms import KEPT_BY_BUREAU, reason_field
from schools.choices import GRADES_OF_STAGE, Opinion, SchoolStatus, Stage
from schools.models import (
    Campus,
    Confirmation,
    District,
    School,
    SchoolContact,
    SchoolFacts,
    SchoolLeader,
    SchoolType,
)
from schools.selectors.fields import EDITABLE, kept_by_school

_WIDGETS = {"former_names": forms.Textarea(attrs={"rows": 3})}
_TABLES = ("managed_by",)


def managing_units() -> Any:
    return Unit.objects.filter(kind__in=(UnitKind.BUREAU, UnitKind.DISTRICT), is_active=True)


class CodeField(forms.CharField):
    """A code, with the spaces and full-width digits that people copy along."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return compact(text) if text else text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


def _limit_choices(form: Any) -> None:
    """Headings of the type list and units that manage no school are no choice."""
    form.fields["managed_by"].queryset = managing_units()
    form.fields["school_type"].queryset = SchoolType.objects.exclude(stages=[])


class SchoolForm(PortalModelForm):
    """All fields of the record, for the section that keeps it."""

    free_choices = _TABLES

    class Meta:
        model = School
        fields = EDITABLE
        widgets = _WIDGETS
        field_classes = {"code": CodeField, "credit_code": CodeField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _limit_choices(self)

    def validate_unique(self) -> None:
        """The service refuses a code in use with the name of the school that has it."""

    def validate_constraints(self) -> None:
        """Likewise."""


class NewSchoolForm(SchoolForm):
    """A school that is not in the register yet."""

    is_open = forms.BooleanField(
        label=_("The school is in operation"),
        help_text=_("Leave this empty for a school that is only proposed; it needs no code yet."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["managed_by"].required = False
        self.fields["managed_by"].help_text = _("Left empty, it follows from the organiser.")


class OwnSchoolForm(SchoolForm):
    """The school's view of its record: its own fields first, then what the bureau keeps, with a reason."""

    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = kept_by_school()
        for name, field in self.fields.items():
            if name in EDITABLE and name not in own:
                field.help_text = KEPT_BY_BUREAU
        self.order_fields([*(name for name in EDITABLE if name in own), *EDITABLE, "reason"])


class OfOneSchool(PortalModelForm):
    """A record that hangs on a school; whoever has only one is not asked which."""

    choice_verbs = {"school": "change"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields.get("school")
        if field is None:
            return
        if self.instance.pk:
            del self.fields["school"]
            return
        choices = list(field.queryset[:2])
        if len(choices) == 1:
            self.initial["school"] = choices[0].pk
            field.widget = forms.HiddenInput()


class CampusForm(OfOneSchool):
    class Meta:
        model = Campus
        fields = ("school", "name_zh", "name", "address", "is_main")


class ContactForm(OfOneSchool):
    class Meta:
        model = SchoolContact
        fields = ("school", "kind", "phone", "email", "is_public")


class LeaderForm(OfOneSchool):
    class Meta:
        model = SchoolLeader
        fields = ("school", "name", "post", "since", "until")


def _yuan() -> YuanField:
    return YuanField(label=_("Value of equipment (yuan)"), required=False)


_FIGURES = (
    "as_of",
    "source",
    "classes",
    "staff",
    "full_time_teachers",
    "land",
    "floor_area",
    "books",
    "equipment_fen",
    "computers",
)


class NewFactsForm(OfOneSchool):
    equipment_fen = _yuan()

    class Meta:
        model = SchoolFacts
        fields = ("school", "year", *_FIGURES)


class FactsForm(OfOneSchool):
    """The figures of a year, with two boxes for each year of each stage of the school."""

    equipment_fen = _yuan()

    class Meta:
        model = SchoolFacts
        fields = _FIGURES

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {(row.stage, row.grade): row for row in self.instance.pupil_counts.all()}
        for row in self.instance.school.stages.all():
            for grade in range(1, GRADES_OF_STAGE[Stage(row.stage)] + 1):
                self._add_grade(row, grade, known.get((row.stage, grade)))

    def _add_grade(self, stage: Any, grade: int, known: Any) -> None:
        words = {"stage": stage.get_stage_display(), "grade": grade}
        labels = {
            "boys": _("%(stage)s, year %(grade)s: boys") % words,
            "girls": _("%(stage)s, year %(grade)s: girls") % words,
        }
        for kind, label in labels.items():
            self.fields[f"{stage.stage}-{grade}-{kind}"] = forms.IntegerField(
                label=label, min_value=0, required=False, initial=getattr(known, kind, None)
            )

    def counts(self) -> dict[tuple[str, int], tuple[int | None, int | None]]:
        """Pupils by stage and year as typed; None is unknown."""
        found: dict[tuple[str, int], tuple[int | None, int | None]] = {}
        for name in self.fields:
            stage, _dash, rest = name.partition("-")
            grade, _dash, kind = rest.partition("-")
            if kind == "boys":
                girls = self.cleaned_data.get(f"{stage}-{grade}-girls")
                found[stage, int(grade)] = (self.cleaned_data.get(name), girls)
        return found


class OpeningForm(PortalForm):
    code = forms.CharField(
        label=_("Identification code"),
        max_length=20,
        required=False,
        help_text=_("Ten digits. Leave it empty where the record has it already."),
    )
    founded_on = forms.DateField(label=_("Founded on"), required=False)


def _successors() -> Any:
    return School.objects.filter(status__in=(SchoolStatus.OPEN, SchoolStatus.SUSPENDED))


class SuccessorField(forms.CharField):
    """A school by its identification code."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = _successors().filter(code="".join(str(text).split())).first()
        if found is None:
            raise forms.ValidationError(_("There is no school in use with this identification code."))
        return found


class ClosingForm(PortalForm):
    closed_on = forms.DateField(label=_("Last day"), required=False)
    successor = SuccessorField(
        label=_("Identification code of the successor"),
        required=False,
        help_text=_("The school that takes over the pupils, where there is one."),
    )


class MergingForm(PortalForm):
    successor = SuccessorField(label=_("Identification code of the school that it becomes part of"))
    closed_on = forms.DateField(label=_("Last day"), required=False)


class AdjustForm(PortalForm):
    """What only an approval changes. Empty boxes leave the record as it is."""

    school_type = forms.ModelChoiceField(
        label=_("School type"), queryset=SchoolType.objects.all(), required=False
    )
    name_zh = forms.CharField(label=_("Chinese name"), max_length=100, required=False)
    name = forms.CharField(label=_("English name"), max_length=150, required=False)
    managed_by = forms.ModelChoiceField(label=_("Managed by"), queryset=Unit.objects.none(), required=False)
    free_choices = _TABLES

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _limit_choices(self)

    def clean(self) -> dict[str, Any]:
        """Only what was filled in."""
        found = super().clean() or self.cleaned_data
        return {name: value for name, value in found.items() if value not in (None, "")}


class OpinionForm(PortalForm):
    opinion = forms.ChoiceField(label=_("Opinion"), choices=Opinion.choices, widget=forms.RadioSelect)
    opinion_text = forms.CharField(
        label=_("Grounds"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class AskForm(PortalModelForm):
    """Ask the schools of one's remit to confirm their details."""

    stage = forms.ChoiceField(
        label=_("Stage"), choices=[("", _("All stages")), *Stage.choices], required=False
    )
    district = forms.ModelChoiceField(
        label=_("District"), queryset=District.objects.all(), required=False, empty_label=_("All districts")
    )

    class Meta:
        model = Confirmation
        fields = ("due_on",)

    def schools(self) -> Any:
        """The schools that are meant, among those whose records the person keeps."""
        found = permitted(self.principal, "change", School).filter(status=SchoolStatus.OPEN)
        if self.cleaned_data.get("stage"):
            found = found.filter(stages__stage=self.cleaned_data["stage"])
        if self.cleaned_data.get("district"):
            found = found.filter(district=self.cleaned_data["district"])
        return found.select_related("unit").order_by("pk")
