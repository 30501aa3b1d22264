"""Who keeps which field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.pages.forms import PortalModelForm
from personnel.models import TeacherFieldOwnership
from personnel.selectors.fields import EDITABLE, PARTS, label_of


class OwnershipForm(PortalModelForm):
    class Meta:
        model = TeacherFieldOwnership
        fields = ("keeper",)


class NewOwnershipForm(PortalModelForm):
    """A row for one stage; the rows for all stages stand in the table from the beginning."""

    field = forms.ChoiceField(label=_("Field"))

    class Meta:
        model = TeacherFieldOwnership
        fields = ("field", "stage", "keeper")
        help_texts = {"stage": _("The stage of the main post. Elsewhere the row for all stages holds.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].required = True
        field: Any = self.fields["field"]
        field.choices = [("", _("Choose…")), *((name, label_of(name)) for name in (*EDITABLE, *PARTS))]
