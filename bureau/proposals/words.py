"""What pages say of requests that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import ngettext


@dataclass(frozen=True)
class Change:
    """One change, waiting or done, in words."""

    field: str
    old: str
    new: str
    at: datetime
    note: str = ""
    pk: int = 0


def said_of(record: Any) -> str:
    """The sentence after an edit of which `record.asked_for` changes became requests; "" for none."""
    count = getattr(record, "asked_for", 0)
    if not count:
        return ""
    return ngettext(
        "Saved. %(count)s change waits for a decision of the bureau; it stands at the top of the page.",
        "Saved. %(count)s changes wait for a decision of the bureau; they stand at the top of the page.",
        count,
    ) % {"count": count}
