"""Allotting a fund to many schools in one act: amounts, a look at the whole, then all or nothing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.money import shown
from bureau.pages import services, tokens
from bureau.pages.views.base import PageView
from bureau.pages.views.forms import put_errors
from bureau.workflow.refusals import Invalid, NotPermitted
from finance.forms import LetterForm, ScopeForm
from finance.models import Allocation, Fund
from finance.services.allocations import Share, allocate_many, check_document, check_shares
from schools.models import School

# Boxes on one page; a form may carry 1,000 fields.
MOST_SCHOOLS = 300


class AllocateView(PageView):
    """GET ?district=&stage= shows the boxes; POST looks at them; POST with `confirmed` allots."""

    template = "finance/allocate.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        fund = self.fund(pk)
        return self.ask(fund, LetterForm(schools=self.schools(), principal=self.principal))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        fund = self.fund(pk)
        form = LetterForm(request.POST, schools=self.schools(), principal=self.principal)
        if not form.is_valid():
            return self.ask(fund, form, status=422)
        shares = form.shares()
        try:
            self.check(fund, form, shares)
            if "confirmed" not in request.POST:
                return self.look(fund, form, shares)
            self.allot(fund, form, shares)
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        except Invalid as error:
            put_errors(form, error)
            return self.ask(fund, form, status=422)
        return self.done(fund, shares)

    def fund(self, pk: int) -> Fund:
        fund: Fund = self.record(pk, "allocate")
        return fund

    def check(self, fund: Fund, form: LetterForm, shares: list[Share]) -> None:
        check_shares(fund, shares)
        check_document(fund, [share.school for share in shares], form.cleaned_data["document_number"])

    def allot(self, fund: Fund, form: LetterForm, shares: list[Share]) -> None:
        """The same page sent twice allots once."""
        try:
            key = tokens.read_token(self.request.POST.get("key", ""), self.principal, self.purpose(fund))
        except tokens.StaleToken:
            raise Invalid(
                _("This page was open for too long. Nothing was saved yet: send it again.")
            ) from None

        def act() -> Allocation:
            return allocate_many(fund=fund, shares=shares, letter=form.letter(), by=self.principal)[0]

        services.once(key, Allocation, act)

    def purpose(self, fund: Fund) -> str:
        return f"finance.fund.{fund.pk}.allocate"

    # --- the schools on the page ------------------------------------------------------------------

    def scope(self) -> ScopeForm:
        return ScopeForm(self.request.GET, principal=self.principal)

    def schools(self) -> list[School]:
        found = list(self.scope().schools()[: MOST_SCHOOLS + 1])
        return found if len(found) <= MOST_SCHOOLS else []

    # --- pages ------------------------------------------------------------------------------------

    def ask(self, fund: Fund, form: LetterForm, *, status: int = 200) -> HttpResponse:
        return self.shown(fund, form, status=status, scope=self.scope(), most=MOST_SCHOOLS)

    def look(self, fund: Fund, form: LetterForm, shares: list[Share]) -> HttpResponse:
        total = sum(share.amount for share in shares)
        figures = [
            {"label": _("Schools"), "value": len(shares)},
            {"label": _("Together"), "value": shown(total)},
            {"label": _("Left to allot afterwards"), "value": shown(fund.remaining - total)},
        ]
        typed = [
            (name, value) for name, value in form.data.items() if name != "csrfmiddlewaretoken" and value
        ]
        return self.shown(
            fund,
            form,
            is_look=True,
            shares=[(share.school, shown(share.amount)) for share in shares],
            figures=figures,
            typed=typed,
            key=tokens.new_token(self.principal, self.purpose(fund)),
        )

    def shown(self, fund: Fund, form: LetterForm, *, status: int = 200, **context: Any) -> HttpResponse:
        return self.page(
            _("Allot to schools"),
            status=status,
            fund=fund,
            form=form,
            left=shown(fund.remaining),
            trail=self.trail(fund),
            cancel_url=self.url("detail", fund.pk),
            **context,
        )

    def done(self, fund: Fund, shares: list[Share]) -> HttpResponse:
        said = ngettext(
            "%(amount)s was allotted to %(count)d school.",
            "%(amount)s was allotted to %(count)d schools.",
            len(shares),
        ) % {"amount": shown(sum(share.amount for share in shares)), "count": len(shares)}
        messages.success(self.request, said)
        return HttpResponseRedirect(self.url("detail", fund.pk))
