"""Rich text in models and forms. Nothing uncleaned is stored, whichever way it came."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models

from bureau.rich_text.cleaning import cleaned
from bureau.rich_text.widgets import RichTextWidget


class RichTextFormField(forms.CharField):
    """Gives cleaned HTML. The limit counts what is stored, not what was pasted around it."""

    widget = RichTextWidget

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return cleaned(text) if text else text


class RichTextField(models.TextField):  # type: ignore[type-arg]
    """Cleaned HTML in a text column."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return cleaned(text) if text else text

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = cleaned(getattr(model_instance, self.attname) or "")
        setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": RichTextFormField, "widget": RichTextWidget, **kwargs})

    def deconstruct(self) -> Any:
        """A migration needs to know the column alone."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs
