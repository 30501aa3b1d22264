"""One step of a record: its form, its confirmation, its refusals in words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from bureau.pages import tokens
from bureau.pages.acts import act_form, data_of
from bureau.pages.views.base import PageView
from bureau.pages.views.forms import put_errors
from bureau.workflow.declare import WORKFLOWS, Transition
from bureau.workflow.refusals import Conflict, Invalid, NotPermitted, Refusal, WrongState
from bureau.workflow.rights import verbs_allowed
from bureau.workflow.services import available, perform


class ActView(PageView):
    """…/do/<transition>/: GET shows what will happen, POST does it."""

    template = "pages/act.html"

    def step(self, name: str) -> Transition:
        workflow = WORKFLOWS.get(self.pageset.label)
        step = workflow.by_name.get(name) if workflow else None
        if step is None or step.creates:
            raise Http404
        return step

    def get(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        record, step = self.record(pk), self.step(name)
        if step in available(record, self.principal):
            return self.answer(record, step, self.form(record, step))
        return self.not_now(record, step)

    def form(self, record: Any, step: Transition, data: Any = None, files: Any = None) -> Any:
        """The step's form; a page that asks for more makes its own."""
        return act_form(step, self.principal, record, data=data, files=files)

    def not_now(self, record: Any, step: Transition) -> HttpResponse:
        """403 without the right; with it, the page says that the step is not possible from here."""
        self.check_right(record, step)
        form = self.form(record, step, data={})
        form.errors.clear()
        condition = str(step.condition(record, self.principal)) if step.condition else ""
        form.add_error(None, condition or _("This step is not possible now. Look at the record again."))
        return self.answer(record, step, form, status=409, is_possible=False)

    def check_right(self, record: Any, step: Transition) -> None:
        if step.right not in verbs_allowed(self.principal, record, [step.right]):
            raise PermissionDenied(_("You may see this record; what you tried is for others to do."))

    def post(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        record, step = self.record(pk), self.step(name)
        form = self.form(record, step, data=request.POST, files=request.FILES)
        if not form.is_valid():
            self.check_right(record, step)  # what is wrong with a form is for who may send it
            return self.answer(record, step, form, status=422)
        try:
            self.perform(record, step, form)
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        except Invalid as error:
            put_errors(form, error)
            return self.answer(record, step, form, status=422)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            return self.refused(pk, step, form, refusal)
        return self.done(pk, step)

    def perform(self, record: Any, step: Transition, form: forms.BaseForm) -> None:
        data, reason = data_of(step, form)
        seen = self.request.POST.get("seen", "")
        perform(
            record,
            step.name,
            by=self.principal,
            data=data,
            reason=reason,
            version=int(seen) if seen.isascii() and seen.isdigit() else None,
            key=self.key(record, step),
        )

    def key(self, record: Any, step: Transition) -> str:
        """The form's token: sent twice, the step is taken once. A button without a page sends none."""
        try:
            return tokens.read_token(
                self.request.POST.get("key", ""), self.principal, self.purpose(record, step)
            )
        except tokens.StaleToken:
            return ""

    def purpose(self, record: Any, step: Transition) -> str:
        return f"{self.pageset.label}.{record.pk}.{step.name}"

    def refused(self, pk: int, step: Transition, form: forms.BaseForm, refusal: Refusal) -> HttpResponse:
        record = self.pageset.rows(self.principal).filter(pk=pk).first()
        if record is None:
            raise PermissionDenied(refusal.sentence)
        is_possible = not isinstance(refusal, WrongState)
        changes = refusal.changes if isinstance(refusal, Conflict) else ()
        return self.answer(record, step, form, status=409, is_possible=is_possible, changes=changes)

    def done(self, pk: int, step: Transition) -> HttpResponse:
        messages.success(self.request, _("Done: %(step)s.") % {"step": step.done_label or step.label})
        # A step may hand the record on to somebody else: then the list is what is left to see.
        if self.pageset.queryset(self.principal, "view").filter(pk=pk).exists():
            return HttpResponseRedirect(self.url("detail", pk))
        return HttpResponseRedirect(self.list_url)

    def answer(
        self, record: Any, step: Transition, form: forms.BaseForm, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        return self.page(
            str(step.label),
            status=status,
            record=record,
            record_title=self.pageset.title(record),
            step=step,
            form=form,
            seen=getattr(record, "version", ""),
            key=tokens.new_token(self.principal, self.purpose(record, step)),
            trail=self.trail(record),
            cancel_url=self.url("detail", record.pk),
            **{"is_possible": True, **context},
        )
