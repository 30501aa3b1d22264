"""To do, waiting on others, done: one inbox, in the bureau workspace and in the school workspace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from bureau.access.counting import MOST_COUNTED, shown
from bureau.access.services import permitted
from bureau.access.views import Ground, rule
from bureau.accounts.models import User
from bureau.deadlines import calendar
from bureau.desk import home
from bureau.desk.due import Due, due
from bureau.desk.older import newest_first
from bureau.desk.reader import reader
from bureau.jobs.selectors import is_late
from bureau.pages import links
from bureau.pages.icons import ICONS
from bureau.workflow.declare import WORKFLOWS
from bureau.workflow.engine import step_label
from bureau.workflow.inbox import (
    LINES,
    Entry,
    Inbox,
    done_by,
    inbox,
    pulse,
    titles,
    waiting_count,
    waiting_on_others,
)
from bureau.workflow.models import HistoryEntry, WorkItem
from bureau.workflow.refusals import Invalid
from bureau.workflow.urging import urge

# So many lines of "Later" are shown at first.
LATER = 20
DEADLINES = 5
SENT_BACK = "returned"  # the status of records that came back, in every room that has one
COLOURS = {"mail": "k-letter", "money": "k-money", "shield": "k-insp", "medal": "k-pers"}


@dataclass(frozen=True)
class Line:
    """An entry as the page shows it."""

    entry: Entry
    url: str
    due: Due
    icon: str
    colour: str
    asked_by: str = ""


@dataclass(frozen=True)
class Group:
    key: str
    label: str
    icon: str
    lines: list[Line]
    count: int

    @property
    def shown_count(self) -> str:
        return shown(self.count)

    @property
    def more(self) -> int:
        """How many lines the whole list adds."""
        return min(self.count, MOST_COUNTED) - len(self.lines)


@dataclass(frozen=True)
class DoneLine:
    row: HistoryEntry
    label: str
    title: str
    url: str


def _lines(
    entries: Iterable[Entry], workspace: str, today: date, asked: Mapping[int, str] | None = None
) -> list[Line]:
    days = calendar.load()
    return [_line(entry, workspace, due(entry.item.due, today, days), asked or {}) for entry in entries]


def _line(entry: Entry, workspace: str, when: Due, asked: Mapping[int, str]) -> Line:
    icon = entry.workflow.icon if entry.workflow.icon in ICONS else "doc"
    url = links.address(entry.record, workspace)
    return Line(entry, url, when, icon, COLOURS.get(icon, ""), asked.get(entry.item.pk, ""))


def _groups(
    found: Inbox, workspace: str, today: date, asked: Mapping[int, str], *, show_all: bool
) -> list[Group]:
    later = found.later if show_all else found.later[:LATER]
    entries = [*_sent_back_first(found.overdue), *_sent_back_first(found.this_week), *_sent_back_first(later)]
    lines = _lines(entries, workspace, today, asked)
    first, second = len(found.overdue), len(found.overdue) + len(found.this_week)
    groups = [
        Group("overdue", _("Overdue"), "error", lines[:first], found.counts["overdue"]),
        Group("week", _("Due this week"), "clock", lines[first:second], found.counts["this_week"]),
        Group("later", _("Later"), "cal", lines[second:], found.counts["later"]),
    ]
    return [group for group in groups if group.count]


def _sent_back_first(entries: Iterable[Entry]) -> list[Entry]:
    """What came back to be corrected stands before what is new; else as it was, by day."""
    return sorted(entries, key=lambda entry: getattr(entry.record, "status", "") != SENT_BACK)


def _chips(found: Inbox, chosen: str, workspace: str) -> list[dict[str, Any]]:
    here = reverse(f"{workspace}:inbox")
    everything = sum(number for _workflow, number in found.kinds)
    chips = [{"label": _("All"), "count": shown(everything), "url": here, "is_current": not chosen}]
    for workflow, number in found.kinds:
        is_current = workflow.kind == chosen
        url = f"{here}?kind={workflow.kind}"
        chips.append(
            {"label": workflow.kind_label, "count": shown(number), "url": url, "is_current": is_current}
        )
    return chips


def _tabs(workspace: str, current: str, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    names = [("inbox", _("To do")), ("waiting", _("Waiting on others")), ("done", _("Done by me"))]
    return [
        {
            "label": label,
            "url": reverse(f"{workspace}:{name}"),
            "count": shown(counts[name]) if name in counts else None,
            "is_current": name == current,
        }
        for name, label in names
    ]


def _inbox(request: HttpRequest, workspace: str) -> HttpResponse:
    me, today = reader(request), timezone.localdate()
    chosen = request.GET.get("kind", "")
    chosen = chosen if chosen in WORKFLOWS else ""
    show_all = "all" in request.GET
    found = inbox(me, kind=chosen, today=today, most=MOST_COUNTED if show_all else LINES)
    waiting = waiting_count(me)
    total = sum(number for _workflow, number in found.kinds)
    # A school works for many sections, a section for itself.
    asked = home.asked_by(me, found.entries) if workspace == "school" else {}
    context = {
        **_frame(workspace, "inbox", {"inbox": total, "waiting": waiting}),
        "today": today,
        "is_late": is_late(),
        "groups": _groups(found, workspace, today, asked, show_all=show_all),
        "blocks": home.blocks(me, workspace, "main"),
        "beside": home.blocks(me, workspace, "aside"),
        "next_up": "" if found.entries else home.next_up(me, workspace),
        "all_url": _all_url(workspace, chosen),
        "chips": _chips(found, chosen, workspace) if len(found.kinds) > 1 or chosen else [],
        "total": shown(total) if total else "",
        "waiting": waiting,
        "deadlines": _deadlines(found, workspace),
        "pulses": pulse(me, today=today),
    }
    return render(request, "desk/inbox.html", context)


def _frame(workspace: str, current: str, counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "tabs": _tabs(workspace, current, counts),
        "absence_url": reverse(f"{workspace}:absence"),
        "workspace": workspace,
    }


def _all_url(workspace: str, chosen: str) -> str:
    return f"{reverse(f'{workspace}:inbox')}?all=1" + (f"&kind={chosen}" if chosen else "")


def _deadlines(found: Inbox, workspace: str) -> list[tuple[date, str, str]]:
    """The next days on which something is due: (day, title, address)."""
    coming = [entry for entry in [*found.this_week, *found.later] if entry.item.due][:DEADLINES]
    return [
        (entry.item.due, entry.title, links.address(entry.record, workspace))
        for entry in coming
        if entry.item.due
    ]


def _waiting(request: HttpRequest, workspace: str) -> HttpResponse:
    entries = waiting_on_others(reader(request))
    context = {
        **_frame(workspace, "waiting", {"waiting": len(entries)}),
        "lines": _lines(entries, workspace, timezone.localdate()),
        "urge_url": reverse(f"{workspace}:urge"),
    }
    return render(request, "desk/inbox_waiting.html", context)


def _urge(request: HttpRequest, workspace: str) -> HttpResponse:
    me = reader(request)
    record = _record_of(request.POST.get("item", ""), me)
    try:
        told = urge(record, me)
    except Invalid as refusal:
        messages.warning(request, refusal.sentence)
    else:
        said = ngettext(
            "%(count)d person was asked for speed.", "%(count)d people were asked for speed.", told
        )
        messages.success(request, said % {"count": told})
    return HttpResponseRedirect(reverse(f"{workspace}:waiting"))


def _record_of(number: str, me: User) -> Model:
    """The record of a work item, if the person may see it; the item itself may have gone meanwhile."""
    is_number = number.isdecimal() and number.isascii() and len(number) < 19
    item = WorkItem.objects.filter(pk=number).first() if is_number else None
    workflow = WORKFLOWS.get(item.kind) if item else None
    record = None
    if item is not None and workflow is not None:
        record = permitted(me, "view", workflow.model).filter(pk=item.object_id).first()
    if record is None:
        raise Http404
    return record


def _done(request: HttpRequest, workspace: str) -> HttpResponse:
    me = reader(request)
    found = newest_first(request, done_by(me))
    context = {
        **_frame(workspace, "done", {}),
        "slice": found,
        "lines": _done_lines(found.rows, me, workspace),
    }
    return render(request, "desk/inbox_done.html", context)


def _done_lines(rows: list[HistoryEntry], me: User, workspace: str) -> list[DoneLine]:
    """What may no longer be seen keeps its line, without title and link."""
    known = titles(me, ((row.kind, row.object_id) for row in rows))
    found = []
    for row in rows:
        workflow = WORKFLOWS.get(row.kind)
        record, title = known.get((row.kind, row.object_id), (None, ""))
        label = step_label(workflow, row.transition) if workflow else row.transition
        kind = str(workflow.model._meta.verbose_name) if workflow else row.kind
        url = links.address(record, workspace) if record is not None else ""
        found.append(DoneLine(row, label, title or kind, url))
    return found


def _for(workspace: str) -> list[URLPattern]:
    view_rule = rule(Ground(f"{workspace}.open"))

    @view_rule
    @require_GET
    def to_do(request: HttpRequest) -> HttpResponse:
        return _inbox(request, workspace)

    @view_rule
    @require_GET
    def waiting(request: HttpRequest) -> HttpResponse:
        return _waiting(request, workspace)

    @view_rule
    @require_POST
    def urge_item(request: HttpRequest) -> HttpResponse:
        return _urge(request, workspace)

    @view_rule
    @require_GET
    def done(request: HttpRequest) -> HttpResponse:
        return _done(request, workspace)

    return [
        path("", to_do, name="inbox"),
        path("waiting/", waiting, name="waiting"),
        path("waiting/urge/", urge_item, name="urge"),
        path("done/", done, name="done"),
    ]


urlpatterns = _for("desk")
school_urlpatterns = _for("school")
