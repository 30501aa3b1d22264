"""Forms and their versions: begun, edited by several officers, taken into use. A version in use never changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.services import permitted
from bureau.accounts.principals import Principal, System
from bureau.pages.services import save_record
from bureau.workflow.refusals import Invalid, NotPermitted, WrongState
from bureau.workflow.services import amend, perform
from schools.returns.choices import VersionStatus
from schools.returns.definition import Definition
from schools.returns.models import Form, FormVersion

REPLACER = System("school returns", frozenset({"schools.formversion.replace"}))


def save_form(*, form: Form, by: Principal, fields: tuple[str, ...] = ()) -> Form:
    """Write a form, new or changed. Raises NotPermitted where `by` does not design for the owner it names."""
    with transaction.atomic():
        form.version += 1
        saved = save_record(form, by=by, fields=fields)
        if not permitted(by, "change", Form).filter(pk=saved.pk).exists():
            raise NotPermitted(
                _("You design forms for your own section. Choose it as the section in charge.")
            )
    return saved


def create_form(*, by: Principal, **values: Any) -> Form:
    """A form without a version yet. Raises NotPermitted, ValidationError."""
    return save_form(form=Form(**values), by=by, fields=tuple(values))


def begin_version(
    *, form: Form, by: Principal, definition: Definition | None = None, note: str = ""
) -> FormVersion:
    """A draft with the next number: `definition`, or what the last version holds. Raises WrongState, NotPermitted."""
    versions = list(form.versions.order_by("-number"))
    last = next((one for one in versions if one.status != VersionStatus.DISCARDED), None)
    if last is not None and last.status == VersionStatus.DRAFT:
        raise _in_work(last.number)
    content = definition.written() if definition is not None else last.definition if last else {}
    number = versions[0].number + 1 if versions else 1
    draft = FormVersion(form=form, number=number, definition=content, note=note)
    try:
        with transaction.atomic():
            return perform(draft, "begin", by=by)
    except IntegrityError:
        # Somebody else began it between the look and the write.
        raise _in_work(draft.number) from None


def _in_work(number: int) -> WrongState:
    return WrongState(_("Version %(number)d is being designed already. Go on with it.") % {"number": number})


def take_in(*, form: Form, definition: Definition, by: Principal) -> FormVersion:
    """The draft of a form holds this content from now on; one is begun where there is none. Raises Refusal."""
    draft = form.versions.filter(status=VersionStatus.DRAFT).first()
    if draft is None:
        return begin_version(form=form, by=by, definition=definition)
    return change_definition(version=draft, definition=definition, by=by)


def change_definition(
    *, version: FormVersion, definition: Definition, by: Principal, seen: int | None = None
) -> FormVersion:
    """Write the content of a draft. `seen`: the version of the record that the person looked at.

    Raises WrongState for a version in use, Conflict where somebody else saved since, NotPermitted.
    """
    with transaction.atomic():
        stored = FormVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
        if stored.status != VersionStatus.DRAFT:
            raise WrongState(why_fixed(stored))
        return amend(stored, by=by, changes={"definition": definition.written()}, version=seen)


def why_fixed(version: FormVersion) -> str:
    """Why the content of a version cannot be changed; "" for a draft."""
    if version.status == VersionStatus.DRAFT:
        return ""
    if version.status == VersionStatus.DISCARDED:
        return _("This version was discarded. Begin a new version.")
    return _("This version is in use and never changes. Begin a new version.")


def faults(definition: Definition) -> list[str]:
    """Everything for which the content cannot be used, in sentences with the place in front."""
    from schools.returns.checking import faults_of_definition

    if not definition.parts:
        return [_("The form has no part yet.")]
    return [
        f"{fault.where}: {fault.sentence}" if fault.where else str(fault.sentence)
        for fault in faults_of_definition(definition)
    ]


def take_into_use(version: FormVersion, by: Principal, data: Mapping[str, Any]) -> None:
    """Effect of freezing: refused with all faults at once."""
    found = faults(version.content)
    if found:
        raise Invalid(" ".join([_("The form cannot be used yet."), *found]), {"__all__": found})
    version.frozen_on = timezone.localdate()


def replace_earlier(version: FormVersion, by: Principal, data: Mapping[str, Any]) -> None:
    """The version that was in use until now; returns that were begun on it stay on it."""
    earlier = FormVersion.objects.filter(form_id=version.form_id, status=VersionStatus.FROZEN)
    for old in earlier.exclude(pk=version.pk):
        perform(old, "replace", by=REPLACER)


def freeze(*, version: FormVersion, by: Principal, seen: int | None = None) -> FormVersion:
    """Take a draft into use. Raises Invalid with its faults, NotPermitted, WrongState, Conflict."""
    return perform(version, "freeze", by=by, version=seen)
