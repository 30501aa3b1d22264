"""The confirmation that the leak scan asks for, as a field of the step's own form."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _

from bureau.accounts.principals import Principal
from sections.office.letters import leaving
from sections.office.letters.models import Letter


def ask(form: forms.BaseForm, letter: Letter, by: Principal) -> None:
    """One box with what was found; nothing is asked where nothing was found."""
    warning = leaving.warning(leaving.found_in(letter, by))
    if not warning:
        return
    form.fields[leaving.FIELD] = forms.BooleanField(
        label=_("I have looked at it: the section may read this."),
        help_text=warning,
        error_messages={"required": _("Confirm that the section may read this, or go back.")},
    )
