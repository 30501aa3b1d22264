"""Field lists of transfers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.access.services import permitted
from bureau.identifiers.text import compact
from bureau.pages.forms import PortalForm, PortalModelForm
from personnel.models import Teacher
from personnel.post_forms import SchoolField
from personnel.transfers.models import Transfer
from schools.choices import Stage
from schools.models import SchoolStage


class TransferForm(PortalModelForm):
    """A request by either school or by personnel: the person by number and name, the school by its code."""

    teacher_number = forms.CharField(label=_("Teacher number"), max_length=20)
    teacher_name = forms.CharField(
        label=_("Name of the teacher"),
        max_length=60,
        help_text=_("Exactly as in the register: number and name must belong together."),
    )
    school = SchoolField(
        label=_("Receiving school"), help_text=_("Identification code or whole name."), max_length=100
    )
    stage = forms.ChoiceField(label=_("Stage there"), choices=[("", _("Choose…")), *Stage.choices])

    class Meta:
        model = Transfer
        fields = ("kind", "subject", "on", "grounds")
        widgets = {"grounds": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["teacher_number", "teacher_name", "school", "stage"])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        found["teacher"] = self._teacher()
        found["to_stage"] = self._stage()
        return found

    def _teacher(self) -> Teacher | None:
        number, name = self.cleaned_data.get("teacher_number"), self.cleaned_data.get("teacher_name")
        if not number or not name:
            return None
        teachers = Teacher.objects.filter(merged_into__isnull=True).select_related("main_post__school__unit")
        found = teachers.filter(number=compact(number), name=name.strip()).first()
        if found is None:
            self.add_error("teacher_number", _("No teacher in the register has this number and this name."))
        return found

    def _stage(self) -> SchoolStage | None:
        school, stage = self.cleaned_data.get("school"), self.cleaned_data.get("stage")
        if school is None or not stage:
            return None
        found = SchoolStage.objects.select_related("school__unit").filter(school=school, stage=stage).first()
        if found is None:
            self.add_error("stage", _("This school does not have this stage."))
            return None
        return self._of_mine(found)

    def _of_mine(self, stage: SchoolStage) -> SchoolStage | None:
        """A school asks for what concerns itself: its own teacher, or its own vacancy."""
        teacher = self._known_teacher()
        mine = teacher is None or permitted(self.principal, "change", Teacher).filter(pk=teacher.pk).exists()
        if (
            not mine
            and not permitted(self.principal, "change_teachers", SchoolStage).filter(pk=stage.pk).exists()
        ):
            self.add_error("school", _("Neither the teacher nor the receiving school is yours."))
            return None
        return stage

    def _known_teacher(self) -> Teacher | None:
        found: Teacher | None = self.cleaned_data.get("teacher")
        return found


class ApproveForm(PortalForm):
    on = forms.DateField(label=_("First day at the receiving school"))

    def fit(self, record: Transfer, by: Any) -> None:
        self.initial.setdefault("on", record.on)


class RefusalForm(PortalForm):
    refusal = forms.CharField(
        label=_("Reason"),
        help_text=_("Both schools read this."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
