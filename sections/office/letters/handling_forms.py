"""What the office and the sections fill in beside the main steps."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.charter.choices import UnitKind
from bureau.charter.models import Unit
from bureau.identifiers import codes
from bureau.pages.forms import PortalForm, PortalModelForm
from sections.office.letters import guard_forms, handling, leaving_forms, placeholders
from sections.office.letters.choice_fields import SectionChoice
from sections.office.letters.models import AnswerTemplate, Letter

MOST_CITED = 20


def sections() -> Any:
    return Unit.objects.filter(kind=UnitKind.SECTION, is_active=True)


class NoteForm(PortalForm):
    text = forms.CharField(
        label=_("Note"),
        help_text=_("Who handles the letter reads it; the writer never does."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write the note.")},
    )


class InstructForm(PortalForm):
    text = forms.CharField(
        label=_("Instruction"),
        help_text=_("The office and the section that handles the letter are told."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write the instruction.")},
    )


class InviteForm(PortalForm):
    free_choices = ("co_unit",)

    co_unit = SectionChoice(
        label=_("Section that shall contribute"),
        queryset=Unit.objects.filter(kind=UnitKind.SECTION, is_active=True),
        error_messages={"required": _("Choose the section that shall contribute.")},
    )
    question = forms.CharField(
        label=_("What shall it contribute?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def fit(self, letter: Letter, by: Principal) -> None:
        """Whoever has the letter already is not asked again."""
        asked = [letter.unit_id, *letter.co_handlers.values_list("unit_id", flat=True)]
        field: Any = self.fields["co_unit"]
        field.queryset = sections().exclude(pk__in=[pk for pk in asked if pk])
        leaving_forms.ask(self, letter, by)


class ContributeForm(PortalForm):
    contribution = forms.CharField(
        label=_("Contribution of your section"),
        help_text=_("The section that leads reads it and writes the answer; the writer does not see it."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("Write what your section contributes.")},
    )

    def fit(self, letter: Letter, by: Principal) -> None:
        self.initial["contribution"] = handling.contribution_of(letter, by)


class OtherLetterField(forms.CharField):
    """The number of a letter that the office registers; gives the Letter."""

    default_error_messages = {
        "unknown": _(
            "Your office has no letter with this number. Enter it as printed, such as L2026-000123."
        ),
    }

    def found_for(self, typed: str, by: Principal) -> Letter:
        digits = codes.normalise(typed).removeprefix("L")
        number = f"L{digits[:4]}-{digits[4:]}"
        found = permitted(by, "register", Letter).filter(number=number).first()
        if found is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        return found


class MergeForm(PortalForm):
    other = OtherLetterField(
        label=_("Number of the other letter"),
        help_text=_("The writer of this letter gets the same answer and learns nothing of the other one."),
        max_length=20,
    )

    def fit(self, letter: Letter, by: Principal) -> None:
        """The section that answers the other letter reads this one too."""
        leaving_forms.ask(self, letter, by)

    def clean_other(self) -> Letter:
        field: Any = self.fields["other"]
        found: Letter = field.found_for(self.cleaned_data["other"], self.principal)
        return found


class LinkForm(MergeForm):
    other = OtherLetterField(label=_("Number of the other letter"), max_length=20)
    reason = forms.CharField(label=_("Why do they belong together?"), max_length=200)


class ProposeForm(PortalForm):
    """Asks only where something is missing; otherwise the button is enough."""

    asks_rarely = True

    is_complete = forms.BooleanField(
        label=_("Send the answer for approval without these contributions"), required=False
    )

    def fit(self, letter: Letter, by: Principal) -> None:
        guard_forms.ask(self, letter, by, "propose")
        missing = handling.missing_sentence(letter)
        if not missing:
            del self.fields["is_complete"]
            return
        field = self.fields["is_complete"]
        field.required, field.help_text = True, missing
        field.error_messages["required"] = missing


# -- citations --------------------------------------------------------------------------------------------

ADDRESS = re.compile(r"https?://\S+")
DOCUMENT = re.compile(r"\S*[〔\[（(]\d{4}[〕\]）)]\s*\d+\s*号")


class CitationsField(forms.CharField):
    """One document in each line: title, document number, web address, in any order."""

    default_error_messages = {
        "no_title": _("Line %(line)s has no title. Write the title of the document first."),
        "too_many": _("An answer cites at most %(most)s documents."),
        "too_long": _("Line %(line)s is too long. Shorten the title."),
        "address": _("The address in line %(line)s cannot be understood. Copy it from the browser."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)

    def clean(self, value: Any) -> list[tuple[str, str, str]]:
        text = super().clean(value)
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(lines) > MOST_CITED:
            raise self._error("too_many", most=MOST_CITED)
        return [self._parts(line, number) for number, line in enumerate(lines, start=1)]

    def _parts(self, line: str, number: int) -> tuple[str, str, str]:
        address, line = _taken(ADDRESS, line)
        document, line = _taken(DOCUMENT, line)
        title = " ".join(line.split()).strip("，,；;|、 ")
        if not title:
            raise self._error("no_title", line=number)
        if len(title) > 200 or len(document) > 60 or len(address) > 300:
            raise self._error("too_long", line=number)
        if address:
            self._check(address, number)
        return title, document, address

    def _check(self, address: str, number: int) -> None:
        try:
            URLValidator(schemes=["http", "https"])(address)
        except ValidationError:
            raise self._error("address", line=number) from None

    def _error(self, code: str, **params: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)


def _taken(pattern: re.Pattern[str], line: str) -> tuple[str, str]:
    """What the pattern finds, and the line without it."""
    found = pattern.search(line)
    if found is None:
        return "", line
    return found.group(), f"{line[: found.start()]} {line[found.end() :]}"


def citations_as_typed(letter: Letter) -> str:
    """The list as a person types it."""
    rows = letter.citations.all()
    return "\n".join(
        " ".join(part for part in (row.title, row.document_number, row.address) if part) for row in rows
    )


# -- templates --------------------------------------------------------------------------------------------


class TemplateForm(PortalModelForm):
    free_choices = ("unit",)

    class Meta:
        model = AnswerTemplate
        fields = ("title", "kind", "unit", "text", "is_in_use")
        widgets = {"text": forms.Textarea(attrs={"rows": 12})}
        field_classes = {"unit": SectionChoice}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.queryset = sections()
        self.fields["text"].help_text = placeholders.hint()
