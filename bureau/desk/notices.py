"""My notices: in the bureau workspace and in the school workspace."""

from __future__ import annotations

from django.apps import apps
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from bureau.access.services import permitted
from bureau.access.views import Records, rule
from bureau.desk.older import newest_first
from bureau.desk.reader import reader
from bureau.notices.models import Notice
from bureau.notices.services import mark_read
from bureau.pages import links


def _target(notice: Notice, workspace: str) -> str:
    """Where a notice leads; nowhere when its record or its kind is gone."""
    if notice.url or not notice.object_kind:
        return notice.url
    try:
        model = apps.get_model(notice.object_kind)
    except LookupError:
        return ""
    return links.page(model, "detail", workspace, notice.object_id)


def _list(request: HttpRequest, workspace: str) -> HttpResponse:
    mine = permitted(reader(request), "view", Notice)
    only_unread = request.GET.get("show") == "unread"
    found = newest_first(request, mine.filter(read_at__isnull=True) if only_unread else mine)
    context = {
        "slice": found,
        "lines": [(notice, _target(notice, workspace)) for notice in found.rows],
        "only_unread": only_unread,
        "unread": mine.filter(read_at__isnull=True).count(),
        "read_url": reverse(f"{workspace}:notices_read"),
    }
    return render(request, "desk/notices.html", context)


def _read(request: HttpRequest, workspace: str) -> HttpResponse:
    """Marks one notice (`notice` posted) or all of mine."""
    mine = permitted(reader(request), "view", Notice)
    if "notice" in request.POST:
        wanted = request.POST["notice"]
        mine = (
            mine.filter(pk=wanted)
            if wanted.isdecimal() and wanted.isascii() and len(wanted) < 19
            else mine.none()
        )
    count = mark_read(mine, by=reader(request))
    messages.success(
        request,
        ngettext("%(count)d notice is marked as read.", "%(count)d notices are marked as read.", count)
        % {"count": count},
    )
    return HttpResponseRedirect(reverse(f"{workspace}:notices"))


def _for(workspace: str) -> list[URLPattern]:
    view_rule = rule(Records(workspace, "view", Notice))

    @view_rule
    @require_GET
    def notices(request: HttpRequest) -> HttpResponse:
        return _list(request, workspace)

    @view_rule
    @require_POST
    def notices_read(request: HttpRequest) -> HttpResponse:
        return _read(request, workspace)

    return [
        path("notices/", notices, name="notices"),
        path("notices/read/", notices_read, name="notices_read"),
    ]


urlpatterns = _for("desk")
school_urlpatterns = _for("school")
