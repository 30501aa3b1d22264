"""One step over several records: refused whole for a foreign one, skipped and listed where it is too late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from bureau.audit import services as audit
from bureau.pages import links
from bureau.pages.acts import act_form, data_of
from bureau.pages.listing import BadQuery, Listing
from bureau.pages.views.base import PageView
from bureau.workflow.declare import WORKFLOWS, Transition
from bureau.workflow.refusals import Refusal
from bureau.workflow.services import perform

MOST = 1000


@dataclass(frozen=True)
class Outcome:
    """What became of one record; `sentence` says why it was skipped."""

    title: str
    url: str
    sentence: str = ""


class BulkView(PageView):
    """POST `act`, `pk` (several) or `all` with `list` (the query of the list)."""

    template = "pages/bulk.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(self.list_url)

    def post(self, request: HttpRequest) -> HttpResponse:
        # The list whose rows were chosen, and to which the result page leads back.
        self.back = QueryDict(request.POST.get("list", "")[:2000]).urlencode()
        step = self.step(request.POST.get("act", ""))
        records = self.chosen(step)
        if not records:
            return self.nothing()
        is_asked = "confirmed" in request.POST
        form = act_form(step, self.principal, None, data=request.POST if is_asked else None)
        is_silent = step.form is None and not step.confirm and step.reason == "no"
        if not is_silent and not (is_asked and form.is_valid()):
            return self.ask(step, form, records)
        return self.result(step, *self.done(step, form if is_asked else None, records))

    def step(self, name: str) -> Transition:
        workflow = WORKFLOWS.get(self.pageset.label)
        if workflow is None or name not in self.pageset.bulk:
            raise Http404
        return workflow.transition(name)

    def chosen(self, step: Transition) -> list[Any]:
        if self.request.POST.get("all"):
            return self.under_filter()
        given = self.request.POST.getlist("pk")
        if len(given) > MOST or not all(one.isascii() and one.isdigit() and len(one) < 19 for one in given):
            raise BadRequest(_("The selection cannot be understood."))
        keys = {int(one) for one in given}
        found = list(self.pageset.rows(self.principal).filter(pk__in=keys))
        if len(found) != len(keys):
            self.refuse(step, len(keys))
        return found

    def under_filter(self) -> list[Any]:
        """All rows under the filter, whatever page they are on."""
        try:
            listing = Listing(self.pageset, self.principal, QueryDict(self.back))
        except BadQuery as error:
            raise BadRequest(str(error)) from error
        if listing.is_long:
            raise BadRequest(_("These are more than 1,000 records. Narrow the list first."))
        return list(listing.ordered)

    def refuse(self, step: Transition, count: int) -> None:
        """A record that the person may not see is among them: nothing is done, and it is noted."""
        audit.record(
            f"{self.pageset.label}.{step.name}",
            by=self.principal,
            detail={"bulk": count, "refusal": "foreign record"},
            refused=True,
        )
        raise Http404

    def nothing(self) -> HttpResponse:
        return self.page(
            _("Nothing was selected"), status=422, trail=self.trail(), done=[], skipped=[], is_empty=True
        )

    def ask(self, step: Transition, form: forms.BaseForm, records: Sequence[Any]) -> HttpResponse:
        return self.page(
            str(step.label),
            status=422 if form.errors else 200,
            trail=self.trail(),
            step=step,
            form=form,
            records=[(one.pk, self.pageset.title(one)) for one in records],
            is_asking=True,
            bulk_url=self.url("bulk", with_back=False),
        )

    def done(
        self, step: Transition, form: forms.BaseForm | None, records: Sequence[Any]
    ) -> tuple[list[Outcome], list[Outcome]]:
        data, reason = data_of(step, form) if form is not None else ({}, "")
        done, skipped = [], []
        for record in records:
            title, url = self.pageset.title(record), links.address(record, self.workspace)
            try:
                perform(record, step.name, by=self.principal, data=data, reason=reason)
            except Refusal as refusal:
                skipped.append(Outcome(title, url, refusal.sentence))
            else:
                done.append(Outcome(title, url))
        return done, skipped

    def result(self, step: Transition, done: list[Outcome], skipped: list[Outcome]) -> HttpResponse:
        return self.page(
            _("Result: %(step)s") % {"step": step.label},
            trail=self.trail(),
            step=step,
            done=done,
            skipped=skipped,
        )
