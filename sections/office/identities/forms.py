"""What the asker fills in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bureau.pages.forms import PortalModelForm
from sections.office.identities.models import IdentityRequest


class AskForm(PortalModelForm):
    """Begun from the page of the letter."""

    choice_verbs = {"letter": "ask_identity"}

    class Meta:
        model = IdentityRequest
        fields = ("letter", "purpose", "days")
        widgets = {"letter": forms.HiddenInput, "purpose": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "purpose": _("A second person reads it and decides. It stays with the letter."),
            "days": _("Days from the moment when the second person agrees."),
        }
        error_messages = {
            "letter": {
                "required": _("Begin this from the page of the letter."),
                "invalid_choice": _("Begin this from the page of the letter."),
            }
        }

    def clean_days(self) -> int:
        days: int = self.cleaned_data["days"]
        if not 1 <= days <= settings.IDENTITY_DAYS_MOST:
            sentence = _("Enter a number of days from 1 to %(most)d.")
            raise forms.ValidationError(sentence, params={"most": settings.IDENTITY_DAYS_MOST})
        return days

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "letter" in self.errors:
            self.add_error(None, _("Begin this from the page of the letter."))
        return cleaned
