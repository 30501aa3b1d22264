"""Long logs, newest first: fifty rows, then "older" by key, in time that does not grow with the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

M = TypeVar("M", bound=Model)

SIZE = 50


@dataclass(frozen=True)
class Slice(Generic[M]):
    rows: list[M]
    newest_url: str  # empty on the first page
    older_url: str  # empty on the last one


def newest_first(request: HttpRequest, rows: QuerySet[M]) -> Slice[M]:
    """The rows below the key `before` of the address; an unreadable key shows the newest."""
    before = request.GET.get("before", "")
    here = request.GET.copy()
    here.pop("before", None)
    newest = f"?{here.urlencode()}"
    is_first = not (before.isdecimal() and before.isascii() and len(before) < 19)
    below = rows if is_first else rows.filter(pk__lt=int(before))
    found = list(below.order_by("-pk")[: SIZE + 1])
    older = ""
    if len(found) > SIZE:
        found = found[:SIZE]
        here["before"] = str(found[-1].pk)
        older = f"?{here.urlencode()}"
    return Slice(found, "" if is_first else newest, older)
