"""What is filled in about the time of a letter."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bureau.accounts.principals import Principal
from bureau.pages.forms import PortalForm
from sections.office.letters.models import Letter
from sections.office.letters.reply_clock import days_possible


class ExtensionForm(PortalForm):
    days = forms.IntegerField(
        label=_("Days more"), min_value=1, error_messages={"required": _("Enter how many days you need.")}
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Why the matter is complicated. If a leader agrees, the writer reads it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def fit(self, letter: Letter, by: Principal) -> None:
        most = days_possible(letter)
        text = ngettext(
            "The regulations allow %(days)d day more.", "The regulations allow %(days)d days more.", most
        )
        self.fields["days"].help_text = text % {"days": most}


class PauseForm(PortalForm):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("What the bureau waits for. The writer reads it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ResumeForm(PortalForm):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("What has come in. The writer reads it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class UrgeForm(PortalForm):
    reason = forms.CharField(
        label=_("What you say to the section"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a sentence what is urgent.")},
    )
