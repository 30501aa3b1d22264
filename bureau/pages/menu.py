"""The side navigation of the work areas: what this person may open, and where something is to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.cache import cache
from django.db.models import Exists
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bureau.access.counting import shown
from bureau.access.policies import POLICIES
from bureau.access.services import may_on_the_ground
from bureau.access.standing import Standing, standing
from bureau.accounts.models import User
from bureau.charter.choices import UnitKind
from bureau.charter.models import Unit
from bureau.pages.pagesets import Group, Menu, PageSet, mounted
from bureau.registry import Registry
from bureau.workflow.inbox import open_by_kind, open_count

Text = str | Promise

REMEMBERED_SECONDS = 60

LABELS: dict[str, Text] = {
    "mine": "",
    "section": "",
    "registers": _("Shared registers"),
    "bureau": _("Bureau"),
    "tables": _("Tables and rules"),
}
ORDER: tuple[Group, ...] = ("mine", "section", "registers", "bureau", "tables")


@dataclass(frozen=True)
class MenuEntry:
    """A page of the menu that is no PageSet.

    `url_name` with its workspace: "desk:inbox". `ground_verb`: who sees it; everybody where empty. `shown` asks
    further, without a query of its own.
    `count`: how many things are to do there, at most one query.
    """

    workspace: str
    group: Group
    label: Text
    icon: str
    url_name: str
    order: int = 50
    ground_verb: str = ""
    count: Callable[[User], int] | None = None
    shown: Callable[[User], bool] | None = None


ENTRIES: Registry[MenuEntry] = Registry("menu entries")


def register(entry: MenuEntry) -> MenuEntry:
    return ENTRIES.add(entry.url_name, entry)


@dataclass(frozen=True)
class Entry:
    """One line as the shell draws it."""

    label: str
    url: str
    icon: str
    order: int
    count: int = 0
    current: bool = False

    @property
    def shown_count(self) -> str:
        return shown(self.count)


@dataclass
class MenuGroup:
    label: str
    entries: list[Entry] = field(default_factory=list)


def for_request(request: HttpRequest) -> list[MenuGroup]:
    """The menu of the workspace in which the request stands."""
    return menu_for(request, "school" if request.path_info.startswith("/school/") else "desk")


def menu_for(request: HttpRequest, workspace: str) -> list[MenuGroup]:
    """Groups in their order, without empty ones; the longest address that fits is the current page."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return []
    if not may_on_the_ground(user, f"{workspace}.open"):
        return []
    groups: dict[tuple[int, str], MenuGroup] = {}
    for place, label, entry in _entries(user, workspace):
        groups.setdefault((place, label), MenuGroup(label)).entries.append(entry)
    found = [groups[key] for key in sorted(groups, key=lambda key: key[0])]
    for group in found:
        group.entries.sort(key=lambda entry: entry.order)
    return _with_current(found, request.path_info)


def _with_current(groups: list[MenuGroup], path: str) -> list[MenuGroup]:
    urls = [entry.url for group in groups for entry in group.entries]
    roots = {f"/{path.split('/')[1]}/"} if path.count("/") > 1 else set()
    fitting = [url for url in urls if path == url or (path.startswith(url) and url not in roots)]
    current = max(fitting, key=len, default="")
    for group in groups:
        group.entries = [
            Entry(one.label, one.url, one.icon, one.order, one.count, bool(current) and one.url == current)
            for one in group.entries
        ]
    return groups


Placed = Iterator[tuple[int, str, Entry]]


def _entries(user: User, workspace: str) -> Placed:
    to_do = open_by_kind(user)
    yield from _plain_entries(user, workspace, to_do)
    yield from _list_entries(user, workspace, to_do)


def _plain_entries(user: User, workspace: str, to_do: Mapping[str, int]) -> Placed:
    for one in ENTRIES:
        if one.workspace != workspace or (one.ground_verb and not may_on_the_ground(user, one.ground_verb)):
            continue
        if one.shown is not None and not one.shown(user):
            continue
        try:
            url = reverse(one.url_name)
        except NoReverseMatch:
            continue
        # The inbox counts what the lists count one by one: asked once.
        count = sum(to_do.values()) if one.count is open_count else one.count(user) if one.count else 0
        label = str(LABELS[one.group])
        yield ORDER.index(one.group), label, Entry(str(one.label), url, one.icon, one.order, count)


def _list_entries(user: User, workspace: str, to_do: Mapping[str, int]) -> Placed:
    for label, place, heading, entry in _lists(user, workspace):
        yield place, heading, replace(entry, count=to_do.get(label, 0))


Listed = tuple[str, int, str, Entry]


def _lists(user: User, workspace: str) -> list[Listed]:
    """The lists of which the person sees a record or may begin one: kind, group, its label, line.

    It takes a question to every table: the answer is remembered for a minute, or until the person's posts or
    language change. Only the menu goes by it; each page asks for the right anew.
    """
    posts = sorted(f"{post.unit_id}.{post.role}" for post in standing(user).posts)
    mark = (posts, get_language())
    key = f"menu.{workspace}.{user.pk}"
    known = cache.get(key)
    if known is None or known[0] != mark:
        known = (mark, list(_drawn_lists(user, workspace)))
        cache.set(key, known, REMEMBERED_SECONDS)
    return list(known[1])


def _drawn_lists(user: User, workspace: str) -> Iterator[Listed]:
    listed = [(pageset, pageset.menu) for _name, pageset in mounted(workspace) if pageset.menu]
    if not listed:
        return
    own, units = standing(user), _own_units(user)
    open_lists = _open(user, [pageset for pageset, _menu in listed])
    for pageset, menu in listed:
        if pageset.label not in open_lists:
            continue
        place, heading = _place(pageset, menu, own, units, workspace)
        url = _address(user, pageset, menu, workspace)
        name = capfirst(str(menu.label or pageset.heading))
        yield pageset.label, place, heading, Entry(name, url, menu.icon, menu.order)


def _address(user: User, pageset: PageSet, menu: Menu, workspace: str) -> str:
    """Of the list; of the record where a list of one would only stand in the way."""
    if menu.alone:
        only = list(pageset.queryset(user, "view").order_by().values_list("pk", flat=True)[:2])
        if len(only) == 1:
            return reverse(pageset.url_name(workspace, "detail"), args=only)
    return reverse(pageset.url_name(workspace, "list"))


def _open(user: User, pagesets: list[PageSet]) -> set[str]:
    """Labels of the lists that the person may begin, or that hold something for him or her."""
    begun = {pageset.label for pageset in pagesets if _may_begin(user, pageset)}
    return begun | set(_filled(user, [pageset for pageset in pagesets if pageset.label not in begun]))


def _filled(user: User, pagesets: list[PageSet]) -> list[str]:
    """Labels of the lists with a record that the person sees, all asked at once."""
    asked: dict[str, Any] = {}
    for number, pageset in enumerate(pagesets):
        rows = pageset.queryset(user, "view")
        if not rows.query.is_empty():  # known without asking
            asked[f"list_{number}"] = Exists(rows.order_by())
    if not asked:
        return []
    row = User.objects.filter(pk=user.pk).annotate(**asked).values(*asked).first() or {}
    return [pageset.label for number, pageset in enumerate(pagesets) if row.get(f"list_{number}")]


def _may_begin(user: User, pageset: PageSet) -> bool:
    """Who may add sees the list while it is still empty; only asked where it costs no query."""
    if pageset.menu is not None and pageset.menu.always:
        return True
    policy = POLICIES.get(pageset.label)
    capability = getattr(policy, "capability", "")
    own = standing(user)
    return bool(capability) and bool(
        own.holder_units(capability, "add") or own.holder_units(capability, "view")
    )


def _own_units(user: User) -> dict[int, Unit]:
    """The person's own sections or school, by id."""
    kinds = (UnitKind.SECTION, UnitKind.SCHOOL, UnitKind.DISTRICT)
    units = Unit.objects.filter(pk__in=standing(user).own_unit_ids(), kind__in=kinds)
    return {unit.pk: unit for unit in units}


def _place(
    pageset: PageSet, menu: Menu, own: Standing, units: dict[int, Unit], workspace: str
) -> tuple[int, str]:
    """Group and label. A section's entries stand under its name where the person works in it."""
    if menu.group != "section":
        return ORDER.index(menu.group), str(LABELS[menu.group])
    if workspace == "school":
        return ORDER.index("section"), next((unit.label for unit in units.values()), "")
    capability = menu.capability or getattr(POLICIES.get(pageset.label), "capability", "")
    holding = own.held.get(capability, set()) & units.keys()
    if holding:
        return ORDER.index("section"), units[min(holding)].label
    return ORDER.index("bureau"), str(LABELS["bureau"])
