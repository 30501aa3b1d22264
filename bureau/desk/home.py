"""What rooms add to the start page of a workspace, and which unit asked for the work on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Q

from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.charter.models import Unit, local
from bureau.registry import Registry
from bureau.workflow.inbox import Entry
from bureau.workflow.models import HistoryEntry

Place = Literal["main", "aside"]


@dataclass(frozen=True)
class HomeBlock:
    """A block below the to-do (main) or beside it. `context`: what its template needs; None: nothing to show.

    `next_up`: a sentence for an empty to-do about what comes next; the empty string where nothing does.
    """

    key: str
    workspace: str
    template: str
    context: Callable[[User], Mapping[str, Any] | None]
    place: Place = "main"
    order: int = 50
    next_up: Callable[[User], str] | None = None


BLOCKS: Registry[HomeBlock] = Registry("blocks of start pages")


def register(block: HomeBlock) -> HomeBlock:
    return BLOCKS.add(block.key, block)


@dataclass(frozen=True)
class Shown:
    template: str
    context: Mapping[str, Any]


def _of(workspace: str, place: str) -> list[HomeBlock]:
    found = (one for one in BLOCKS if (one.workspace, one.place) == (workspace, place))
    return sorted(found, key=lambda one: one.order)


def blocks(user: User, workspace: str, place: Place) -> list[Shown]:
    pairs = [(one.template, one.context(user)) for one in _of(workspace, place)]
    return [Shown(template, context) for template, context in pairs if context is not None]


def next_up(user: User, workspace: str) -> str:
    """The first sentence that a room has about what comes next."""
    asked = (one.next_up(user) for one in _of(workspace, "main") if one.next_up)
    return next((said for said in asked if said), "")


def asked_by(user: User, entries: Iterable[Entry]) -> dict[int, str]:
    """Item → the unit that asks for it: the last other unit that took a step, else the owner. Two queries."""
    rows = list(entries)
    steps = _last_steps(user, rows)
    owners = {pk for one in rows if (pk := getattr(one.record, "owner_id", None))}
    units = Unit.objects.in_bulk(owners - {None}) if owners else {}
    found = {}
    for one in rows:
        owner = units.get(getattr(one.record, "owner_id", None) or 0)
        found[one.item.pk] = steps.get((one.kind, one.item.object_id)) or (owner.label if owner else "")
    return found


def _last_steps(user: User, entries: Iterable[Entry]) -> dict[tuple[str, int], str]:
    records: dict[str, list[int]] = {}
    for one in entries:
        records.setdefault(one.kind, []).append(one.item.object_id)
    wanted = Q(pk__in=())
    for kind, ids in records.items():
        wanted |= Q(kind=kind, object_id__in=ids)
    if not records:
        return {}
    rows = HistoryEntry.objects.filter(wanted, unit_id__isnull=False).order_by("pk")
    rows = rows.exclude(unit_id__in=standing(user).own_unit_ids())
    named = rows.values_list("kind", "object_id", "unit_name_zh", "unit_name")
    return {(kind, pk): local(chinese, english) for kind, pk, chinese, english in named}
