"""What is filled in for a consultation: by the section, by whoever has an opinion, and with the result."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.identifiers import phones
from bureau.pages.forms import PortalForm, PortalModelForm
from bureau.rich_text.fields import RichTextFormField
from sections.office.consultations.choices import Sender
from sections.office.consultations.models import Consultation, Opinion, OpinionGroup
from sections.office.data_requests.choices import DataField
from sections.office.data_requests.forms import AskAboutDataForm
from sections.office.letters.typed_text import LineField, ProseField
from sections.office.policies.forms import DocumentChoice, WithdrawForm
from sections.office.policies.models import PolicyDocument

__all__ = ["WithdrawForm"]


class ConsultationForm(PortalModelForm):
    class Meta:
        model = Consultation
        fields = (
            "kind",
            "title_zh",
            "title",
            "summary_zh",
            "summary",
            "explanation_zh",
            "explanation",
            "body_zh",
            "body",
            "closes_on",
            "shortened_reason_zh",
            "shortened_reason",
            "result_expected_on",
            "contact",
        )
        widgets = {
            "summary_zh": forms.Textarea(attrs={"rows": 3}),
            "summary": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "closes_on": _("The last day. The least period stands in the table of periods of publishing."),
            "shortened_reason_zh": _("Only where the period is shorter than usual; everybody reads it."),
            "contact": _("Post address, telephone, e-mail."),
        }

    def clean_closes_on(self) -> Any:
        day = self.cleaned_data["closes_on"]
        if day <= timezone.localdate() and (not self.instance.pk or "closes_on" in self.changed_data):
            raise forms.ValidationError(_t("Choose a day that is still to come."))
        return day


class OpinionForm(PortalForm):
    """The form of the public page. Name and telephone may stay empty."""

    about = LineField(
        label=_("About which article of the draft?"),
        help_text=_("For example: article 5. Leave it empty if it is about the whole."),
        max_length=100,
        required=False,
    )
    body = ProseField(
        label=_("Your opinion"),
        help_text=_("What should be changed, and why. At most 5,000 characters."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Write your opinion.")},
    )
    sender = forms.ChoiceField(
        label=_("For whom do you write?"),
        choices=Sender.choices,
        initial=Sender.CITIZEN,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose for whom you write.")},
    )
    name = LineField(
        label=_("Your name, or that of the organisation"),
        help_text=_("You need not say it. It is kept encrypted and never published."),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("Your phone number"),
        help_text=_("Only if we may ask back."),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def clean_phone(self) -> str:
        text = self.cleaned_data["phone"]
        try:
            return phones.check(text) if text else ""
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class AskAboutOpinionForm(AskAboutDataForm):
    may_be_wrong = (DataField.NAME, DataField.PHONE, DataField.OTHER)


class SortForm(PortalForm):
    """Under which point it stands; several opinions at once where they say the same."""

    group = forms.ModelChoiceField(
        label=_("Point raised"), queryset=OpinionGroup.objects.all(), required=False
    )
    new_point = forms.CharField(label=_("Or a new point, in Chinese"), max_length=200, required=False)

    def fit(self, opinion: Opinion, by: Principal) -> None:
        field: Any = self.fields["group"]
        field.queryset = field.queryset.filter(consultation=opinion.consultation_id)
        self.initial = {"group": opinion.group_id, **self.initial}


class PointForm(PortalModelForm):
    class Meta:
        model = OpinionGroup
        fields = ("title_zh", "title", "decision", "reason_zh", "reason")
        widgets = {
            "decision": forms.RadioSelect,
            "reason_zh": forms.Textarea(attrs={"rows": 3}),
            "reason": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "reason_zh": _("Everybody reads it with the result. Name nobody."),
        }

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        found = self.cleaned_data
        if found.get("decision") and not found.get("reason_zh") and "reason_zh" not in self.errors:
            self.add_error("reason_zh", _t("Say why, in a sentence that everybody reads."))
        return found


class ExtendForm(PortalForm):
    closes_on = forms.DateField(label=_("Open until"))

    def fit(self, consultation: Consultation, by: Principal) -> None:
        self.initial = {"closes_on": consultation.closes_on, **self.initial}


class ConcludeForm(PortalForm):
    result_zh = RichTextFormField(
        label=_("Chinese result"),
        help_text=_("What was adopted and why; the points and their reasons stand beneath it by themselves."),
        max_length=50_000,
        error_messages={"required": _("Write what became of the opinions.")},
    )
    result = RichTextFormField(label=_("English result"), max_length=50_000, required=False)
    result_document = DocumentChoice(
        label=_("Document that came of it"), queryset=PolicyDocument.objects.all(), required=False
    )


class RevealForm(PortalForm):
    reason = forms.CharField(
        label=_("Why do you need to know?"),
        help_text=_("It is kept in the audit with your name."),
        max_length=200,
        error_messages={"required": _("Say why you need to know.")},
    )
