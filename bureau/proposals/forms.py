"""What a school says when it asks, and what it is told when the answer is no."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.pages.forms import PortalForm

KEPT_BY_BUREAU = _("Kept by the education bureau: a change becomes a request.")


def reason_field() -> forms.CharField:
    return forms.CharField(
        label=_("Reason for changes to fields that the bureau keeps"),
        help_text=_(
            "These changes become requests. The record stays as it is until the section has decided."
        ),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RefusalForm(PortalForm):
    refusal = forms.CharField(
        label=_("Reason"),
        help_text=_("The school reads this."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
