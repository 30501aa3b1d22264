"""What citizens fill in beside the letter itself: the short form for children, codes, additions."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.identifiers import codes, phones
from bureau.pages.forms import PortalForm
from sections.office.letters.choice_fields import SchoolCodeField
from sections.office.letters.typed_text import LineField, ProseField

CODE_WIDGET = {"autocomplete": "off", "spellcheck": "false", "class": "code"}


class ToldForm(PortalForm):
    """The letter of a child: what happened, and whether somebody is in danger."""

    YES = "yes"

    body = ProseField(
        label=_("What happened?"),
        help_text=_("Write it the way you would tell it. You can also say what you wish for."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Write what happened. A few words are enough.")},
    )
    harm = forms.ChoiceField(
        label=_("Is somebody being hurt, or could somebody get hurt?"),
        choices=[(YES, _("Yes")), ("no", _("No")), ("unsure", _("I do not know"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers. You may choose “I do not know”.")},
    )
    school = SchoolCodeField(
        label=_("Which school is it about?"),
        help_text=_("The name of the school. Leave it empty if you do not want to say."),
        required=False,
        max_length=100,
    )


class ChildForm(PortalForm):
    """Who writes, as little as will do."""

    name = LineField(
        label=_("What is your name?"),
        help_text=_("Only the office that reads letters sees your name."),
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name.")},
    )
    phone = forms.CharField(
        label=_("A phone number, if you want us to call"),
        help_text=_("You may leave it empty and read the answer here with your number and code."),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        try:
            return phones.check(typed) if typed else ""
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class ResumeForm(PortalForm):
    code = forms.CharField(
        label=_("Code of the saved letter"),
        help_text=_("The twelve letters and digits that you were shown when you saved the letter."),
        max_length=40,
        widget=forms.TextInput(attrs=CODE_WIDGET),
        error_messages={"required": _("Type the code that you were shown when you saved the letter.")},
    )

    def clean_code(self) -> str:
        return codes.normalise(self.cleaned_data["code"])


class LostCodeForm(PortalForm):
    number = forms.CharField(
        label=_("Number"),
        max_length=40,
        widget=forms.TextInput(attrs=CODE_WIDGET),
        error_messages={"required": _("Type the number that stands on your receipt.")},
    )
    phone = forms.CharField(
        label=_("Phone number that you gave in the letter"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": _("Type the phone number that you gave in the letter.")},
    )

    def clean_number(self) -> str:
        return codes.normalise(self.cleaned_data["number"])

    def clean_phone(self) -> str:
        try:
            return phones.check(self.cleaned_data["phone"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class AdditionForm(PortalForm):
    body = ProseField(
        label=_("What do you want to add?"),
        help_text=_("At most 2,000 characters. It is read together with your letter."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write what you want to add.")},
    )


class ReviewRequestForm(PortalForm):
    reason = ProseField(
        label=_("Why do you not agree with the answer?"),
        help_text=_("At most 2,000 characters. Who reviews reads it together with your letter."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Say why you do not agree with the answer.")},
    )
