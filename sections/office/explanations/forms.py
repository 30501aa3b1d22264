"""What the officer and the recipient fill in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.charter.models import Unit
from bureau.pages.forms import PortalForm, PortalModelForm
from sections.office.explanations.models import Explanation
from sections.office.explanations.selectors import addressees, findings, whole_text
from sections.office.letters.models import Letter

FIELDS = ("subject", "text", "due_on")
WORDS = _("In your own words. The recipient must not be able to tell from it that there is a letter.")
WRONG_LETTER = _("Begin this from the page of the letter.")


class RecipientChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Unit) -> str:
        return obj.label


class DraftForm(PortalModelForm):
    """Begun from the page of the letter; its schools and units are the choices."""

    choice_verbs = {"letter": "explain"}
    free_choices = ("recipient",)  # narrowed to the letter below

    recipient = RecipientChoice(
        label=_("Asked of"),
        queryset=Unit.objects.none(),
        help_text=_("The schools and units that are recorded on the letter."),
    )

    class Meta:
        model = Explanation
        fields = ("letter", "recipient", *FIELDS)
        widgets = {"letter": forms.HiddenInput, "text": forms.Textarea(attrs={"rows": 10})}
        help_texts = {"text": WORDS}
        error_messages = {"letter": {"required": WRONG_LETTER, "invalid_choice": WRONG_LETTER}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        due_on = timezone.localdate() + timedelta(days=settings.EXPLANATION_DAYS)
        self.initial["due_on"] = self.initial.get("due_on") or due_on
        typed = str(self.data.get("letter", "") if self.is_bound else self.initial.get("letter", ""))
        letter = permitted(self.principal, "explain", Letter).filter(pk=_key(typed)).first()
        if letter is not None:
            field: Any = self.fields["recipient"]
            field.queryset = addressees(letter)

    def clean_due_on(self) -> Any:
        return _not_past(self.cleaned_data["due_on"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "letter" in self.errors:
            self.add_error(None, WRONG_LETTER)
        return cleaned


def _key(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0


def _not_past(day: Any) -> Any:
    if day < timezone.localdate():
        raise forms.ValidationError(_("This day is over. Choose a later one."))
    return day


class WriteForm(PortalForm):
    subject = forms.CharField(label=_("Subject"), max_length=100)
    text = forms.CharField(
        label=_("Request"), help_text=WORDS, max_length=5000, widget=forms.Textarea(attrs={"rows": 10})
    )
    due_on = forms.DateField(label=_("Due"))

    def fit(self, explanation: Explanation, by: Principal) -> None:
        self.initial = {**{name: getattr(explanation, name) for name in FIELDS}, **self.initial}

    def clean_due_on(self) -> Any:
        return _not_past(self.cleaned_data["due_on"])


class Confirmed(PortalForm):
    """Where the scan warns, whoever sends says why it may go all the same."""

    confirmed = forms.BooleanField(
        label=_("I have read it again: it does not lead to the writer."), required=False
    )
    why = forms.CharField(
        label=_("Why may it go all the same?"),
        help_text=_("The recipient does not see this."),
        max_length=500,
        required=False,
    )


class SendForm(Confirmed):
    def fit(self, explanation: Explanation, by: Principal) -> None:
        """Nothing is asked where nothing was found."""
        found = findings(explanation, whole_text(explanation))
        if not found:
            del self.fields["confirmed"], self.fields["why"]
            return
        self.fields["confirmed"].help_text = warning(found)


def warning(found: Any) -> str:
    sentence = str(_("This could say who wrote, or lead to the letter: %(what)s."))
    return sentence % {"what": str(_("; ")).join(str(one) for one in found)}


class AgainForm(Confirmed):
    remark = forms.CharField(
        label=_("What is still missing?"),
        help_text=WORDS,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    due_on = forms.DateField(label=_("Due"))
    field_order = ("remark", "due_on", "confirmed", "why")

    def fit(self, explanation: Explanation, by: Principal) -> None:
        self.initial = {"due_on": explanation.due_on, **self.initial}

    def clean_due_on(self) -> Any:
        return _not_past(self.cleaned_data["due_on"])


class AnswerForm(PortalForm):
    answer = forms.CharField(
        label=_("Your explanation"),
        help_text=_("What happened, on what ground, and what you have done. At most 10,000 characters."),
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": _("Write your explanation.")},
    )

    def fit(self, explanation: Explanation, by: Principal) -> None:
        self.initial = {"answer": explanation.answer, **self.initial}
