"""What is filled in when an answer is prepared for the public, checked, and what the table of rules takes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.pages.forms import PortalForm, PortalModelForm
from sections.office.answers.models import PublishedAnswer, RedactionRule
from sections.office.answers.selectors import field_names, not_dismissed
from sections.office.letters.models import Letter


class LetterField(forms.CharField):
    """The number of an answered letter, as printed; gives the Letter."""

    def clean(self, value: Any) -> Any:
        return super().clean(value).upper()


def check_consent(cleaned: dict[str, Any], form: forms.BaseForm) -> None:
    """How and when belong together, and nobody agrees tomorrow."""
    how, day = cleaned.get("consent"), cleaned.get("consent_on")
    if how and not day and "consent_on" not in form.errors:
        form.add_error("consent_on", _t("Enter the day on which the writer agreed."))
    if day and not how and "consent" not in form.errors:
        form.add_error("consent", _t("Choose how the writer agreed."))
    if day and day > timezone.localdate():
        form.add_error("consent_on", _t("This day is still to come."))


class PrepareForm(PortalModelForm):
    """Which letter, and whether its writer agreed. The texts are copied and redacted, to be edited next."""

    letter = LetterField(
        label=_("Number of the letter"),
        max_length=20,
        help_text=_("Subject, letter and answer are copied and redacted; you edit the copies next."),
    )

    class Meta:
        model = PublishedAnswer
        fields = ("letter", "consent", "consent_on")

    def clean_letter(self) -> Letter:
        number = self.cleaned_data["letter"]
        mine = permitted(self.principal, "prepare_publication", Letter)
        found = mine.filter(number=number).first()
        if found is None:
            raise forms.ValidationError(
                _t("You have no letter with this number. Look it up in the list of letters.")
            )
        return found

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        check_consent(self.cleaned_data, self)
        return cleaned


class CopyForm(PortalModelForm):
    """The copies. The letter itself is never changed."""

    class Meta:
        model = PublishedAnswer
        fields = ("title", "question", "answer", "consent", "consent_on")
        widgets = {
            "question": forms.Textarea(attrs={"rows": 10}),
            "answer": forms.Textarea(attrs={"rows": 14}),
        }

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        check_consent(self.cleaned_data, self)
        return cleaned


class CheckForm(PortalForm):
    """One reason for each thing that the scan found."""

    def fit(self, record: PublishedAnswer, by: Principal) -> None:
        for name, one in field_names(not_dismissed(record)).items():
            place = record._meta.get_field(one.field).verbose_name  # type: ignore[union-attr]
            self.fields[name] = forms.CharField(
                label=_t("%(kind)s in the %(place)s: “%(text)s”")
                % {"kind": one.label, "place": place, "text": one.text},
                help_text=_t("Say why it may stay. If it may not, cancel and have the text changed."),
                max_length=200,
                error_messages={"required": _t("Say why this may stay, or let the text be changed.")},
            )


class RuleForm(PortalModelForm):
    class Meta:
        model = RedactionRule
        fields = ("kind", "text", "replacement", "reason", "is_active")

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if len(text.strip("#? ")) < 1 and len(text) < 4:
            raise forms.ValidationError(_t("This would replace nearly everything. Use a longer text."))
        return text
