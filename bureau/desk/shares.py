"""Every hand-made share in force, for section chiefs over what they see, for the security administrator all."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bureau.access import shares
from bureau.access.models import UserGrant
from bureau.access.services import permitted
from bureau.access.views import Ground, rule
from bureau.accounts.models import User
from bureau.accounts.step_up import require_step_up
from bureau.desk.reader import reader
from bureau.pages import links
from bureau.pages.views.shares import Line, line_of


@dataclass(frozen=True)
class RecordLine(Line):
    """With its record: by title for who sees it, else by its number alone."""

    kind: str
    record: str
    url: str


@rule(Ground("shares.manage"))
@require_http_methods(["GET", "POST"])
def shares_page(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        answer: HttpResponse = _take_back(request)
        return answer
    lines = _lines(shares.shares_in_force(reader(request)), reader(request))
    return render(request, "desk/shares.html", {"lines": lines, "most": shares.SHOWN})


@require_step_up
def _take_back(request: HttpRequest) -> HttpResponse:
    key = request.POST.get("share", "")
    is_number = key.isascii() and key.isdigit() and len(key) < 19
    me = reader(request)
    row = shares.share_called(request.POST.get("kind", ""), int(key), me) if is_number else None
    if row is None:
        raise Http404
    shares.take_back(row, by=me)
    messages.success(request, _("%(name)s no longer has this right by hand.") % {"name": row.user})
    return HttpResponseRedirect(reverse("desk:shares"))


def _lines(rows: list[UserGrant], me: User) -> list[RecordLine]:
    seen = _seen([shares.record_of(row) for row in rows], me)
    return [_line(row, shares.record_of(row), seen) for row in rows]


def _seen(records: list[Model], me: User) -> set[Model]:
    """Which of the records this person sees: one question per kind."""
    by_model: dict[type[Model], set[int]] = {}
    for record in records:
        by_model.setdefault(type(record), set()).add(record.pk)
    return {
        record
        for model, keys in by_model.items()
        for record in permitted(me, "view", model).filter(pk__in=keys)
    }


def _line(row: UserGrant, record: Model, seen: set[Model]) -> RecordLine:
    plain, meta = line_of(row), record._meta
    if record in seen:
        page = links.page(record, "shares", "desk", record.pk)
        return RecordLine(plain.row, plain.verb, meta.label_lower, str(record), page)
    number = _("%(kind)s no. %(number)d") % {"kind": capfirst(str(meta.verbose_name)), "number": record.pk}
    return RecordLine(plain.row, plain.verb, meta.label_lower, number, "")


urlpatterns = [path("shares/", shares_page, name="shares")]
