"""Adding and editing a record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.access.services import may_add
from bureau.audit import services as audit
from bureau.pages import services, tokens
from bureau.pages.forms import Clash, PortalModelForm
from bureau.pages.views.base import PageView
from bureau.workflow.refusals import Conflict, Invalid, NotPermitted, Refusal

SAVED = gettext_lazy("The changes to “%(title)s” were saved.")
UNCHANGED = gettext_lazy("“%(title)s” stays as it was: nothing was changed.")
# What a page of a form carries itself beside its fields.
CARRIED = frozenset({"key", "seen"})


class OutOfReach(Exception):
    """What was saved would no longer be within the person's right; the transaction is undone."""


class FormView(PageView):
    template = "pages/form.html"

    def shown(self, title: str, form: forms.BaseForm, *, status: int = 200, **context: Any) -> HttpResponse:
        return self.page(title, status=status, form=form, **context)

    def note(self, verb: str, error: Exception, record: Any = None) -> None:
        """A refusal undid the transaction and its own line in the audit with it: write it again."""
        audit.record(
            f"{self.pageset.label}.{verb}",
            by=self.principal,
            obj=record,
            detail={"refusal": type(error).__name__},
            refused=True,
        )

    def note_undeclared(self, verb: str, form: forms.BaseForm, record: Any = None) -> None:
        """Columns that were sent though the form has no field for them are ignored, and written down.

        What add-ons of browsers send along is no column.
        """
        columns = {
            name for field in self.pageset.model._meta.concrete_fields for name in (field.name, field.attname)
        }
        sent = sorted(columns.intersection(self.request.POST) - set(form.fields) - CARRIED)
        if sent:
            audit.record(
                f"{self.pageset.label}.{verb}", by=self.principal, obj=record, fields=sent, refused=True
            )

    def within_reach(self, record: Any, verb: str) -> Any:
        if not self.pageset.queryset(self.principal, verb).filter(pk=record.pk).exists():
            raise OutOfReach
        return record


def put_errors(form: forms.BaseForm, error: Invalid | ValidationError) -> None:
    """The sentences of a service, each at its field; what belongs to no field stands above."""
    given = error.errors if isinstance(error, Invalid) else _by_field(error)
    if not given:
        form.add_error(None, str(error))
    for name, sentences in given.items():
        form.add_error(name if name in form.fields else None, sentences)


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}


class AddView(FormView):
    """A new record; the same form sent twice leads to the same record."""

    template = "pages/form.html"

    @property
    def purpose(self) -> str:
        return f"{self.pageset.label}.add"

    def check(self) -> type[PortalModelForm]:
        if self.pageset.add_form is None:
            raise Http404
        decision = may_add(self.principal, self.pageset.model)
        if not decision:
            raise PermissionDenied(decision.reason)
        return self.pageset.add_form

    def build(self, data: Any = None) -> PortalModelForm:
        named = {name: self.request.GET[name] for name in self.pageset.prefill if name in self.request.GET}
        return self.check()(
            data, instance=self.pageset.model(), principal=self.principal, initial=named or None
        )

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.answer(self.build())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.build(request.POST)
        self.note_undeclared("add", form)
        try:
            key = tokens.read_token(request.POST.get("key", ""), self.principal, self.purpose)
        except tokens.StaleToken:
            form.add_error(None, _("This form was open for too long. Nothing was saved yet: send it again."))
            return self.answer(form, status=422)
        # Before the form is checked: the number that it names is taken by the record it led to.
        first = services.led_to(key, self.pageset.model)
        if first is not None:
            return self.done(first, is_new=False)
        if not form.is_valid():
            return self.answer(form, status=422)
        try:
            record, is_new = services.once(key, self.pageset.model, lambda: self.save(form))
        except (OutOfReach, Refusal, ValidationError) as error:
            return self.refused(form, error)
        return self.done(record, is_new)

    def refused(self, form: PortalModelForm, error: Exception) -> HttpResponse:
        self.note("add", error)
        # A new instance: the one that was to be saved may carry a key that is gone.
        form.instance = self.pageset.model()
        if isinstance(error, OutOfReach | NotPermitted):
            form.add_error(None, _("You may not begin a record for the place that it names."))
        elif isinstance(error, Invalid | ValidationError):
            put_errors(form, error)
        else:
            form.add_error(None, str(error))
        return self.answer(form, status=422)

    def save(self, form: PortalModelForm) -> Any:
        return self.within_reach(self.pageset.save(form, self.principal), "add")

    def answer(self, form: PortalModelForm, *, status: int = 200) -> HttpResponse:
        title = _("Add: %(kind)s") % {"kind": self.pageset.one}
        key = self.request.POST.get("key", "")
        try:
            tokens.read_token(key, self.principal, self.purpose)
        except tokens.StaleToken:
            key = tokens.new_token(self.principal, self.purpose)
        return self.shown(title, form, status=status, key=key, trail=self.trail(), cancel_url=self.list_url)

    def done(self, record: Any, is_new: bool) -> HttpResponse:
        if is_new:
            said = self.pageset.added(record) or _("“%(title)s” was added.")
            messages.success(self.request, str(said) % {"title": self.pageset.title(record)})
        is_visible = self.pageset.queryset(self.principal, "view").filter(pk=record.pk).exists()
        return HttpResponseRedirect(self.url("detail", record.pk) if is_visible else self.list_url)


class EditView(FormView):
    """A change. Whoever comes second sees the first one's change beside what he typed."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.check(pk)
        return self.answer(record, self.build(record))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.check(pk)
        try:
            with transaction.atomic():
                record = self.pageset.model._base_manager.select_for_update(of=("self",)).get(pk=pk)
                return self.written(record, self.build(record, request.POST))
        except NotPermitted as refusal:
            self.note("change", refusal, self.record(pk))
            raise PermissionDenied(refusal.sentence) from refusal
        except (OutOfReach, Refusal, ValidationError) as error:
            return self.refused(pk, error)

    def check(self, pk: int) -> Any:
        if self.pageset.form is None:
            raise Http404
        record = self.record(pk, "change")
        why = self.pageset.locked(record, self.principal)
        if why:
            raise PermissionDenied(why)
        return record

    def build(self, record: Any, data: Any = None) -> PortalModelForm:
        cls = self.pageset.form
        if cls is None:
            raise Http404
        return cls(data, instance=record, principal=self.principal)

    def written(self, record: Any, form: PortalModelForm) -> HttpResponse:
        self.note_undeclared("change", form, record)
        if not form.is_valid():
            return self.answer(record, form, status=422)
        fresh = self.pageset.model._base_manager.get(pk=record.pk)
        clashes = form.clashes(fresh)
        if clashes:
            return self.answer(fresh, form, status=409, clashes=clashes)
        saved = self.within_reach(self.pageset.save(form, self.principal), "change")
        usual = (
            _("The changes to “%(title)s” were saved.") if form.has_changed() else _("Nothing was changed.")
        )
        said = str(self.pageset.changed(saved) or usual)
        messages.success(self.request, said % {"title": self.pageset.title(saved)})
        return HttpResponseRedirect(self.url("detail", saved.pk))

    def refused(self, pk: int, error: Exception) -> HttpResponse:
        """Everything was undone; the form comes back with the sentence and with what was typed."""
        record = self.check(pk)
        self.note("change", error, record)
        form = self.build(record, self.request.POST)
        form.is_valid()
        if isinstance(error, OutOfReach):
            form.add_error(None, _("With this change the record would no longer be yours to change."))
        elif isinstance(error, Invalid | ValidationError):
            put_errors(form, error)
        else:
            form.add_error(None, str(error))
        return self.answer(record, form, status=409 if isinstance(error, Conflict) else 422)

    def answer(
        self, record: Any, form: PortalModelForm, *, status: int = 200, clashes: Sequence[Clash] = ()
    ) -> HttpResponse:
        # Validation wrote into the instance; the headline names the record as it is stored.
        stored = self.pageset.model._base_manager.get(pk=record.pk) if form.is_bound else record
        title = _("Change: %(title)s") % {"title": self.pageset.title(stored)}
        return self.shown(
            title,
            form,
            status=status,
            clashes=clashes,
            trail=self.trail(stored),
            cancel_url=self.url("detail", record.pk),
        )
