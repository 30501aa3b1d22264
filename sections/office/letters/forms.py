"""What the office, the section and the writer fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.charter.choices import UnitKind
from bureau.charter.models import Unit
from bureau.identifiers import phones
from bureau.pages.forms import PortalForm
from sections.office.letters import leaving_forms
from sections.office.letters.accused import kept_out_units
from sections.office.letters.accused_forms import AboutWhom
from sections.office.letters.choice_fields import SchoolCodeField, SectionChoice, SectionChoices
from sections.office.letters.choices import Ground, Kind, Outcome, Rating
from sections.office.letters.handling_forms import CitationsField, citations_as_typed
from sections.office.letters.models import Letter
from sections.office.letters.typed_text import LineField, ProseField

# -- the writer -------------------------------------------------------------------------------------------


class KindForm(PortalForm):
    REPORT = "report"

    kind = forms.ChoiceField(
        label=_("What kind of letter is it?"),
        choices=[*Kind.choices, (REPORT, _("Report on a person"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what kind of letter it is.")},
    )


class TextForm(PortalForm):
    title = LineField(
        label=_("Subject"),
        max_length=100,
        error_messages={"required": _("Enter a subject: a few words that say what it is about.")},
    )
    body = ProseField(
        label=_("Your letter"),
        help_text=_("What happened, where and when, and what you ask for. At most 5,000 characters."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("Write your letter.")},
    )
    school = SchoolCodeField(
        label=_("About which school?"),
        help_text=_(
            "Its name or ten-digit identification code. Leave it empty if the letter is about no school."
        ),
        required=False,
        max_length=100,
    )


class WriterForm(PortalForm):
    name = LineField(
        label=_("Your name"),
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name.")},
    )
    phone = forms.CharField(
        label=_("Your phone number"),
        help_text=_("Only the office that handles letters sees it."),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": _("Enter a phone number at which you can be reached.")},
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("If you have one. Only the office that handles letters sees it."),
        required=False,
        max_length=200,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Type an address such as name@163.com, or leave the field empty.")},
    )
    may_be_published = forms.BooleanField(
        label=_("The bureau may publish my question and the answer"),
        help_text=_(
            "It may help others. Your name and how you can be reached are never published. Your letter is answered"
            " all the same if you leave this empty."
        ),
        required=False,
    )

    def clean_phone(self) -> str:
        try:
            return phones.check(self.cleaned_data["phone"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class RatingForm(PortalForm):
    rating = forms.TypedChoiceField(
        label=_("How satisfied are you with the answer?"),
        choices=Rating.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how satisfied you are.")},
    )
    rating_comment = forms.CharField(
        label=_("What should we know?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


# -- the office and the section ---------------------------------------------------------------------------


class RegisterForm(AboutWhom, PortalForm):
    free_choices = ("about_unit",)
    field_order = ("kind", "school")

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    school = SchoolCodeField(label=_("About the school"), required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Several letters at once are registered as they are."""
        super().__init__(*args, **kwargs)
        if self.record is None:
            self.fields.clear()

    def fit(self, letter: Letter, by: Principal) -> None:
        self.initial.update(kind=letter.kind, school=letter.school.code if letter.school else "")


class DeclineForm(PortalForm):
    ground = forms.ChoiceField(
        label=_("Ground"), choices=Ground.choices, help_text=_("The writer reads the ground and your reason.")
    )


class ReferForm(PortalForm):
    referred_to = forms.CharField(
        label=_("Responsible authority"),
        help_text=_("Its full name. The writer reads it with your reason and turns there."),
        max_length=100,
        error_messages={"required": _("Enter the authority that is responsible.")},
    )


class AssignForm(PortalForm):
    free_choices = ("unit", "co_units")  # the chart's sections are known to everybody

    unit = SectionChoice(
        label=_("Section"),
        queryset=Unit.objects.filter(kind=UnitKind.SECTION, is_active=True),
        help_text=_("It may object while the objection period runs, if the matter is not its own."),
        error_messages={"required": _("Choose the section that shall answer.")},
    )
    co_units = SectionChoices(
        label=_("Sections that contribute"),
        queryset=Unit.objects.filter(kind=UnitKind.SECTION, is_active=True),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def fit(self, letter: Letter, by: Principal) -> None:
        """Units in which nobody may have the letter are no choice; what could say who wrote is confirmed."""
        closed = kept_out_units(letter)
        for name in ("unit", "co_units"):
            field: Any = self.fields[name]
            field.queryset = field.queryset.exclude(pk__in=closed)
        leaving_forms.ask(self, letter, by)


class AnswerForm(PortalForm):
    answer = forms.CharField(
        label=_("Answer"),
        help_text=_("The writer reads exactly this text."),
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 14}),
        error_messages={"required": _("Write the answer.")},
    )
    outcome = forms.ChoiceField(
        label=_("What the answer says of the request"),
        help_text=_("The writer reads it above the answer."),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the answer says of the request.")},
    )

    citations = CitationsField(
        label=_("Documents that the answer cites"),
        help_text=_("One in each line: title, document number, web address. The writer reads them."),
    )

    def fit(self, letter: Letter, by: Principal) -> None:
        """A suggestion has no outcome."""
        written = {
            "answer": letter.answer,
            "outcome": letter.outcome,
            "citations": citations_as_typed(letter),
        }
        self.initial = {**written, **self.initial}
        if letter.kind != Kind.REQUEST:
            del self.fields["outcome"]
