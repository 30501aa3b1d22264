"""Absences: naming a stand-in, in both workspaces."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bureau.access.services import permitted
from bureau.access.views import Ground, rule
from bureau.accounts.models import User
from bureau.desk.reader import reader
from bureau.pages.dates import DateInput
from bureau.pages.forms import PortalForm
from bureau.pages.views.forms import put_errors
from bureau.workflow.delegation import (
    deadlines_within,
    delegate,
    end_delegation,
    people_of_head,
    possible_substitutes,
)
from bureau.workflow.models import Delegation
from bureau.workflow.refusals import Invalid, NotPermitted

SHOWN = 30


class AbsenceForm(PortalForm):
    """`absent` is the person whose absence it is."""

    free_choices = ("substitute",)

    substitute = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Stand-in"),
        help_text=gettext_lazy("Somebody of the same unit with a fitting role."),
    )
    since = forms.DateField(label=gettext_lazy("First day"), widget=DateInput)
    until = forms.DateField(label=gettext_lazy("Last day"), widget=DateInput)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, *args: Any, absent: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["substitute"].queryset = possible_substitutes(absent)  # type: ignore[attr-defined]


def _absent(request: HttpRequest, me: User) -> User:
    """Whose absence: one's own, or with `for` that of somebody of one's unit."""
    number = request.GET.get("for", "")
    if not number:
        return me
    is_number = number.isdecimal() and number.isascii() and len(number) < 19
    return get_object_or_404(people_of_head(me), pk=number if is_number else 0)


def _absence(request: HttpRequest, workspace: str) -> HttpResponse:
    me = reader(request)
    absent = _absent(request, me)
    form = AbsenceForm(request.POST or None, absent=absent, principal=me)
    if request.method == "POST" and form.is_valid() and _saved(request, form, absent, me):
        return HttpResponseRedirect(reverse(f"{workspace}:absence"))
    rows = permitted(me, "view", Delegation).select_related("absent", "substitute")[:SHOWN]
    context = {
        "form": form,
        "absent": absent,
        "is_own": absent.pk == me.pk,
        "people": people_of_head(me).exclude(pk=absent.pk),
        "rows": [_shown(row, me, workspace) for row in rows],
        "workspace": workspace,
        "inbox_url": reverse(f"{workspace}:inbox"),
    }
    return render(request, "desk/absence.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, form: AbsenceForm, absent: User, me: User) -> bool:
    try:
        row = delegate(absent=absent, by=me, **form.cleaned_data)
    except NotPermitted as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Invalid as refusal:
        put_errors(form, refusal)
        return False
    messages.success(request, _("%(name)s stands in for %(absent)s.") % _names(row))
    count = deadlines_within(row)
    if count:
        said = ngettext(
            "%(count)d deadline falls in these days. %(name)s sees it in the inbox.",
            "%(count)d deadlines fall in these days. %(name)s sees them in the inbox.",
            count,
        )
        messages.warning(request, said % {"count": count, **_names(row)})
    return True


def _names(row: Delegation) -> dict[str, str]:
    return {"name": str(row.substitute), "absent": str(row.absent)}


def _shown(row: Delegation, me: User, workspace: str) -> dict[str, Any]:
    today = timezone.localdate()
    is_over = row.ended_at is not None or row.until < today
    state = _("over") if is_over else _("in force") if row.since <= today else _("to come")
    may_end = not is_over and (row.absent_id == me.pk or row.substitute_id != me.pk)
    return {
        "row": row,
        "state": state,
        "tag": "plain" if is_over else "half" if row.since <= today else "new",
        "deadlines": 0 if is_over else deadlines_within(row),
        "end_url": reverse(f"{workspace}:absence_end", args=[row.pk]) if may_end else "",
    }


def _end(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    me = reader(request)
    row = get_object_or_404(permitted(me, "view", Delegation), pk=pk)
    try:
        end_delegation(row, by=me)
    except NotPermitted as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    messages.success(request, _("The absence is ended. %(name)s no longer stands in.") % _names(row))
    return HttpResponseRedirect(reverse(f"{workspace}:absence"))


def _for(workspace: str) -> list[URLPattern]:
    view_rule = rule(Ground(f"{workspace}.open"))

    @view_rule
    @require_http_methods(["GET", "POST"])
    def absence(request: HttpRequest) -> HttpResponse:
        return _absence(request, workspace)

    @view_rule
    @require_POST
    def absence_end(request: HttpRequest, pk: int) -> HttpResponse:
        return _end(request, workspace, pk)

    return [
        path("absence/", absence, name="absence"),
        path("absence/<int:pk>/end/", absence_end, name="absence_end"),
    ]


urlpatterns = _for("desk")
school_urlpatterns = _for("school")
