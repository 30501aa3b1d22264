"""The text on personal data that stands on a form, and which one somebody agreed to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils import timezone

from bureau.accounts.principals import Principal
from sections.office.letters import enclosures
from sections.office.letters.models import Agreement, Letter, PrivacyText


def text_in_force() -> PrivacyText | None:
    rows = PrivacyText.objects.filter(valid_from__lte=timezone.localdate())
    return rows.order_by("-valid_from").first()


def agree(record: Model) -> None:
    """Keep with a record that was just sent which text stood on its form. Where none is in force, nothing."""
    text = text_in_force()
    if text is not None:
        Agreement.objects.create(kind=record._meta.label_lower, object_id=record.pk, text=text)


def agreement_of(record: Model) -> Agreement | None:
    rows = Agreement.objects.filter(kind=record._meta.label_lower, object_id=record.pk)
    return rows.select_related("text").first()


def arrive(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """A letter was just sent on the web: its files come along, and what its writer agreed to."""
    enclosures.take_along(letter, by, data)
    agree(letter)
