"""Reading the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bureau.audit.models import Event, Seal
from bureau.audit.triggers import term_days


@dataclass(frozen=True)
class Standing:
    """How the audit itself is: shown above the list."""

    events: int
    term_days: int
    sealed_at: datetime | None
    verified: Event | None
    purged: Event | None

    @property
    def is_sound(self) -> bool:
        return self.verified is not None and not self.verified.detail.get("faults")


def standing() -> Standing:
    last = Seal.objects.last()
    return Standing(
        events=Event.objects.count(),
        term_days=term_days(),
        sealed_at=last.at if last else None,
        verified=Event.objects.filter(action="audit.verified").first(),
        purged=Event.objects.filter(action="audit.purged").first(),
    )
