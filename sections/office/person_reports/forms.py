"""What the reporter, the discipline unit and the letters office fill in."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from bureau.identifiers import phones
from bureau.pages.forms import PortalForm, PortalModelForm
from sections.office.person_reports.choices import Channel, Finding, RevealGround
from sections.office.person_reports.models import PersonReport, ReferralSlip

LONGEST_TEXT = 5000


class PhoneField(forms.CharField):
    """A phone number as people type it; gives it in one form."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return phones.check(text) if text else ""
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class AccountField(forms.CharField):
    """A person by the user name of the account; gives the User or None."""

    default_error_messages = {"unknown": _("No account has this user name. Leave the field empty.")}

    def clean(self, value: Any) -> User | None:
        text = super().clean(value)
        if not text:
            return None
        found = User.objects.filter(username=text).first()
        if found is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return found


def _account() -> AccountField:
    return AccountField(
        label=_("User name of the person reported"),
        help_text=_(
            "If he or she has an account in this portal. The person, and whoever reports to him or her, never"
            " sees the report."
        ),
        required=False,
        max_length=60,
    )


class AboutForm(PortalForm):
    """Who is reported and for what."""

    accused_name = forms.CharField(
        label=_("Name of the person you report"),
        max_length=50,
        error_messages={"required": _("Enter the name of the person, or what he or she is called.")},
    )
    accused_post = forms.CharField(label=_("Post of this person"), max_length=100, required=False)
    accused_unit = forms.CharField(label=_("School or unit of this person"), max_length=100, required=False)
    subject = forms.CharField(
        label=_("Subject"),
        max_length=100,
        error_messages={"required": _("Enter a subject: a few words that say what it is about.")},
    )
    body = forms.CharField(
        label=_("Your report"),
        help_text=_(
            "What happened, when and where, who knows of it, what can be proved. At most 5,000 characters."
        ),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("Write your report.")},
    )


class ReportForm(AboutForm):
    """The form of the public page."""

    NAMED, ANONYMOUS = "named", "anonymous"

    how = forms.ChoiceField(
        label=_("Do you give your name?"),
        choices=[
            (NAMED, _("With my name: I am told whether it is accepted, and the result")),
            (ANONYMOUS, _("Anonymously: nobody can tell me anything")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether you give your name.")},
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=50,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = PhoneField(
        label=_("Your phone number"),
        help_text=_("Only the discipline inspection unit can see it."),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("how") == self.ANONYMOUS:
            return {**found, "name": "", "phone": ""}
        if found.get("how") == self.NAMED:
            for name, sentence in NEEDED.items():
                if not found.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return found


NEEDED = {
    "name": _("Enter your name, or choose to report anonymously."),
    "phone": _("Enter a phone number, or choose to report anonymously."),
}


# -- the discipline unit ----------------------------------------------------------------------------------


class EnterForm(PortalModelForm):
    """A report that came by post, in person or by telephone."""

    received_on = forms.DateField(label=_("Received on"))
    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[one for one in Channel.choices if one[0] not in (Channel.WEB, Channel.LETTER)],
    )
    accused_name = forms.CharField(label=_("Name of the person reported"), max_length=50)
    accused_post = forms.CharField(label=_("Post of this person"), max_length=100, required=False)
    accused_unit = forms.CharField(label=_("School or unit"), max_length=100, required=False)
    accused_account = _account()
    subject = forms.CharField(label=_("Subject"), max_length=100)
    body = forms.CharField(
        label=_("What is reported"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 10})
    )
    reporter_name = forms.CharField(
        label=_("Name of the reporter"),
        help_text=_("Leave it empty if the report is anonymous."),
        max_length=50,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reporter_phone = PhoneField(label=_("Phone of the reporter"), max_length=30, required=False)
    reporter_address = forms.CharField(label=_("Address of the reporter"), max_length=200, required=False)

    class Meta:
        model = PersonReport
        fields: ClassVar[list[str]] = [
            "received_on",
            "channel",
            "accused_name",
            "accused_post",
            "accused_unit",
            "subject",
            "body",
            "reporter_name",
            "reporter_phone",
            "reporter_address",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["received_on"] = self.initial.get("received_on") or timezone.localdate()

    def clean_received_on(self) -> Any:
        return _not_in_future(self.cleaned_data["received_on"])


def _not_in_future(day: Any) -> Any:
    if day > timezone.localdate():
        raise forms.ValidationError(_("This day has not come yet."))
    return day


class RegisterForm(PortalForm):
    is_by_real_name = forms.BooleanField(
        label=_("The reporter has given a real name and can be reached"), required=False
    )
    accused_account = _account()

    @staticmethod
    def initial_of(report: PersonReport) -> dict[str, Any]:
        return {"is_by_real_name": report.is_by_real_name}


class DayForm(PortalForm):
    on = forms.DateField(label=_("Told on"), initial=timezone.localdate)

    def clean_on(self) -> Any:
        return _not_in_future(self.cleaned_data["on"])


class NoteForm(PortalForm):
    text = forms.CharField(
        label=_("What was done and found"), max_length=10000, widget=forms.Textarea(attrs={"rows": 10})
    )


class ReferForm(PortalForm):
    referred_to = forms.CharField(label=_("Body that is responsible"), max_length=100)


class CloseForm(PortalForm):
    result = forms.ChoiceField(label=_("Result"), choices=Finding.choices, widget=forms.RadioSelect)
    finding = forms.CharField(
        label=_("What the verification found"),
        help_text=_("Only the discipline unit reads this. The reporter is told by telephone or in person."),
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )


class RevealForm(PortalForm):
    ground = forms.ChoiceField(
        label=_("Why do you need to know?"),
        help_text=_("It is kept in the audit with your name."),
        choices=RevealGround.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why you need to know.")},
    )


# -- the letters office -----------------------------------------------------------------------------------


class HandOverForm(PortalForm):
    """Whom the letter reports: the last that the office reads of it."""

    accused_name = forms.CharField(label=_("Name of the person reported"), max_length=50)
    accused_post = forms.CharField(label=_("Post of this person"), max_length=100, required=False)
    accused_unit = forms.CharField(label=_("School or unit"), max_length=100, required=False)


class SlipForm(PortalModelForm):
    class Meta:
        model = ReferralSlip
        fields: ClassVar[list[str]] = ["received_on", "sent_on", "sent_to", "sheets"]
        help_texts: ClassVar[dict[str, Any]] = {
            "sent_to": _("The body, not a person."),
            "sheets": _("Do not open the envelope to count: enter 1 if it came closed."),
        }
