"""The reasons that the reply guard asks for, as fields of the step's own form."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _

from bureau.accounts.principals import Principal
from bureau.pages.forms import PortalForm
from sections.office.letters.models import Letter
from sections.office.letters.reply_guard import warnings_of


def ask(form: forms.BaseForm, letter: Letter, by: Principal, step: str) -> None:
    """One field for each warning."""
    for one in warnings_of(letter, by, step):
        form.fields[one.field] = forms.CharField(
            label=one.sentence,
            help_text=_("Go back and change the answer, or say why it may go out as it is."),
            max_length=300,
            widget=forms.Textarea(attrs={"rows": 2}),
            error_messages={"required": _("Say why the answer may go out as it is.")},
        )


class ApproveForm(PortalForm):
    """Asks only whom the guard warns."""

    def fit(self, letter: Letter, by: Principal) -> None:
        ask(self, letter, by, "approve")
