"""Saved views of lists: save, open by the short link, rename, remove; in both workspaces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bureau.access.services import may, permitted
from bureau.access.views import Ground, rule
from bureau.accounts.models import User
from bureau.desk.reader import reader
from bureau.pages.forms import PortalForm
from bureau.pages.listing import POSITION, BadQuery, Listing
from bureau.pages.pagesets import PAGESETS, PageSet
from bureau.pages.states import fitted
from bureau.pages.views.forms import put_errors
from bureau.search.models import LONGEST_STATE, SavedView
from bureau.search.saved_views import remove_view, rename_view, save_view, units_of
from bureau.workflow.refusals import Invalid, NotPermitted

MINE = ""


class NameForm(PortalForm):
    name = forms.CharField(label=gettext_lazy("Name of the view"), max_length=60)


class ViewForm(NameForm):
    """`units`: those for which the person may save."""

    whose = forms.ChoiceField(label=gettext_lazy("For whom"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, principal=by, **kwargs)
        self.units = {str(unit.pk): unit for unit in units_of(by)}
        choices = [(key, _("Everybody in: %(unit)s") % {"unit": unit}) for key, unit in self.units.items()]
        field = self.fields["whose"]
        field.choices = [(MINE, _("Only me")), *choices]  # type: ignore[attr-defined]
        field.initial = MINE


def _pageset(workspace: str, kind: str) -> PageSet | None:
    return PAGESETS.get(f"{workspace}:{kind}")


def _list_url(workspace: str, pageset: PageSet, query: str = "") -> str:
    address = reverse(pageset.url_name(workspace, "list"))
    return f"{address}?{query}" if query else address


def _new(request: HttpRequest, workspace: str) -> HttpResponse:
    me = reader(request)
    pageset = _pageset(workspace, request.GET.get("list", ""))
    if pageset is None:
        raise Http404
    query = _state(pageset, me, request.GET.get("query", ""))
    form = ViewForm(request.POST or None, by=me)
    if request.method == "POST" and form.is_valid():
        unit = form.units.get(form.cleaned_data["whose"])
        view = _tried(
            form,
            lambda: save_view(
                name=form.cleaned_data["name"], kind=pageset.label, query=query, by=me, unit=unit
            ),
        )
        if view is not None:
            link = request.build_absolute_uri(reverse(f"{workspace}:view", args=[view.code]))
            messages.success(request, _("Saved. The short link to this view is %(link)s") % {"link": link})
            return HttpResponseRedirect(_list_url(workspace, pageset, query))
    context = {
        "page_title": _("Save this view"),
        "form": form,
        "trail": [(pageset.heading, _list_url(workspace, pageset))],
        "cancel_url": _list_url(workspace, pageset, query),
        "workspace": workspace,
    }
    return render(request, "desk/saved_view_form.html", context, status=422 if form.errors else 200)


def _state(pageset: PageSet, me: User, query: str) -> str:
    """Filters, order and columns of a list's address without the position. Raises BadRequest."""
    try:
        listing = Listing(pageset, me, QueryDict(query))
    except BadQuery as error:
        raise BadRequest(str(error)) from error
    found = listing.query(without=POSITION).removeprefix("?")
    if not listing.is_valid or len(found) > LONGEST_STATE:
        raise BadRequest(_("One of the filters cannot be understood."))
    return found


def _tried(form: forms.BaseForm, act: Callable[[], SavedView]) -> SavedView | None:
    """The view, or None with the reason put into the form."""
    try:
        return act()
    except NotPermitted as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Invalid as refusal:
        put_errors(form, refusal)
        return None


def _open(request: HttpRequest, workspace: str, code: str) -> HttpResponse:
    """Whoever may open the workspace may follow the link; what the list shows is the reader's own."""
    view = get_object_or_404(SavedView, code=code)
    pageset = _pageset(workspace, view.kind)
    if pageset is None:
        if any(key.endswith(f":{view.kind}") for key in PAGESETS.keys()):  # noqa: SIM118
            raise Http404
        messages.warning(request, _("The list of this view is not part of the portal any more."))
        return HttpResponseRedirect(reverse(f"{workspace}:views"))
    state = fitted(pageset, reader(request), view.query)
    if state.dropped:
        messages.warning(
            request,
            _("The list does not know this part of the view any more, so it was left out: %(names)s")
            % {"names": _(", ").join(state.dropped)},
        )
    return HttpResponseRedirect(_list_url(workspace, pageset, state.query))


def _views(request: HttpRequest, workspace: str) -> HttpResponse:
    me = reader(request)
    kept = set(permitted(me, "change", SavedView).values_list("pk", flat=True))
    rows = permitted(me, "view", SavedView).select_related("unit", "owner").order_by("kind", "name", "pk")
    context = {
        "workspace": workspace,
        "rows": [_line(row, workspace, row.pk in kept) for row in rows if _pageset(workspace, row.kind)],
    }
    return render(request, "desk/saved_views.html", context)


def _line(view: SavedView, workspace: str, is_kept: bool) -> dict[str, Any]:
    pageset = _pageset(workspace, view.kind)
    return {
        "view": view,
        "list": pageset.heading if pageset else "",
        "url": reverse(f"{workspace}:view", args=[view.code]),
        "rename_url": reverse(f"{workspace}:view_rename", args=[view.code]) if is_kept else "",
        "remove_url": reverse(f"{workspace}:view_remove", args=[view.code]) if is_kept else "",
    }


def _mine(request: HttpRequest, code: str) -> SavedView:
    """A view that the person has; 404 for a stranger's, also where the link is known."""
    return get_object_or_404(permitted(reader(request), "view", SavedView), code=code)


def _rename(request: HttpRequest, workspace: str, code: str) -> HttpResponse:
    view = _mine(request, code)
    me = reader(request)
    decision = may(me, "change", view)
    if not decision:
        raise PermissionDenied(decision.reason)
    form = NameForm(request.POST or None, initial={"name": view.name}, principal=me)
    if (
        request.method == "POST"
        and form.is_valid()
        and _tried(form, lambda: rename_view(view, name=form.cleaned_data["name"], by=me))
    ):
        messages.success(request, _("The view has its new name; the link is the same."))
        return HttpResponseRedirect(reverse(f"{workspace}:views"))
    context = {
        "page_title": _("Rename the view"),
        "form": form,
        "trail": [(_("Saved views"), reverse(f"{workspace}:views"))],
        "cancel_url": reverse(f"{workspace}:views"),
        "workspace": workspace,
    }
    return render(request, "desk/saved_view_form.html", context, status=422 if form.errors else 200)


def _remove(request: HttpRequest, workspace: str, code: str) -> HttpResponse:
    view = _mine(request, code)
    name = view.name
    try:
        remove_view(view, by=reader(request))
    except NotPermitted as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    messages.success(
        request, _("The view “%(name)s” is removed; its link leads nowhere now.") % {"name": name}
    )
    return HttpResponseRedirect(reverse(f"{workspace}:views"))


def _for(workspace: str) -> list[URLPattern]:
    view_rule = rule(Ground(f"{workspace}.open"))

    @view_rule
    @require_GET
    def views(request: HttpRequest) -> HttpResponse:
        return _views(request, workspace)

    @view_rule
    @require_http_methods(["GET", "POST"])
    def view_new(request: HttpRequest) -> HttpResponse:
        return _new(request, workspace)

    @view_rule
    @require_GET
    def view(request: HttpRequest, code: str) -> HttpResponse:
        return _open(request, workspace, code)

    @view_rule
    @require_http_methods(["GET", "POST"])
    def view_rename(request: HttpRequest, code: str) -> HttpResponse:
        return _rename(request, workspace, code)

    @view_rule
    @require_POST
    def view_remove(request: HttpRequest, code: str) -> HttpResponse:
        return _remove(request, workspace, code)

    return [
        path("v/", views, name="views"),
        path("v/new/", view_new, name="view_new"),
        path("v/<slug:code>/", view, name="view"),
        path("v/<slug:code>/rename/", view_rename, name="view_rename"),
        path("v/<slug:code>/remove/", view_remove, name="view_remove"),
    ]


urlpatterns = _for("desk")
school_urlpatterns = _for("school")
