"""Asking whoever has a record to act, once a day at most."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bureau.access.services import may
from bureau.accounts.models import User
from bureau.charter.models import Membership
from bureau.notices.services import tell
from bureau.workflow import engine
from bureau.workflow.declare import Transition, workflow_of
from bureau.workflow.engine import Act
from bureau.workflow.models import Delegation, HistoryEntry, WorkItem
from bureau.workflow.notices import URGED
from bureau.workflow.refusals import Invalid
from bureau.workflow.rights import acting_unit, mine, right_to
from bureau.workflow.services import refusals_audited

ONCE_IN = timedelta(hours=24)


def urge(record: Model, by: User) -> int:
    """Tell those the record waits for; returns how many were told.

    Raises NotPermitted, or Invalid where nobody else has it or it was urged within a day.
    """
    told: list[int] = []

    def act() -> Model:
        current = engine.lock(record)
        right = right_to(by, "view", current)
        items = _items_of_others(current, by)
        _check_pace(current)
        told.append(sum(_tell(current, item, by) for item in items))
        workflow = workflow_of(current)
        step = Transition(engine.URGED, "", (), "", verb="view")
        done = Act(workflow, step, by, {}, "", None, timezone.now(), right)
        status = workflow.status_of(current)
        engine.write_history(done, current, acting_unit(by, current, right), source=status, fields=[])
        return current

    refusals_audited(f"{record._meta.label_lower}.{engine.URGED}", by, record, act)
    return told[0]


def _items_of_others(record: Model, by: User) -> list[WorkItem]:
    rows = WorkItem.objects.filter(kind=record._meta.label_lower, object_id=record.pk).exclude(mine(by))
    found = list(rows.select_related("unit", "user"))
    if not found:
        raise Invalid(_("Nobody else has this record now."))
    return found


def _check_pace(record: Model) -> None:
    rows = HistoryEntry.objects.filter(kind=record._meta.label_lower, object_id=record.pk)
    last = rows.filter(transition=engine.URGED, at__gt=timezone.now() - ONCE_IN).first()
    if last is not None:
        sentence = _("%(who)s asked for speed on %(moment)s. Once a day is enough.")
        raise Invalid(sentence % {"who": last.who, "moment": engine.moment(last.at)})


def _tell(record: Model, item: WorkItem, by: User) -> int:
    workflow = workflow_of(record)
    unit = acting_unit(by, record, engine.OWN_RIGHT)
    params: dict[str, Any] = {
        "unit": {"zh": unit.name_zh, "en": unit.name} if unit else by.audit_name,
        "action": _both(item.label),
        "kind": _both(str(workflow.model._meta.verbose_name_raw)),
    }
    return len(tell(URGED, to=_who_may_act(record, item), params=params, record=record))


def _both(text: str) -> dict[str, str]:
    """A translated text in both languages: the notice is read later, by others."""
    found = {}
    for code, language in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(language):
            found[code] = translation.gettext(text) if text else ""
    return found


def _who_may_act(record: Model, item: WorkItem) -> list[User]:
    """The person, or those of the unit who have the right; and whoever stands in for one of them today."""
    people = [item.user] if item.user else list(_people_of(item))
    able = [person for person in people if may(person, item.verb or "view", record)]
    absences = Delegation.objects.in_force().filter(absent__in=able).select_related("substitute")
    return [*able, *(row.substitute for row in absences)]


def _people_of(item: WorkItem) -> QuerySet[User]:
    rows = Membership.objects.in_force().filter(unit=item.unit_id)
    return User.objects.filter(pk__in=rows.values("user"))
