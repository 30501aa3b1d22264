"""Writing ordinary records, and letting one form act once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import IntegrityError, models, transaction

from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.workflow.models import SubmittedForm

R = TypeVar("R", bound=models.Model)


def save_record(record: R, *, by: Principal, fields: Sequence[str] = ()) -> R:
    """Check, save and audit a record without a workflow. `fields`: names of what changed."""
    is_new = record.pk is None
    with transaction.atomic():
        record.full_clean()
        record.save()
        action = f"{record._meta.label_lower}.{'added' if is_new else 'changed'}"
        audit.record(action, by=by, obj=record, fields=[name for name in fields if name != "version"])
    return record


def once(token: str, model: type[R], act: Callable[[], R]) -> tuple[R, bool]:
    """Run `act` in a transaction unless this form led to a record before: (record, whether it is new).

    Two at once are decided by the unique token; the later one waits and gets the first one's record.
    """
    kind = model._meta.label_lower
    try:
        with transaction.atomic():
            form = SubmittedForm.objects.create(token=token, kind=kind)
            done = act()
            form.object_id = done.pk
            form.save(update_fields=["object_id"])
            return done, True
    except IntegrityError:
        first = led_to(token, model)
        if first is None:
            raise
        return first, False


def led_to(token: str, model: type[R]) -> R | None:
    """The record that this form led to already."""
    forms = SubmittedForm.objects.filter(token=token, kind=model._meta.label_lower)
    return model._base_manager.filter(pk__in=forms.values("object_id")).first()
