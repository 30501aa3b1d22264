"""/{lang}/search/: words, kind, dates; a plain GET form."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureau.access.counting import MOST_COUNTED
from bureau.access.views import Open, rule
from bureau.public import finding
from bureau.public.finding import FIRST, SIZE
from bureau.public.hits import Filters, hits
from bureau.public.publishing import PUBLIC_KINDS
from bureau.search.queries import LONGEST_QUERY, Query, parse

SERVICES = "services"


@rule(Open())
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Nothing of it is kept: what somebody looks for is his or her own."""
    query = parse(request.GET.get("q", ""))
    filters = Filters(
        kind=_kind(request.GET.get("kind", "")),
        since=_day(request.GET.get("since", "")),
        until=_day(request.GET.get("until", "")),
    )
    context: dict[str, Any] = {
        "query": query,
        "longest": LONGEST_QUERY,
        "filters": filters,
        "is_wrong_way": bool(filters.since and filters.until and filters.since > filters.until),
    }
    if query:
        context |= _results(query, filters, request.GET.get("page", ""))
    response = render(request, "public/search.html", context)
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _results(query: Query, filters: Filters, page: str) -> dict[str, Any]:
    services = [] if filters.has_dates else finding.services_found(query)
    known = hits(query, filters)
    counts = finding.counts(query, filters, known)
    total = sum(counts.values()) + len(services)
    context: dict[str, Any] = {
        "tabs": _tabs(query, filters, counts, len(services)),
        "total": total,
        "is_many": any(count > MOST_COUNTED for count in counts.values()),
    }
    if filters.kind == SERVICES:
        return {**context, "services": services, "results": []}
    found = counts[filters.kind] if filters.kind else _in_list(counts)
    number, last = _place(page, found)
    start = (number - 1) * SIZE
    results = finding.page_of_results(query, filters, known, start=start)
    is_front = not filters.kind and number == 1
    return {
        **context,
        "services": services[:FIRST] if is_front else [],
        "more_services": _address(query, filters, kind=SERVICES) if len(services) > FIRST else "",
        "own": _own(query, filters, counts) if is_front else [],
        "results": results,
        "turns": _turns(query, filters, number, last),
        "start": start + 1,
        "end": start + len(results),
        "found": _("1,000+") if _is_capped(filters, counts) else found,
        "shows_kind": not filters.kind,
    }


def _in_list(counts: dict[str, int]) -> int:
    """Hits of the kinds that stand in one list."""
    return sum(count for name, count in counts.items() if PUBLIC_KINDS[name].find is None)


def _is_capped(filters: Filters, counts: dict[str, int]) -> bool:
    """Whether the list has more hits than were counted."""
    listed = (
        name for name in counts if filters.kind == name or not (filters.kind or PUBLIC_KINDS[name].find)
    )
    return any(counts[name] > MOST_COUNTED for name in listed)


def _own(query: Query, filters: Filters, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The first hits of kinds that search by themselves, with a link to all of them."""
    found = []
    for kind in PUBLIC_KINDS:
        count = counts[kind.kind]
        if kind.find is not None and count:
            url = _address(query, filters, kind=kind.kind) if count > FIRST else ""
            found.append({"label": kind.label, "hits": finding.of_own_search(kind, query), "url": url})
    return found


def _kind(text: str) -> str:
    return text if text in PUBLIC_KINDS or text == SERVICES else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def _place(text: str, found: int) -> tuple[int, int]:
    """(page, last page); a number beyond the last page gives the last one."""
    last = max(1, -(-min(found, MOST_COUNTED) // SIZE))
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1
    return min(max(number, 1), last), last


def _address(query: Query, filters: Filters, **more: Any) -> str:
    dates = {"since": filters.since, "until": filters.until}
    asked = {"q": query.text, "kind": filters.kind, **dates, **more}
    return "?" + urlencode({name: value for name, value in asked.items() if value})


def _turns(query: Query, filters: Filters, number: int, last: int) -> dict[str, Any]:
    """Where this page stands, and links to the one before and after."""

    def to(page: int) -> str:
        return _address(query, filters, page=page) if 1 <= page <= last else ""

    return {"number": number, "last": last, "previous": to(number - 1), "next": to(number + 1)}


def _tabs(query: Query, filters: Filters, counts: dict[str, int], services: int) -> list[dict[str, Any]]:
    """All kinds, then each with hits."""
    rows = [(SERVICES, _("Services and duties"), services)]
    rows += [(name, str(PUBLIC_KINDS[name].label), count) for name, count in counts.items()]
    shown = [row for row in rows if row[2] or row[0] == filters.kind]
    if len(shown) < 2 and not filters.kind:
        return []
    tabs = [{"label": _("All"), "url": _address(query, filters, kind=""), "is_current": not filters.kind}]
    return tabs + [
        {
            "label": label,
            "url": _address(query, filters, kind=name),
            "count": _("1,000+") if count > MOST_COUNTED else count,
            "is_current": name == filters.kind,
        }
        for name, label, count in shown
    ]
