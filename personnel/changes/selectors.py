"""Stored values of a request in words, and what waits for a teacher."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.identifiers.masking import mask_phone, mask_tail
from bureau.proposals import values
from bureau.proposals.words import Change
from personnel.changes.choices import ChangeStatus
from personnel.changes.models import TeacherChange
from personnel.choices import IdKind
from personnel.models import Teacher
from personnel.selectors.fields import label_of

# Fields that are encrypted at rest; requests show them masked.
SECRET = frozenset({"identity", "phone"})


def present(teacher: Teacher, name: str) -> str:
    """The stored value of a field as text, whole: of a document its kind and number."""
    if name == "identity":
        return f"{teacher.id_kind} {teacher.id_number}".strip()
    return values.raw(teacher, name)


def wanted(name: str, value: Any) -> str:
    """A cleaned value of the form in the same shape."""
    return " ".join(value) if name == "identity" else values.to_raw(value)


def masked(name: str, text: str) -> str:
    """What may stand in a request for everybody who reads it."""
    if name == "phone":
        return mask_phone(text) if text else ""
    if name == "identity":
        kind, _space, number = text.partition(" ")
        return f"{kind} {mask_tail(number)}" if number else kind
    return text


def sealed_of(request: TeacherChange) -> Mapping[str, list[str]]:
    """Field → [before, wanted], whole, of what is encrypted."""
    try:
        found = json.loads(request.sealed or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def in_words(name: str, text: str) -> str:
    if name != "identity":
        return values.shown(Teacher, name, text)
    kind, _space, number = text.partition(" ")
    return f"{dict(IdKind.choices).get(kind, kind)} {number}".strip()


def before(request: TeacherChange) -> str:
    return _lines(request.old)


def after(request: TeacherChange) -> str:
    return _lines(request.new)


def _lines(stored: Any) -> str:
    """One line per field; the name of the field only where there are several."""
    if not isinstance(stored, dict):
        return ""
    if len(stored) == 1:
        return "".join(in_words(name, text) for name, text in stored.items())
    return " · ".join(f"{label_of(name)}: {in_words(name, text)}" for name, text in stored.items())


def pending(teacher: Teacher, by: Principal) -> list[Change]:
    """Requests that wait for a decision, of those that this person may see."""
    rows = permitted(by, "view", TeacherChange).filter(teacher=teacher, status=ChangeStatus.OPEN)
    return [
        Change(
            row.field_label, before(row), after(row), row.created_at, str(row.get_status_display()), row.pk
        )
        for row in rows.order_by("created_at")
    ]
