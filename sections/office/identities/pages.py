"""Requests to see a writer, and the page on which the asker sees name and phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bureau.access.views import Records, rule
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.pages.pagesets import Column, Menu, PageSet, Panel, Tabs, Workspace, register
from bureau.pages.views.base import PageView
from bureau.workflow.refusals import Refusal
from sections.office.identities import services
from sections.office.identities.choices import IdentityStatus
from sections.office.identities.forms import AskForm
from sections.office.identities.models import IdentityRequest


class LookView(PageView):
    """Says that each look is written down; a button shows name and phone once."""

    template = "office/identities/look.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found: IdentityRequest = self.record(pk, "look")
        return self.answer(found)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        found: IdentityRequest = self.record(pk, "look")
        if not isinstance(self.principal, User):
            raise PermissionDenied
        try:
            letter = services.look(found, by=self.principal)
        except Refusal as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        return self.answer(found, letter=letter)

    def answer(self, found: IdentityRequest, **context: Any) -> HttpResponse:
        return self.page(
            _t("Who wrote letter %(number)s?") % {"number": found.letter.number},
            record=found,
            trail=self.trail(found),
            detail_url=self.url("detail", found.pk),
            **context,
        )


@register
class IdentityPages(PageSet):
    model = IdentityRequest
    slug = "identities"
    menu = Menu(
        group="section",
        label=_("Requests to see writers"),
        icon="user",
        order=14,
        capability="office.letters",
    )
    note = _(
        "Who handles a letter does not see who wrote it. Whoever must know asks; a second person decides."
    )
    empty = _("Nobody has asked. A request begins on the page of a letter.")
    columns = (
        Column("letter.number", label=_("Letter"), link=True, sort="letter__number"),
        Column("asked_by", label=_("Asked by")),
        Column("days", kind="number", low=True),
        Column("until", kind="moment", sort="until"),
        Column("status", kind="tag", sort="status"),
    )
    search = ("letter__number",)
    search_label = _("Number of the letter")
    tabs = Tabs("status")
    select_related = ("letter", "letter__owner", "asked_by", "decided_by")
    tags = {
        IdentityStatus.ASKED: "warn",
        IdentityStatus.APPROVED: "done",
        IdentityStatus.DECLINED: "bad",
        IdentityStatus.ENDED: "moved",
    }
    add_form = AskForm
    prefill = ("letter",)
    exports = False
    panels = (
        Panel(
            _("Request"),
            fields=(
                Column("letter.number", label=_("Letter")),
                "asked_by",
                Column("purpose", kind="long"),
                "days",
                "decided_by",
                Column("until", kind="moment"),
            ),
        ),
        Panel(
            _("Name and phone"),
            template="office/identities/panel.html",
            context=lambda request, by: {"pk": request.pk},
            shown=lambda request, by: request.is_open and by == request.asked_by,
        ),
    )

    def save(self, form: Any, by: Principal) -> IdentityRequest:
        if not isinstance(by, User):
            raise PermissionDenied
        return services.ask_identity(by=by, **{name: form.cleaned_data[name] for name in form.Meta.fields})

    def title(self, record: IdentityRequest) -> str:
        return _t("Who wrote letter %(number)s?") % {"number": record.letter.number}

    def extra_urls(self, workspace: Workspace) -> Sequence[URLPattern]:
        view = never_cache(
            require_http_methods(["GET", "POST"])(LookView.as_view(pageset=self, workspace="desk"))
        )
        return [
            path("<int:pk>/look/", rule(Records("desk", "look", IdentityRequest))(view), name="identity_look")
        ]
