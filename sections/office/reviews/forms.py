"""What the office fills in about a review."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.access.services import permitted
from bureau.pages.forms import PortalForm, PortalModelForm
from sections.office.letters.models import Letter
from sections.office.reviews.choices import Opinion
from sections.office.reviews.models import Review, ReviewingBody


class AskForm(PortalModelForm):
    """A request for a review that came on paper, by telephone or at the counter."""

    letter_number = forms.CharField(
        label=_("Number of the letter"),
        max_length=20,
        error_messages={"required": _("Enter the number of the letter.")},
    )

    class Meta:
        model = Review
        fields = ("asked_on", "reason")
        widgets = {"reason": forms.Textarea(attrs={"rows": 6})}
        help_texts = {"asked_on": _("The day on which the request came. The time is counted from it.")}

    field_order = ("letter_number", "asked_on", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("asked_on", timezone.localdate())

    def clean_letter_number(self) -> Letter:
        number = self.cleaned_data["letter_number"].upper()
        found = permitted(self.principal, "register", Letter).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("No letter of your unit has this number."))
        return found


class SendOnForm(PortalForm):
    body = forms.ModelChoiceField(
        label=_("Reviewing body"),
        queryset=ReviewingBody.objects.filter(is_active=True),
        help_text=_("The papers go there on paper; the writer reads who reviews."),
        error_messages={"required": _("Choose the body that reviews.")},
    )


class BodyForm(PortalModelForm):
    class Meta:
        model = ReviewingBody
        fields = ("name_zh", "name", "is_active", "is_verified")


class OpinionForm(PortalForm):
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=Opinion.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of the answer.")},
    )
    opinion = forms.CharField(
        label=_("Opinion"),
        help_text=_("The writer reads exactly this text."),
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": _("Write the opinion.")},
    )


class HearingForm(PortalForm):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Such as: a hearing is held. The writer reads it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
