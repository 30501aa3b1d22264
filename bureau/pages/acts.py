"""The form of a step: its own fields, and the reason where the step asks for one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.pages.forms import PortalForm, PortalModelForm, Tidy, word
from bureau.workflow.declare import Transition

LONGEST_REASON = 1000


def act_form(
    step: Transition, principal: Principal, record: Any, *, data: Any = None, files: Any = None
) -> forms.BaseForm:
    """The step's form with `reason` added; an empty one where nothing is asked.

    A form with `fit(record, by)` narrows its choices to the record.
    """
    cls = _tidy(step)
    # A form over the record gets a copy: validation writes into it, the engine reads the row itself.
    options: dict[str, Any] = {"principal": principal, "record": record}
    if issubclass(cls, forms.ModelForm) and record is not None:
        options["instance"] = type(record)._base_manager.get(pk=record.pk)
    form = cls(data, files, **options)
    if isinstance(form, PortalModelForm):
        del form.fields["version"]
    fit = getattr(form, "fit", None)
    if fit is not None and record is not None:
        fit(record, principal)
    for field in form.fields.values():
        word(field)
    return form


def _tidy(step: Transition) -> type[forms.BaseForm]:
    """The step's form class with the manners of the portal and, where it is asked for, a reason."""
    cls: Any = step.form or PortalForm
    wants_reason = step.reason != "no" and "reason" not in getattr(cls, "base_fields", {})
    added = {"reason": reason_field(step)} if wants_reason else {}
    bases = (cls,) if issubclass(cls, Tidy) else (Tidy, cls)
    return type(cls.__name__, bases, added)


def reason_field(step: Transition) -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        required=step.reason == "required",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def data_of(step: Transition, form: forms.BaseForm) -> tuple[dict[str, Any], str]:
    """What goes to the engine: (data, reason)."""
    data = dict(form.cleaned_data)
    reason = str(data.pop("reason", "") or "") if step.reason != "no" else ""
    return data, reason
