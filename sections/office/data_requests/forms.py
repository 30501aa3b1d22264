"""What a writer fills in about the own data, and what the office replies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.identifiers import phones
from bureau.pages.forms import PortalForm
from sections.office.data_requests.choices import DataDecision, DataField, DataWish
from sections.office.letters.typed_text import LineField, ProseField


class AskAboutDataForm(PortalForm):
    """`may_be_wrong`: what the record holds of who sent it."""

    may_be_wrong: tuple[DataField, ...] = tuple(DataField)

    wish = forms.ChoiceField(
        label=_("What do you ask for?"),
        choices=DataWish.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you ask for.")},
    )
    field = forms.ChoiceField(
        label=_("What is wrong?"),
        help_text=_("Only for a correction."),
        choices=DataField.choices,
        required=False,
    )
    value = LineField(
        label=_("How it is right"),
        help_text=_("Only for a correction."),
        required=False,
        max_length=200,
    )
    text = ProseField(
        label=_("What else we should know"),
        help_text=_("At most 1,000 characters."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["field"]
        field.choices = [("", "---------"), *((one.value, one.label) for one in self.may_be_wrong)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("wish") == DataWish.DELETE:
            data["field"] = data["value"] = ""
        elif data.get("wish") == DataWish.CORRECT:
            self._check_correction(data)
        return data

    def _check_correction(self, data: dict[str, Any]) -> None:
        field, value = data.get("field"), data.get("value", "")
        if not field:
            self.add_error("field", _now("Choose what is wrong."))
        elif field == DataField.OTHER:
            if not data.get("text"):
                self.add_error("text", _now("Say what is wrong, and how it is right."))
        elif not value:
            self.add_error("value", _now("Write how it is right."))
        else:
            data["value"] = self._checked(field, value)

    def _checked(self, field: str, value: str) -> str:
        try:
            if field == DataField.PHONE:
                return phones.check(value)
            if field == DataField.EMAIL:
                validate_email(value)
        except (ValueError, ValidationError):
            self.add_error("value", _now("This does not look right. Check it, then send again."))
        return value


class ReplyAboutDataForm(PortalForm):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=DataDecision.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it is done.")},
    )
    reply = forms.CharField(
        label=_("Reply to the writer"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write the reply.")},
    )

    def fit(self, record: Any, by: Principal) -> None:
        """What the writer asks stands above the box."""
        row = record.data_requests.filter(replied_on=None).first()
        if row is None:
            return
        said = [row.get_wish_display(), row.get_field_display(), row.masked, row.text]
        self.fields["decision"].help_text = _now("The writer asks: %(text)s") % {
            "text": " · ".join(str(part) for part in said if part)
        }
