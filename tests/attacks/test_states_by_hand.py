"""Steps posted by hand, in a state where no page offers them: refused in words, on the page and to programs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from bureau.access.services import may_on_the_ground
from bureau.accounts.models import User
from bureau.api.resources import resources
from bureau.pages.pagesets import PageSet, mounted
from bureau.workflow.declare import WORKFLOWS, Transition, Workflow
from tests.attacks.walking import signed_in
from tests.cast import Cast

MOUNTED = [(workspace, pageset) for workspace, pageset in mounted() if pageset.label in WORKFLOWS]
EACH = pytest.mark.parametrize(
    ("workspace", "pageset"), MOUNTED, ids=[f"{workspace}-{pageset.label}" for workspace, pageset in MOUNTED]
)
# 400 and 422: an empty form is refused for what it lacks before the state is looked at.
REFUSED = (400, 403, 404, 405, 409, 422)
pytestmark = pytest.mark.usefixtures("rights_read_once")


def seers(workspace: str, pageset: PageSet, cast: Cast) -> list[tuple[int, User, Any]]:
    """(rights, person, record), who may least first."""
    found = []
    workflow = WORKFLOWS[pageset.label]
    verbs = {step.right for step in workflow.transitions}
    for user in cast.people().values():
        if user.is_active and may_on_the_ground(user, f"{workspace}.open"):
            record = pageset.queryset(user, "view").order_by("-pk").first()
            if record is not None:
                rights = sum(pageset.queryset(user, verb).filter(pk=record.pk).exists() for verb in verbs)
                found.append((rights, user, record))
    return sorted(found, key=lambda one: one[0])


def steps(workflow: Workflow) -> list[Transition]:
    return [step for step in workflow.transitions if not step.creates]


def put(workflow: Workflow, record: Any, status: str) -> bool:
    """Past the engine; False where the table itself forbids this record that status."""
    try:
        with transaction.atomic():
            rows = workflow.model._base_manager.filter(pk=record.pk)
            rows.update(**{workflow.status_field: status})
    except IntegrityError:
        return False
    return True


def wrong_status(workflow: Workflow, step: Transition, record: Any) -> str:
    for status in workflow.statuses():
        if status not in step.sources and put(workflow, record, status):
            return status
    return ""


def row(workflow: Workflow, record: Any) -> dict[str, Any]:
    found: dict[str, Any] = workflow.model._base_manager.filter(pk=record.pk).values().get()
    return found


def sent(workspace: str, pageset: PageSet, record: Any, step: Transition) -> list[tuple[str, dict[str, Any]]]:
    """The step on its page, and the same for a program where there is one."""
    data = {"reason": "why", "seen": record.version, "confirmed": "1"}
    found: list[tuple[str, dict[str, Any]]] = [
        (reverse(pageset.url_name(workspace, "do"), args=[record.pk, step.name]), {"data": data})
    ]
    if any(one.label == pageset.label and step in one.steps for one in resources()):
        found.append(
            (
                reverse(f"api:{pageset.label.replace('.', '_')}_{step.name}", args=[record.pk]),
                {
                    "data": json.dumps({"reason": "why"}),
                    "content_type": "application/json",
                    "headers": {"If-Match": str(record.version)},
                },
            )
        )
    return found


@EACH
def test_a_step_is_refused_where_it_does_not_begin_even_to_who_may_most(
    workspace: str, pageset: PageSet, furnished: Cast
) -> None:
    workflow = WORKFLOWS[pageset.label]
    _rights, user, record = seers(workspace, pageset, furnished)[-1]
    client = signed_in(user)
    for step in steps(workflow):
        if not wrong_status(workflow, step, record):
            continue
        before = row(workflow, record)
        for where, how in sent(workspace, pageset, record, step):
            answer = client.post(where, **how)
            assert answer.status_code in REFUSED, (step.name, where, answer.status_code)
        assert row(workflow, record) == before, step.name


@EACH
def test_a_step_is_refused_where_it_begins_to_who_may_only_look(
    workspace: str, pageset: PageSet, furnished: Cast
) -> None:
    workflow = WORKFLOWS[pageset.label]
    _rights, user, record = seers(workspace, pageset, furnished)[0]
    client = signed_in(user)
    for step in steps(workflow):
        if step.right == "view" or not any(put(workflow, record, status) for status in step.sources):
            continue
        if pageset.queryset(user, step.right).filter(pk=record.pk).exists():
            continue
        before = row(workflow, record)
        for where, how in sent(workspace, pageset, record, step):
            answer = client.post(where, **how)
            assert answer.status_code in (403, 404, 405), (step.name, where, answer.status_code)
        assert row(workflow, record) == before, step.name
