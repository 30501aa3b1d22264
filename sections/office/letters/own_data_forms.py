"""The form of a privacy text."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.pages.forms import PortalModelForm
from sections.office.letters.models import PrivacyText


class PrivacyTextForm(PortalModelForm):
    class Meta:
        model = PrivacyText
        fields = ("valid_from", "text_zh", "text")
        widgets = {
            "text_zh": forms.Textarea(attrs={"rows": 12}),
            "text": forms.Textarea(attrs={"rows": 12}),
        }
        help_texts = {"valid_from": _("Letters sent from this day on are kept with this text.")}
