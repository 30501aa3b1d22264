"""Asking the section that has a letter to be quick: by the office and its leaders, and by the writer once it is late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.deadlines import selectors as deadlines
from bureau.notices.services import tell_unit
from bureau.workflow.models import HistoryEntry
from sections.office.letters.clocks import ACCEPTANCE, REPLY
from sections.office.letters.models import Letter


def why_not_urged(letter: Letter, by: Principal) -> str:
    """Once a day and person; nobody urges a section of his or her own."""
    if not isinstance(by, User):
        return ""
    if letter.unit_id in standing(by).own_unit_ids():
        return _("Your own section has this letter.")
    if _today(letter, "urge", by).exists():
        return _("You have urged the section today. Once a day is enough.")
    return ""


def why_writer_waits(letter: Letter, by: Principal) -> str:
    """The writer may urge once a promised day has passed."""
    open_clocks = deadlines.open_clocks_of(letter).filter(matter__in=(ACCEPTANCE, REPLY))
    if not any(clock.is_late for clock in open_clocks):
        return _("The time is still running. You can ask for speed once it has passed.")
    if _today(letter, "urge_by_writer", by).exists():
        return _("You have asked for speed today. Once a day is enough.")
    return ""


def tell_urged(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    unit = letter.unit or letter.owner
    tell_unit("letters.urged", unit=unit, params={"number": letter.number}, record=letter)


def _today(letter: Letter, step: str, by: Principal) -> Any:
    """The lines of this person's urging since midnight."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    return HistoryEntry.objects.filter(
        kind=letter._meta.label_lower,
        object_id=letter.pk,
        transition=step,
        actor_kind=by.audit_kind,
        actor_id=by.audit_id,
        at__gte=midnight,
    )
