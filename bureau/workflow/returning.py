"""Sending a record back to a chosen earlier step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.principals import Principal
from bureau.workflow.declare import Data, Text, Transition, workflow_of
from bureau.workflow.models import HistoryEntry
from bureau.workflow.refusals import Invalid


def passed(record: Model) -> list[str]:
    """The statuses that the record has been in before the present one, first one first, each once."""
    workflow = workflow_of(record)
    now = workflow.status_of(record)
    rows = HistoryEntry.objects.filter(kind=workflow.kind, object_id=record.pk).order_by("pk")
    found: list[str] = []
    for target in rows.values_list("target", flat=True):
        if target == now:
            break
        if target not in found:
            found.append(target)
    return found


class ReturnForm(forms.Form):
    """Where to. Pages call `fit`: only the earlier steps of this record are offered."""

    steps: tuple[str, ...] = ()
    step = forms.ChoiceField(label=gettext_lazy("Return to"))

    def fit(self, record: Model, by: Principal) -> None:
        labels = workflow_of(record).statuses()
        field = cast(forms.ChoiceField, self.fields["step"])
        field.choices = [(name, labels[name]) for name in passed(record) if name in self.steps]


def chosen_step(to: tuple[str, ...]) -> Callable[[Any, Data], str]:
    def target(record: Any, data: Data) -> str:
        step = str(data.get("step", ""))
        if step not in to or step not in passed(record):
            sentence = _("Choose an earlier step of this record.")
            raise Invalid(sentence, {"step": [sentence]})
        return step

    return target


def returning(
    *, sources: tuple[str, ...], to: tuple[str, ...], name: str = "return_to", label: Text = "", **more: Any
) -> Transition:
    """A step back to one of `to`, as the person chooses; only where the record has been, with a reason."""
    form = type("ReturnForm", (ReturnForm,), {"steps": to})
    return Transition(
        name,
        label or gettext_lazy("Return"),
        sources,
        chosen_step(to),
        targets=to,
        form=form,
        reason="required",
        **{"style": "danger", "done_label": gettext_lazy("Returned"), **more},
    )
