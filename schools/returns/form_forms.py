"""What is filled in for a form, a version, a collection and its issue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.pages.forms import PortalForm
from schools.returns.models import Collection


class IssueForm(PortalForm):
    """The reason for which figures are asked for again that a register or another form holds."""

    repeat_reason = forms.CharField(
        label=_("Why figures are asked for again"),
        help_text=_("Needed where a register or another form holds the same figure. It is kept."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def fit(self, record: Collection, by: Any) -> None:
        from schools.returns.designer.held import asks_again

        if not asks_again(record.version_of_form):
            del self.fields["repeat_reason"]
