"""What the steps of a return ask for."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.pages.forms import PortalForm
from schools.returns.models import Return
from schools.returns.selectors.flow_rules import correction_due

# Nobody asks for corrections in another year.
FARTHEST = timedelta(days=180)


class DueForm(PortalForm):
    """Until when the school corrects; the rule in force proposes the day."""

    due_on = forms.DateField(label=_("Corrections due"))

    def fit(self, record: Return, by: Principal) -> None:
        self.fields["due_on"].initial = correction_due(timezone.localdate())

    def clean_due_on(self) -> object:
        due = self.cleaned_data["due_on"]
        today = timezone.localdate()
        if due < today:
            raise ValidationError(_("This day has passed already."))
        if due > today + FARTHEST:
            raise ValidationError(_("This day is too far away."))
        return due
