"""Fields that several forms of letters share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit
from schools.models import School


class SchoolCodeField(forms.CharField):
    """A school by its identification code or its full name; gives the School or None."""

    default_error_messages = {
        "unknown": _("No school has this name or identification code. Look it up in the school directory."),
        "several": _("Several schools have this name. Enter the ten-digit identification code."),
    }

    def clean(self, value: Any) -> School | None:
        text = super().clean(value)
        if not text:
            return None
        found = School.objects.filter(code=text)[:1] or School.objects.filter(name_zh=text)[:2]
        found = found or School.objects.filter(name__iexact=text)[:2]
        if not found:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        if len(found) > 1:
            raise forms.ValidationError(self.error_messages["several"], code="several")
        return found[0]


class SectionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Unit) -> str:
        return obj.label


class SectionChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Unit) -> str:
        return obj.label
