"""How a form is written when the room has no service of its own for it."""

from __future__ import annotations

from typing import Any

from bureau.accounts.principals import Principal
from bureau.pages.forms import PortalModelForm
from bureau.pages.services import save_record
from bureau.workflow.declare import WORKFLOWS, Workflow
from bureau.workflow.services import amend, perform


def save_form(form: PortalModelForm, by: Principal) -> Any:
    """A tracked record goes through the engine, any other is checked, saved and audited."""
    workflow = WORKFLOWS.get(form.instance._meta.label_lower)
    if workflow is None:
        record = save_record(form.instance, by=by, fields=form.changed_data)
        form._save_m2m()  # type: ignore[attr-defined]
        return record
    return _create(workflow, form, by) if form.instance.pk is None else _amend(form, by)


def _create(workflow: Workflow, form: PortalModelForm, by: Principal) -> Any:
    step = next(step for step in workflow.transitions if step.creates)
    return perform(form.instance, step.name, by=by, data=_own(form))


def _amend(form: PortalModelForm, by: Principal) -> Any:
    changes = {name: value for name, value in _own(form).items() if name in form.changed_data}
    return amend(form.instance, by=by, changes=changes)


def _own(form: PortalModelForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "version"}
