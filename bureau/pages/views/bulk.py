"""One step over several records: refused whole for a foreign one, skipped and listed where it is too late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.audit import services as audit
from bureau.jobs.models import Job
from bureau.pages import bulk, links, tokens
from bureau.pages.acts import act_form, data_of
from bureau.pages.listing import BadQuery, Listing
from bureau.pages.services import once
from bureau.pages.views.base import PageView
from bureau.workflow.declare import Transition
from bureau.workflow.many import Many

# Keys that one page may post; more are chosen by the query of the list.
MOST_CHOSEN = 1000


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
        step = self.step(request.POST.get("act", ""))
        rows = self.chosen(step)
        seen = dict(rows.values_list("pk", "version")[: settings.BULK_ROWS_MOST + 1])
        if len(seen) > settings.BULK_ROWS_MOST:
            most = f"{settings.BULK_ROWS_MOST:,}"
            raise BadRequest(
                _("These are more than %(most)s records. Narrow the list first.") % {"most": most}
            )
        if not seen:
            return self.nothing()
        if len(seen) > settings.BULK_ROWS_AT_ONCE and isinstance(self.principal, User):
            return self.later(step, seen, self.principal)
        return self.now(step, list(rows))

    @cached_property
    def back(self) -> str:
        """The list whose rows were chosen, and to which the result page leads back."""
        return QueryDict(self.request.POST.get("list", "")[:2000]).urlencode()

    def step(self, name: str) -> Transition:
        found = bulk.step_of(self.pageset, name)
        if found is None:
            raise Http404
        return found

    # --- which records ------------------------------------------------------------------------

    def chosen(self, step: Transition) -> QuerySet[Any]:
        if self.request.POST.get("all"):
            return self.under_filter()
        given = self.request.POST.getlist("pk")
        if len(given) > MOST_CHOSEN or not all(
            one.isascii() and one.isdigit() and len(one) < 19 for one in given
        ):
            raise BadRequest(_("The selection cannot be understood."))
        keys = {int(one) for one in given}
        found = self.pageset.rows(self.principal).filter(pk__in=keys)
        if found.count() != len(keys):
            self.refuse(step, len(keys))
        return found

    def under_filter(self) -> QuerySet[Any]:
        """All rows under the filter, whatever page they are on."""
        try:
            return Listing(self.pageset, self.principal, QueryDict(self.back)).ordered
        except BadQuery as error:
            raise BadRequest(str(error)) from error

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

    # --- at once ------------------------------------------------------------------------------

    def now(self, step: Transition, records: Sequence[Any]) -> HttpResponse:
        form = self.form(step)
        is_silent = step.form is None and not step.confirm and step.reason == "no"
        if not is_silent and not (form.is_bound and form.is_valid()):
            named = [(one.pk, self.pageset.title(one)) for one in records]
            return self.ask(step, form, keys=[pk for pk, _title in named], records=named)
        data, reason = data_of(step, form) if form.is_bound else ({}, "")
        many = bulk.take(self.pageset, step, records, by=self.principal, data=data, reason=reason)
        return self.result(step, many)

    def form(self, step: Transition) -> forms.BaseForm:
        """The form of the step, bound once it was confirmed."""
        posted = self.request.POST
        form = act_form(step, self.principal, None, data=posted if "confirmed" in posted else None)
        if form.is_bound:
            form.full_clean()
        return form

    def ask(
        self, step: Transition, form: forms.BaseForm, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        return self.page(
            str(step.label),
            status=422 if form.errors else status,
            trail=self.trail(),
            step=step,
            form=form,
            is_asking=True,
            bulk_url=self.url("bulk", with_back=False),
            **context,
        )

    def result(self, step: Transition, many: Many[Any]) -> HttpResponse:
        return self.page(
            _("Result: %(step)s") % {"step": step.label},
            trail=self.trail(),
            step=step,
            done=[self.outcome(record) for record in many.done],
            skipped=[self.outcome(record, sentence) for record, sentence in many.skipped],
        )

    def outcome(self, record: Any, sentence: str = "") -> Outcome:
        return Outcome(self.pageset.title(record), links.address(record, self.workspace), sentence)

    # --- by a job -----------------------------------------------------------------------------

    def later(self, step: Transition, seen: dict[int, int], by: User) -> HttpResponse:
        """Always asked for once more, with the number; a number that has moved meanwhile is asked for again."""
        form, posted = self.form(step), self.request.POST
        purpose = f"{self.pageset.label}.{step.name}.bulk"
        is_all = bool(posted.get("all"))
        context: dict[str, Any] = {
            "count": len(seen),
            "is_all": is_all,
            "keys": [] if is_all else list(seen),
            "key": tokens.new_token(by, purpose),
        }
        if not form.is_bound or not form.is_valid():
            return self.ask(step, form, **context)
        try:
            token = tokens.read_token(posted.get("key", ""), by, purpose)
        except tokens.StaleToken:
            return self.ask(step, form, status=409, **context)
        if posted.get("count") != str(len(seen)):
            return self.ask(step, form, status=409, has_moved=True, **context)
        job, _is_new = once(
            token,
            Job,
            lambda: bulk.start(
                self.pageset, self.workspace, step, by=by, seen=seen, query=self.back, posted=posted
            ),
        )
        return HttpResponseRedirect(reverse(f"{self.workspace}:job", args=[job.pk]))
