"""The audit stands on the lowest floor and knows no rights: its reader is named here."""

from __future__ import annotations

from bureau.access.policies import Ground, register
from bureau.audit.models import Event

register(Ground(Event, verbs={"view": "audit.read"}))
