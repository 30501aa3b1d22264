"""What the writer and the office fill in after the answer, and the tables that the office keeps."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.pages.forms import PortalForm, PortalModelForm
from sections.office.letters.choices import Solved
from sections.office.letters.models import Letter, RetentionRule, StockPhrase


class SolvedForm(PortalForm):
    solved = forms.ChoiceField(
        label=_("Is your matter solved?"),
        choices=Solved.choices,
        error_messages={
            "required": _("Choose whether your matter is solved."),
            "invalid_choice": _("Choose whether your matter is solved."),
        },
    )


class DisputeForm(PortalForm):
    text = forms.CharField(
        label=_("What is not solved?"),
        help_text=_("The office reads it and must reply to you. At most 2,000 characters."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write what is not solved.")},
    )


class DisputeReplyForm(PortalForm):
    reply = forms.CharField(
        label=_("Reply to the writer"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Write the reply.")},
    )

    def fit(self, letter: Letter, by: Principal) -> None:
        """What the writer disputes stands above the box."""
        row = letter.disputes.filter(replied_on=None).first()
        if row is not None:
            self.fields["reply"].help_text = _("The writer says: %(text)s") % {"text": row.text}


class StockPhraseForm(PortalModelForm):
    class Meta:
        model = StockPhrase
        fields = ("phrase", "reason", "is_active")


class RetentionRuleForm(PortalModelForm):
    class Meta:
        model = RetentionRule
        fields = ("kind", "years", "text", "basis_zh", "basis", "is_verified", "valid_from")
