"""A return on one page for whoever looks at it; what happened to a cell; accepting the clean ones."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.jobs.models import Job
from bureau.jobs.services import start_job
from bureau.pages import links, tokens
from bureau.pages.acts import act_form, data_of
from bureau.pages.listing import BadQuery, Listing
from bureau.pages.views.base import PageView
from bureau.pages.views.detail import DetailView
from bureau.pages.views.forms import put_errors
from bureau.workflow.declare import Transition
from bureau.workflow.refusals import Conflict, Invalid, NotPermitted, Refusal
from bureau.workflow.services import available, perform, transition_of
from schools.returns import review_table
from schools.returns.checking import shown
from schools.returns.choices import WITH_SCHOOL, ReturnStatus
from schools.returns.models import Collection, Return
from schools.returns.review_forms import RemarkForm
from schools.returns.selectors import reviewing
from schools.returns.selectors.answering import asked
from schools.returns.selectors.locks import why_closed
from schools.returns.services import remarks

# The steps that the review form takes; the others stand beside it.
GOOD, BACK = ("accept", "endorse"), ("send_back", "district_send_back")
# So far ahead in the list the next return is looked for.
MOST_AHEAD = 2000


class ReviewPage(DetailView):
    """All figures on one page, with boxes to send cells back."""

    template = "schools/returns/review/page.html"

    def context(self, record: Any) -> dict[str, Any]:
        return {**super().context(record), **self.review(record)}

    def acts(self, record: Any) -> list[dict[str, Any]]:
        """Those that the review form does not take."""
        return [act for act in super().acts(record) if act["step"].name not in (*GOOD, *BACK)]

    def review(self, record: Return, form: Any = None, marks: dict[str, str] | None = None) -> dict[str, Any]:
        steps = {step.name: step for step in available(record, self.principal)}
        back = next((steps[name] for name in BACK if name in steps), None)
        good = next((steps[name] for name in GOOD if name in steps), None)
        known = review_table.gather(record, marks)
        tables = review_table.tables(known)
        if form is None and back is not None:
            form = act_form(back, self.principal, record)
        return {
            "tables": tables,
            "out": sum(row.stands_out for table in tables for row in table.rows),
            "only_out": self.request.GET.get("only") == "out",
            "is_again": record.round > 1,
            "good": good,
            "back_step": back,
            "review_form": form if back is not None else None,
            "key": tokens.new_token(self.principal, purpose(record)),
            "review_url": self.at("review", record),
            "only_url": self.url("detail", record.pk) + ("&" if self.back else "?") + "only=out",
            "all_url": self.url("detail", record.pk),
            "general": known.general,
            "unmade": known.unmade,
            "exception_url": self.exception_url(record),
        }

    def exception_url(self, record: Return) -> str:
        """Where the lock is opened for this school; nowhere while it is open, or without the right."""
        is_closed = record.status in WITH_SCHOOL and why_closed(record, timezone.localdate())
        mine = permitted(self.principal, "unlock", Collection).filter(pk=record.collection_id)
        if not is_closed or not mine.exists():
            return ""
        address = reverse("desk:schools:lockexception_add")
        return f"{address}?collection={record.collection_id}&school={quote(record.school.code or record.school.name_zh)}"

    def at(self, page: str, record: Return, *args: Any) -> str:
        address = reverse(f"{self.workspace}:schools:return_{page}", args=[record.pk, *args])
        return f"{address}?{self.carried}" if self.back else address


def purpose(record: Return) -> str:
    return f"schools.return.{record.pk}.review"


class ReviewAct(ReviewPage):
    """POST `act`, `seen`, `mark` (cells), `why:<cell>`, `why` for all of them, and the fields of the step."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return HttpResponseRedirect(self.url("detail", self.record(pk).pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.record(pk)
        name = request.POST.get("act", "")
        if name not in (*GOOD, *BACK):
            raise Http404
        step, following = transition_of(record, name), self.following(record)
        marks, data = self.marks(), request.POST.copy()
        if name in BACK and marks and not data.get("reason", "").strip():
            data["reason"] = _said(len(marks))
        form = act_form(step, self.principal, record, data=data if name in BACK else {})
        if not form.is_valid():
            return self.again(record, form, marks, 422)
        try:
            self.act(record, step, form, marks)
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        except Invalid as error:
            put_errors(form, error)
            return self.again(record, form, marks, 422)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            changes = refusal.changes if isinstance(refusal, Conflict) else ()
            return self.again(self.record(pk), form, marks, 409, changes=changes)
        messages.success(request, _done(record, step))
        return HttpResponseRedirect(self.next_url(following))

    def act(self, record: Return, step: Transition, form: Any, marks: dict[str, str]) -> None:
        data, reason = data_of(step, form)
        seen = self.request.POST.get("seen", "")
        perform(
            record,
            step.name,
            by=self.principal,
            data={**data, "cells": marks} if step.name in BACK else data,
            reason=reason,
            version=int(seen) if seen.isascii() and seen.isdigit() else None,
            key=self.key(record),
        )

    def key(self, record: Return) -> str:
        try:
            return tokens.read_token(self.request.POST.get("key", ""), self.principal, purpose(record))
        except tokens.StaleToken:
            return ""

    def marks(self) -> dict[str, str]:
        """Cell → reason; the common reason where the cell has none of its own."""
        posted = self.request.POST
        common = posted.get("why", "").strip()
        return {cell: posted.get(f"why:{cell}", "").strip() or common for cell in posted.getlist("mark")}

    def again(
        self, record: Return, form: Any, marks: dict[str, str], status: int, **more: Any
    ) -> HttpResponse:
        context = {**DetailView.context(self, record), **self.review(record, form, marks), **more}
        context["refused_form"] = form
        return self.page(self.pageset.title(record), status=status, **context)

    def following(self, record: Return) -> int | None:
        """The next return of the list from which the person came that can be looked at as well."""
        query = self.back or f"tab={record.status}"
        try:
            listing = Listing(self.pageset, self.principal, QueryDict(query))
        except BadQuery as error:
            raise BadRequest(str(error)) from error
        rows = listing.ordered.filter(status=record.status)
        keys = list(rows.values_list("pk", flat=True)[:MOST_AHEAD])
        if record.pk not in keys:
            return keys[0] if keys else None
        place = keys.index(record.pk)
        return next(iter([*keys[place + 1 :], *keys[:place]]), None)

    def next_url(self, following: int | None) -> str:
        if (
            following is None
            or not self.pageset.queryset(self.principal, "view").filter(pk=following).exists()
        ):
            return self.list_url
        return self.url("detail", following)


def _said(count: int) -> str:
    return ngettext(
        "%(count)s cell comes back; the reason stands beside it.",
        "%(count)s cells come back; the reasons stand beside them.",
        count,
    ) % {"count": count}


def _done(record: Return, step: Transition) -> str:
    return _("%(school)s: %(step)s.") % {"school": record.school, "step": step.done_label or step.label}


# --- one cell ---------------------------------------------------------------------------------


class CellPage(PageView):
    """Every change of one cell, every remark on it; a place for another remark."""

    template = "schools/returns/review/cell.html"

    def get(self, request: HttpRequest, pk: int, cell: str) -> HttpResponse:
        return self.answer(self.record(pk), cell, RemarkForm(principal=self.principal))

    def post(self, request: HttpRequest, pk: int, cell: str) -> HttpResponse:
        record = self.record(pk)
        if not isinstance(self.principal, User):
            raise PermissionDenied
        closing = request.POST.get("close", "")
        form = RemarkForm(request.POST, principal=self.principal)
        if not closing and not form.is_valid():
            return self.answer(record, cell, form, status=422)
        try:
            if closing:
                found = [one for one in record.remarks.filter(cell=cell) if str(one.pk) == closing]
                if not found:
                    raise Http404
                remarks.close(remark=found[0], by=self.principal)
            else:
                remarks.comment(record=record, cell=cell, text=form.cleaned_data["text"], by=self.principal)
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        except Invalid as error:
            put_errors(form, error)
            return self.answer(record, cell, form, status=422)
        messages.success(request, _("The remark is closed.") if closing else _("The remark is written."))
        return HttpResponseRedirect(request.get_full_path())

    def answer(self, record: Return, cell: str, form: RemarkForm, *, status: int = 200) -> HttpResponse:
        spec = asked(record).cells.get(cell)
        if spec is None and not record.changes.filter(cell=cell).exists():
            raise Http404
        title = f"{spec.address} {spec.label}" if spec else cell
        changes = [
            {
                "change": change,
                "old": shown(spec.spec, change.old) if spec else change.old,
                "new": shown(spec.spec, change.new) if spec else change.new,
            }
            for change in record.changes.filter(cell=cell).order_by("-pk")[:200]
        ]
        may_remark = self.pageset.queryset(self.principal, "comment").filter(pk=record.pk).exists()
        return self.page(
            title,
            status=status,
            record=record,
            now=shown(spec.spec, record.values.get(cell, "")) if spec else "",
            changes=changes,
            remarks=record.remarks.filter(cell=cell).select_related("unit", "written_by").order_by("-pk"),
            form=form if may_remark and spec else None,
            trail=self.trail(record),
        )


# --- the clean ones ---------------------------------------------------------------------------


class CleanPage(PageView):
    """Collections with returns to review: how many are clean; one button for each."""

    template = "schools/returns/review/clean.html"

    def rows(self) -> Any:
        mine = self.pageset.queryset(self.principal, "accept").filter(status=ReturnStatus.SECTION)
        counts = (
            mine.order_by()
            .values("collection")
            .annotate(all=Count("pk"), clean=Count("pk", filter=reviewing.clean()))
        )
        found = {row["collection"]: row for row in counts}
        collections = Collection.objects.filter(pk__in=found).order_by("due_on", "pk")
        return [{**found[one.pk], "collection": one} for one in collections]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(_("Accept clean returns"), rows=self.rows(), trail=self.trail())

    def post(self, request: HttpRequest) -> HttpResponse:
        wanted = request.POST.get("collection", "")
        row = next((row for row in self.rows() if str(row["collection"].pk) == wanted), None)
        if row is None or not isinstance(self.principal, User):
            raise Http404
        title = _("Clean returns: %(collection)s") % {"collection": row["collection"]}
        job = start_job(
            "returns.accept_clean",
            by=self.principal,
            title=title,
            payload={"collection": row["collection"].pk},
        )
        return HttpResponseRedirect(reverse("desk:job", args=[job.pk]))


class CleanResult(PageView):
    """What the job accepted, and what it left for a person, with the reason."""

    template = "schools/returns/review/result.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        jobs = permitted(self.principal, "view", Job).filter(kind="returns.accept_clean")
        job = jobs.filter(pk=pk).first()
        if job is None:
            raise Http404
        skipped = dict(job.result.get("skipped", []))
        records = self.pageset.rows(self.principal).filter(pk__in=skipped)
        return self.page(
            job.title,
            job=job,
            accepted=job.result.get("accepted", 0),
            skipped=[
                (self.pageset.title(record), links.address(record, self.workspace), skipped[record.pk])
                for record in records
            ],
            trail=self.trail(),
        )
