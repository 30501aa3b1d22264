"""Writing the audit: in the transaction of the act itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db import models

from bureau.audit.models import Event


class Actor(Protocol):
    """Whoever acts: a user, the public, the holder of a receipt, the system."""

    @property
    def audit_kind(self) -> str: ...
    @property
    def audit_id(self) -> int | None: ...
    @property
    def audit_name(self) -> str: ...


@dataclass(frozen=True)
class Machine:
    """The system itself, where no principal of a higher floor is at hand."""

    audit_name: str = "system"
    audit_kind: str = "system"
    audit_id: int | None = None


@dataclass(frozen=True)
class Nobody:
    """Somebody without an account."""

    audit_name: str = ""
    audit_kind: str = "public"
    audit_id: int | None = None


def record(
    action: str,
    *,
    by: Actor,
    obj: models.Model | None = None,
    fields: Sequence[str] = (),
    detail: Mapping[str, object] | None = None,
    reason: str = "",
    for_name: str = "",
    refused: bool = False,
) -> Event:
    """Write one event. `detail` holds references and counts, never personal values."""
    return Event.objects.create(
        actor_kind=by.audit_kind,
        actor_id=by.audit_id,
        actor_name=_one_line(by.audit_name, 100),
        for_name=_one_line(for_name, 100),
        action=action,
        object_kind=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        fields=list(fields),
        detail=dict(detail or {}),
        reason=_one_line(reason, 500),
        refused=refused,
    )


def record_reveal(*, by: Actor, obj: models.Model, fields: Sequence[str], reason: str) -> Event:
    """Write that `by` was shown personal data of `obj` unmasked. ValueError without a reason or field."""
    if not reason.strip() or not fields:
        raise ValueError("a reveal names its fields and its reason")
    return record("personal_data.revealed", by=by, obj=obj, fields=fields, reason=reason)


def _one_line(text: str, limit: int) -> str:
    """Without line breaks and control characters: no name may look like a second entry."""
    return "".join(mark if mark.isprintable() else " " for mark in text)[:limit]
