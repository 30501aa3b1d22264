"""What the pages for review ask for beside the forms of the steps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC, Principal
from bureau.identifiers.text import compact
from bureau.pages.forms import PortalForm, PortalModelForm
from schools.models import School
from schools.returns.models import FlowRule, LockException, Return
from schools.returns.services.remarks import LONGEST

MOST_NAMED = 8


class SchoolField(forms.CharField):
    """A school of which a return is asked: by code, whole name, or a part of the name that only one has.

    Where several fit, the sentence names them with their codes: a search in an ordinary form.
    """

    principal: Principal = PUBLIC

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        seen = permitted(self.principal, "view", Return).order_by().values("school_id")
        schools = School.objects.filter(pk__in=seen)
        found = list(schools.filter(Q(code=compact(text)) | Q(name_zh=text) | Q(name__iexact=text))[:1])
        found = found or list(schools.filter(_like(text)).order_by("code")[: MOST_NAMED + 1])
        if not found:
            raise ValidationError(
                _t("No school that was asked has this code or name. Type a part of its name.")
            )
        if len(found) > 1:
            names = "; ".join(f"{one.label} ({one.code})" for one in found[:MOST_NAMED])
            more = " …" if len(found) > MOST_NAMED else ""
            raise ValidationError(
                _t("Several schools fit: %(names)s. Copy the code of the right one into the box.")
                % {"names": names + more}
            )
        return found[0]


def _like(text: str) -> Q:
    return Q(name_zh__icontains=text) | Q(name__icontains=text) | Q(initials__startswith=text.lower())


class ExceptionForm(PortalModelForm):
    """Which school may still send, until when, why."""

    choice_verbs = {"collection": "unlock"}
    school = SchoolField(
        label=_("School"), max_length=100, help_text=_("Its identification code, its name or a part of it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["school"]
        field.principal = self.principal
        issued: Any = self.fields["collection"]
        issued.queryset = issued.queryset.exclude(issued_on=None).filter(is_past=False)

    class Meta:
        model = LockException
        fields = ("collection", "school", "until", "reason")

    def clean_until(self) -> object:
        if self.cleaned_data["until"] < timezone.localdate():
            raise ValidationError(_("This day has passed already."))
        return self.cleaned_data["until"]


class FlowRuleForm(PortalModelForm):
    class Meta:
        model = FlowRule
        fields = (
            "valid_from",
            "district_days",
            "review_days",
            "correction_days",
            "may_sign_alone",
            "legal_basis",
        )


class RemarkForm(PortalForm):
    text = forms.CharField(label=_("Remark"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}))
