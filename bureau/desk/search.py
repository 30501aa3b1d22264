"""One box over everything that a person may see, in both workspaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bureau.access.counting import MOST_COUNTED, window
from bureau.access.views import Ground, rule
from bureau.desk.reader import reader
from bureau.pages import links
from bureau.pages.pagesets import pageset_of
from bureau.search.declare import SEARCHABLES, Searchable
from bureau.search.queries import LONGEST_QUERY, Query, parse
from bureau.search.selectors import Scope, Search

PARAMETERS = frozenset({"q", "kind", "page"})
# Of each kind in the overview; all of them stand on the kind's own page.
FIRST = 5
SIZE = 25


@dataclass(frozen=True)
class Hit:
    title: str
    subtitle: str
    url: str


@dataclass(frozen=True)
class Group:
    """One kind of record with its first hits. `rank`: how near the best of them is."""

    kind: str
    heading: str
    icon: str
    count: int
    hits: list[Hit]
    url: str
    rank: int

    @property
    def is_more(self) -> bool:
        return self.count > len(self.hits)


@dataclass(frozen=True)
class Place:
    """A page of one kind: where it begins and ends, and links to the others."""

    number: int
    start: int
    end: int
    found: int
    numbers: list[tuple[int, str]]  # 0 for a gap
    previous: str
    next: str


def _scopes(workspace: str, request: HttpRequest) -> list[Scope]:
    """The kinds that have a page in this workspace, each with the rows of its list."""
    me = reader(request)
    found = []
    for searchable in SEARCHABLES:
        pageset = pageset_of(workspace, searchable.model)
        if pageset is not None:
            found.append(Scope(searchable, pageset.queryset(me, "view")))
    return found


def _search(request: HttpRequest, workspace: str) -> HttpResponse:
    scopes = _scopes(workspace, request)
    kind, number = _asked(request, scopes)
    query = parse(request.GET.get("q", ""))
    search = Search(query, scopes, reader(request))
    counts = search.counts()
    kinds = [found for found, count in counts.items() if count]
    only = kind or (kinds[0] if len(kinds) == 1 else "")
    context: dict[str, Any] = {
        "workspace": workspace,
        "query": query,
        "longest": LONGEST_QUERY,
        "tabs": _tabs(query, search, counts, kind),
        "total": sum(counts.values()),
        "is_many": any(count > MOST_COUNTED for count in counts.values()),
        "groups": [],
    }
    if query and only:
        context |= _one_kind(search, only, counts[only], number, workspace)
    elif query:
        groups = [_group(search, found, counts[found], workspace) for found in kinds]
        context["groups"] = sorted(groups, key=lambda group: group.rank)
    return render(request, "desk/search.html", context)


def _asked(request: HttpRequest, scopes: list[Scope]) -> tuple[str, int]:
    """(kind or "", page). Raises BadRequest for what this page does not offer."""
    if set(request.GET) - PARAMETERS:
        raise BadRequest(_("The search knows no such filter."))
    kind, page = request.GET.get("kind", ""), request.GET.get("page", "1")
    if kind and kind not in {scope.searchable.kind for scope in scopes}:
        raise BadRequest(_("There is no such kind of record to search."))
    if not (page.isascii() and page.isdigit() and len(page) < 5 and int(page)):
        raise BadRequest(_("This page number is not a number."))
    return kind, int(page)


def _address(query: Query, **more: Any) -> str:
    return f"?{urlencode({'q': query.text, **more})}"


def _tabs(query: Query, search: Search, counts: Mapping[str, int], current: str) -> list[dict[str, object]]:
    """All kinds, then each with hits; none where there is nothing to choose."""
    shown = [kind for kind, count in counts.items() if count or kind == current]
    if len(shown) < 2 and not current:
        return []
    tabs: list[dict[str, object]] = [
        {"label": _("All"), "url": _address(query), "count": None, "is_current": not current}
    ]
    for kind in shown:
        tabs.append(
            {
                "label": search.scopes[kind].searchable.heading,
                "url": _address(query, kind=kind),
                "count": _in_words(counts[kind]),
                "is_current": kind == current,
            }
        )
    return tabs


def _in_words(count: int) -> str:
    return _("1,000+") if count > MOST_COUNTED else str(count)


def _group(search: Search, kind: str, count: int, workspace: str) -> Group:
    records, rank = search.page(kind, start=0, size=FIRST)
    return _grouped(search, kind, count, records, rank, workspace)


def _grouped(search: Search, kind: str, count: int, records: list[Any], rank: int, workspace: str) -> Group:
    searchable = search.scopes[kind].searchable
    hits = [_hit(searchable, record, workspace) for record in records]
    url = _address(search.query, kind=kind)
    return Group(kind, searchable.heading, searchable.icon, count, hits, url, rank)


def _hit(searchable: Searchable, record: Any, workspace: str) -> Hit:
    return Hit(searchable.title(record), searchable.subtitle(record), links.address(record, workspace))


def _one_kind(search: Search, kind: str, count: int, number: int, workspace: str) -> dict[str, Any]:
    """All hits of a kind, by pages; a number beyond the last page gives the last one."""
    last = max(1, -(-min(count, MOST_COUNTED) // SIZE))
    number = min(number, last)
    start = (number - 1) * SIZE
    records, rank = search.page(kind, start=start, size=SIZE)
    group = _grouped(search, kind, count, records, rank, workspace)

    def to(page: int) -> str:
        return _address(search.query, kind=kind, page=page) if 1 <= page <= last else ""

    numbers = [(page, to(page)) for page in window(number, last)]
    place = Place(number, start + 1, start + len(records), count, numbers, to(number - 1), to(number + 1))
    return {"groups": [group] if records else [], "place": place}


def _for(workspace: str) -> list[URLPattern]:
    @rule(Ground(f"{workspace}.open"))
    @require_GET
    def search(request: HttpRequest) -> HttpResponse:
        return _search(request, workspace)

    return [path("search/", search, name="search")]


urlpatterns = _for("desk")
school_urlpatterns = _for("school")
