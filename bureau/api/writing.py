"""What programs write: through the form of the page, its service, and the steps of the engine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from bureau.access.services import may_add
from bureau.accounts.models import User
from bureau.api import incoming, reading
from bureau.api.faults import Fault
from bureau.api.resources import Resource, fact_columns, version_of
from bureau.audit import services as audit
from bureau.money import YuanField
from bureau.pages.acts import act_form, data_of
from bureau.pages.forms import PortalModelForm
from bureau.pages.pagesets import PageSet
from bureau.pages.services import led_to, once
from bureau.pages.tables import kind_of
from bureau.pages.views.forms import OutOfReach, put_errors
from bureau.workflow.declare import Transition
from bureau.workflow.refusals import Conflict, Invalid, NotPermitted, Refusal
from bureau.workflow.rights import verbs_allowed
from bureau.workflow.services import perform


def find(pageset: PageSet, by: User, pk: int, verb: str = "view") -> Any:
    """The record, if the person may see it (else Http404) and `verb` it (else PermissionDenied)."""
    found = pageset.rows(by).filter(pk=pk).first()
    if found is None:
        raise Http404
    if verb != "view" and not pageset.queryset(by, verb).filter(pk=pk).exists():
        raise PermissionDenied(_("You may see this record; what you tried is for others to do."))
    return found


def add(pageset: PageSet, by: User, given: Mapping[str, Any], *, key: str = "") -> Any:
    """A new record. `key`: from `once_key`; the same one twice gives the first record."""
    cls, model = pageset.add_form, pageset.model
    decision = may_add(by, model)
    if cls is None or not decision:
        raise PermissionDenied(decision.reason or _("Your role does not begin records of this kind."))
    first = _already(key, model)
    if first is not None:
        return first
    blank = cls(instance=model(), principal=by)
    data = incoming.posted(blank, given, money=money_of(pageset, blank))
    form = cls(data, instance=model(), principal=by)
    if not form.is_valid():
        # The same call, sent twice, may have stored its record since: then its own values stand in its way.
        first = _already(key, model)
        if first is not None:
            return first
        raise faulty(form)
    with typed_refusals(pageset, by, "add", form):
        return _written(lambda: within_reach(pageset, pageset.save(form, by), by, "add"), key, model)


def _already(key: str, model: Any) -> Any:
    """What an earlier call with this key made; None without a key or without such a call."""
    return led_to(key, model) if key else None


def _written(write: Callable[[], Any], key: str, model: Any) -> Any:
    if key:
        return once(key, model, write)[0]
    with transaction.atomic():
        return write()


def change(
    resource: Resource,
    pageset: PageSet,
    by: User,
    pk: int,
    given: Mapping[str, Any],
    *,
    version: str,
    is_whole: bool,
) -> Any:
    """Change the fields in `given`; with `is_whole` every field of the form, empty where it is not given.

    Raises Fault: 428 without a version, 409 with the present state when the record was changed since.
    """
    record = find(pageset, by, pk, "change")
    if pageset.form is None:
        raise PermissionDenied(_("You may see this record; what you tried is for others to do."))
    why = pageset.locked(record, by)
    if why:
        raise PermissionDenied(why)
    if not version:
        raise Fault(428, _('Say which version you read: If-Match, or "version" in what you send.'))
    with typed_refusals(pageset, by, "change", None, record), transaction.atomic():
        stored = locked(pageset, pk)
        if version_of(stored) != version:
            raise stale(resource, pageset, by, pk)
        form = filled(pageset, pageset.form, stored, by, given, is_whole=is_whole)
        with form_refusals(form):
            return within_reach(pageset, pageset.save(form, by), by, "change")


def locked(pageset: PageSet, pk: int) -> Any:
    stored = pageset.model._base_manager.select_for_update(of=("self",)).filter(pk=pk).first()
    if stored is None:
        raise Http404
    return stored


def filled(
    pageset: PageSet,
    cls: type[PortalModelForm],
    record: Any,
    by: User,
    given: Mapping[str, Any],
    *,
    is_whole: bool,
) -> PortalModelForm:
    """The page's form over this record, filled in and checked."""
    blank = cls(instance=record, principal=by)
    data = incoming.posted(blank, given, money=money_of(pageset, blank), is_whole=is_whole)
    form = cls(data, instance=record, principal=by)
    checked(form)
    return form


def stale(resource: Resource, pageset: PageSet, by: User, pk: int) -> Fault:
    """Somebody else was faster: what stands there now goes along."""
    sentence = _("This record was changed since you read it. Nothing of yours was saved; look at it again.")
    return Fault(409, sentence, current=reading.whole(resource, pageset, find(pageset, by, pk), by))


def take_step(
    resource: Resource,
    pageset: PageSet,
    by: User,
    pk: int,
    step: Transition,
    given: Mapping[str, Any],
    *,
    version: str = "",
    key: str = "",
) -> Any:
    """One step of the workflow. Raises PermissionDenied (403) or Fault: 409 in a wrong state, 422 for data."""
    record = find(pageset, by, pk)
    if step.right not in verbs_allowed(by, record, [step.right]):
        raise PermissionDenied(_("You may see this record; what you tried is for others to do."))
    blank = act_form(step, by, record)
    form = act_form(step, by, record, data=incoming.posted(blank, given, money=money_of(pageset, blank)))
    checked(form)
    data, reason = data_of(step, form)
    try:
        return perform(record, step.name, by=by, data=data, reason=reason, version=_count(version), key=key)
    except Conflict as refusal:
        raise stale(resource, pageset, by, pk) from refusal
    except NotPermitted as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Invalid as error:
        put_errors(form, error)
        raise faulty(form) from error
    except Refusal as refusal:
        raise Fault(409, refusal.sentence) from refusal


def _count(version: str) -> int | None:
    """The version of a tracked record; one that was never given is 0, which none has."""
    if not version:
        return None
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0


# --- refusals -------------------------------------------------------------------------------------


def checked(form: forms.BaseForm) -> None:
    if not form.is_valid():
        raise faulty(form)


def faulty(form: forms.BaseForm) -> Fault:
    """422: the form's own sentences, each at its field; those of no field in front."""
    errors = {name: [str(one) for one in said] for name, said in form.errors.items()}
    above = " ".join(errors.pop(NON_FIELD_ERRORS, []))
    return Fault(422, above or _("Some values do not fit. Nothing was saved."), errors)


def within_reach(pageset: PageSet, record: Any, by: User, verb: str) -> Any:
    """The record as stored, if it is still the person's own after the write. Raises OutOfReach."""
    if not pageset.queryset(by, verb).filter(pk=record.pk).exists():
        raise OutOfReach
    return record


@contextmanager
def form_refusals(form: forms.BaseForm) -> Iterator[None]:
    """What the service finds wrong, at the fields of the form."""
    try:
        yield
    except (Invalid, ValidationError) as error:
        put_errors(form, error)
        raise faulty(form) from error


@contextmanager
def typed_refusals(
    pageset: PageSet, by: User, verb: str, form: forms.BaseForm | None, record: Any = None
) -> Iterator[None]:
    """Refusals of the service as answers: 403, 409, 422; each is noted once its transaction is undone."""
    try:
        yield
    except (OutOfReach, NotPermitted) as error:
        note(pageset, by, verb, error, record)
        raise PermissionDenied(_reason(error, verb)) from error
    except (Invalid, ValidationError) as error:
        note(pageset, by, verb, error, record)
        if form is None:
            raise Fault(422, str(error)) from error
        put_errors(form, error)
        raise faulty(form) from error
    except Refusal as error:
        note(pageset, by, verb, error, record)
        raise Fault(409, error.sentence) from error


def _reason(error: Exception, verb: str) -> str:
    if isinstance(error, NotPermitted):
        return error.sentence
    if verb == "add":
        return _("You may not begin a record for the place that it names.")
    return _("With this change the record would no longer be yours to change.")


def note(pageset: PageSet, by: User, verb: str, error: Exception, record: Any) -> None:
    detail = {"refusal": type(error).__name__}
    audit.record(f"{pageset.label}.{verb}", by=by, obj=record, detail=detail, refused=True)


# --- small things ---------------------------------------------------------------------------------


def money_of(pageset: PageSet, form: forms.BaseForm) -> frozenset[str]:
    """The fields of a form that are yuan on the page."""
    columns = (*pageset.columns, *fact_columns(pageset))
    named = {column.name for column in columns if kind_of(pageset.model, column) == "money"}
    return frozenset(
        name for name, field in form.fields.items() if name in named or isinstance(field, YuanField)
    )


def once_key(by: User, purpose: str, given: str) -> str:
    """The caller's Idempotency-Key, made his own; "" without one."""
    if not given:
        return ""
    return hashlib.sha256(f"api\0{by.pk}\0{purpose}\0{given}".encode()).hexdigest()
