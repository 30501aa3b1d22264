"""What a detail page says: facts, the state of the record, its clocks, its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.access.services import permitted
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.audit.models import Event
from bureau.deadlines.models import Clock
from bureau.deadlines.selectors import clocks_of
from bureau.pages import links
from bureau.pages.pagesets import Column, PageSet, Panel, Related
from bureau.pages.tables import Cell, Row, cell, heads, row
from bureau.workflow import selectors as workflow_selectors
from bureau.workflow.declare import WORKFLOWS
from bureau.workflow.models import WorkItem


@dataclass(frozen=True)
class Shown:
    """A panel ready to be drawn: facts, or rows of related records, or a template of the room."""

    title: str
    anchor: str
    facts: Sequence[Cell] = ()
    template: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    heads: Sequence[str] = ()
    rows: Sequence[Row] = ()
    more: int = 0
    empty: str = ""
    is_related: bool = False


def panels(pageset: PageSet, record: Any, principal: Principal, workspace: str) -> list[Shown]:
    found = []
    for number, panel in enumerate(pageset.panels or [_plain(pageset)], start=1):
        anchor = f"panel-{number}"
        if isinstance(panel, Related):
            found.append(_related(panel, record, principal, workspace, anchor))
        elif panel.shown is None or panel.shown(record, principal):
            found.append(_panel(pageset, panel, record, principal, anchor))
    return found


def _plain(pageset: PageSet) -> Panel:
    """Without panels, the columns of the list are the facts."""
    return Panel(capfirst(pageset.one), tuple(pageset.columns))


def _panel(pageset: PageSet, panel: Panel, record: Any, principal: Principal, anchor: str) -> Shown:
    columns = [one if isinstance(one, Column) else Column(one) for one in panel.fields]
    facts = [cell(record, column, tags=pageset.tags) for column in columns]
    context = panel.context(record, principal) if panel.context else {}
    return Shown(str(panel.title), anchor, facts, panel.template, context)


def _related(panel: Related, record: Any, principal: Principal, workspace: str, anchor: str) -> Shown:
    rows = permitted(principal, "view", panel.model).filter(**{panel.by: record})
    rows = rows.select_related(*panel.select_related).order_by(*(panel.ordering or ("pk",)))
    taken = list(rows[: panel.limit + 1])
    more = rows.count() - panel.limit if len(taken) > panel.limit else 0
    known = heads(panel.model, panel.columns)
    return Shown(
        str(panel.title),
        anchor,
        heads=[label for label, _kind in known],
        rows=[
            row(one, panel.columns, url=links.address(one, workspace), name=str(one), heads=known)
            for one in taken[: panel.limit]
        ],
        more=more,
        empty=str(panel.empty) or _("Nothing is recorded here yet."),
        is_related=True,
    )


# --- the state --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waits:
    """Who has the record, what they do next, until when."""

    who: str
    action: str
    due: date | None
    due_words: str
    is_overdue: bool
    is_mine: bool


@dataclass(frozen=True)
class State:
    """The status block of `components/status.html`: a tag, a sentence, a date, an owner."""

    tag: str
    tag_kind: str
    waits: Sequence[Waits]

    @property
    def first(self) -> Waits | None:
        """Mine before the others', the earliest date first."""
        ordered = sorted(self.waits, key=lambda one: (not one.is_mine, one.due or date.max))
        return ordered[0] if ordered else None

    @property
    def others(self) -> list[Waits]:
        return [one for one in self.waits if one is not self.first]

    @property
    def sentence(self) -> str:
        if self.first is None:
            return _("Nobody has to do anything.")
        words = {"who": self.first.who, "action": self.first.action}
        return (_("%(who)s: %(action)s") if self.first.action else "%(who)s") % words

    @property
    def advice(self) -> str:
        if self.first is None:
            return ""
        if self.first.is_mine:
            return _("It is your turn, or your unit's.")
        return _("You need to do nothing now.")

    @property
    def due_label(self) -> str:
        return _("Due by")

    @property
    def due_on(self) -> date | None:
        return self.first.due if self.first else None

    @property
    def left(self) -> str:
        return self.first.due_words if self.first else ""


def state(pageset: PageSet, record: Any, principal: Principal) -> State | None:
    """The status block; None for records without a workflow."""
    workflow = WORKFLOWS.get(pageset.label)
    if workflow is None:
        return None
    status = workflow.status_of(record)
    items = WorkItem.objects.filter(kind=pageset.label, object_id=record.pk).select_related("unit", "user")
    waits = [_waits(item, principal) for item in items]
    return State(workflow.status_label(status), pageset.tags.get(status, ""), waits)


def _waits(item: WorkItem, principal: Principal) -> Waits:
    is_mine = isinstance(principal, User) and (
        item.user_id == principal.pk or item.unit_id in standing(principal).own_unit_ids()
    )
    words, is_overdue = due_words(item.due)
    who = str(item.user or item.unit or "")
    return Waits(who, item.action, item.due, words, is_overdue, is_mine)


def due_words(due: date | None) -> tuple[str, bool]:
    """("3 days left", whether it is past); ("", False) without a date."""
    if due is None:
        return "", False
    left = (due - timezone.localdate()).days
    if left < 0:
        return ngettext("%(days)d day overdue", "%(days)d days overdue", -left) % {"days": -left}, True
    if left == 0:
        return _("due today"), False
    return ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left}, False


# --- history ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line of `components/timeline.html`."""

    at: datetime
    title: str
    who: str
    reason: str = ""
    fields: Sequence[str] = ()
    step: str = ""  # name of the transition
    unit: str = ""

    @property
    def text(self) -> str:
        if self.fields and not self.reason:
            return _("Fields: %(names)s") % {"names": _(", ").join(self.fields)}
        return self.reason


def history(pageset: PageSet, record: Model, principal: Principal) -> list[Line]:
    """Newest first, as far as this person reads it."""
    return pageset.history(record, principal, _lines(pageset, record))


def _lines(pageset: PageSet, record: Model) -> list[Line]:
    """The steps of a workflow, or what the audit says of an ordinary record."""
    if pageset.label in WORKFLOWS:
        return [
            Line(
                at=one.at,
                title=one.label,
                who=_by(one.who, one.unit),
                reason=one.reason,
                fields=_names(record, one.fields),
                step=one.transition,
                unit=one.unit,
            )
            for one in workflow_selectors.history(record)
        ]
    events = Event.objects.filter(object_kind=pageset.label, object_id=str(record.pk), refused=False)
    acts = {f"{pageset.label}.added": _("Added"), f"{pageset.label}.changed": _("Changed")}
    return [
        Line(one.at, acts[one.action], one.actor_name, one.reason, _names(record, one.fields))
        for one in events.filter(action__in=acts)
    ]


def _by(who: str, unit: str) -> str:
    return who if not unit or unit == who else _("%(who)s, %(unit)s") % {"who": who, "unit": unit}


def _names(record: Model, fields: Sequence[str]) -> list[str]:
    """Field names as the reader knows them; a field that is gone keeps its old name."""
    found = []
    for name in fields:
        try:
            found.append(str(getattr(record._meta.get_field(name), "verbose_name", name)))
        except FieldDoesNotExist:
            found.append(name)
    return found


# --- clocks -----------------------------------------------------------------------------------


def clocks(record: Model) -> list[Clock]:
    """The record's statutory clocks, the earliest date first."""
    return list(clocks_of(record))
