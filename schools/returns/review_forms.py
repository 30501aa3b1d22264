"""What the pages for review ask for beside the forms of the steps."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.pages.forms import PortalForm, PortalModelForm
from schools.returns.models import FlowRule, LockException
from schools.returns.services.remarks import LONGEST


class ExceptionForm(PortalModelForm):
    """Which school may still send, until when, why."""

    choice_verbs = {"collection": "unlock"}

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
