"""What happens to a request when it moves. No function here sets a status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.workflow import services as workflow
from sections.office.identities.models import IdentityRequest
from sections.office.letters.models import Letter


def ask_identity(*, letter: Letter, purpose: str, days: int, by: User) -> IdentityRequest:
    """Raises NotPermitted, Invalid."""
    request = IdentityRequest(letter=letter, asked_by=by, purpose=purpose, days=days)
    return workflow.perform(request, "ask", by=by)


def asker_decides(request: IdentityRequest, by: Principal) -> str:
    """Not even for an absent person: two people know of every identity."""
    if isinstance(by, User) and by.pk == request.asked_by_id:
        return _("You asked for it yourself; somebody else must decide.")
    return ""


def open_identity(request: IdentityRequest, by: Principal, data: Mapping[str, Any]) -> None:
    _decided(request, by)
    request.until = timezone.now() + timedelta(days=request.days)


def refuse_identity(request: IdentityRequest, by: Principal, data: Mapping[str, Any]) -> None:
    _decided(request, by)


def _decided(request: IdentityRequest, by: Principal) -> None:
    if isinstance(by, User):
        request.decided_by = by


def close_identity(request: IdentityRequest, by: Principal, data: Mapping[str, Any]) -> None:
    request.until = min(request.until, timezone.now()) if request.until else None


def look(request: IdentityRequest, *, by: User) -> Letter:
    """Open the letter's writer once more; the look stands in the history of the letter.

    Raises NotPermitted where the time is over or the letter is no longer the person's to see.
    """
    if request.asked_by_id != by.pk or not request.is_open:
        raise workflow.NotPermitted(_("This request does not open the writer's name now."))
    return workflow.perform(request.letter, "look_at_writer", by=by)
