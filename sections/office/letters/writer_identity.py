"""Who may see who wrote a letter: the office while it registers, and whoever said why; each look is written down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bureau.access.services import may
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.identifiers.masking import mask_name, mask_phone
from bureau.workflow.declare import note
from bureau.workflow.models import HistoryEntry
from sections.office.identities.choices import IdentityStatus
from sections.office.identities.models import IdentityRequest
from sections.office.letters.choices import Status
from sections.office.letters.models import Letter

REVEAL, LOOK = "reveal_writer", "look_at_writer"
REGISTERING = (Status.RECEIVED, Status.REGISTERED)
HIDDEN = "***"


def is_of_the_office(letter: Letter, by: Principal) -> bool:
    """Only the unit that registers letters deals with the writer; the answering section does not need to."""
    return isinstance(by, User) and bool(may(by, "register", letter))


def sees_writer(letter: Letter, by: Principal) -> bool:
    """In full: while it is being registered, and for some minutes after a look that stands in the history."""
    if letter.status in REGISTERING and is_of_the_office(letter, by):
        return True
    return _has_looked(letter, by)


def _has_looked(letter: Letter, by: Principal) -> bool:
    since = timezone.now() - timedelta(minutes=settings.IDENTITY_LOOK_MINUTES)
    rows = HistoryEntry.objects.filter(kind=letter._meta.label_lower, object_id=letter.pk, at__gt=since)
    return rows.filter(
        transition__in=(REVEAL, LOOK), actor_kind=User.audit_kind, actor_id=by.audit_id or 0
    ).exists()


def knows_of_writer(letter: Letter, by: Principal) -> bool:
    """Who sees the panel at all; in it most of it is masked."""
    return is_of_the_office(letter, by) or bool(may(by, "ask_identity", letter)) or _has_looked(letter, by)


def writer(letter: Letter, by: Principal) -> Mapping[str, Any]:
    is_office, is_open = is_of_the_office(letter, by), sees_writer(letter, by)
    found: dict[str, Any] = {"is_office": is_office, "is_open": is_open}
    if is_office or is_open:
        found |= {
            "name": letter.sender_name if is_open else mask_name(letter.sender_name),
            "phone": letter.sender_phone if _has_looked(letter, by) else _masked(letter.sender_phone),
            "address": _shown(letter.sender_address, is_open),
            "email": _shown(letter.sender_email, is_open),
        }
    if is_office:
        found["outside_number"] = letter.outside_number
        found["reissue"] = reverse("desk:office:letter_reissue", args=[letter.pk])
    elif not is_open:
        found["ask"] = f"{reverse('desk:office:identityrequest_add')}?letter={letter.pk}"
    return found


def _shown(text: str, is_open: bool) -> str:
    return text if is_open or not text else HIDDEN


def _masked(phone: str) -> str:
    return mask_phone(phone) if phone else ""


def why_not_revealed(letter: Letter, by: Principal) -> str:
    return gettext("You see name and phone already.") if _has_looked(letter, by) else ""


def why_no_look(letter: Letter, by: Principal) -> str:
    """A look without a second person's yes is refused."""
    open_ones = IdentityRequest.objects.filter(
        letter=letter.pk,
        asked_by=by.pk if isinstance(by, User) else None,
        status=IdentityStatus.APPROVED,
        until__gt=timezone.now(),
    )
    return "" if open_ones.exists() else gettext("Ask first: a second person must agree.")


WRITER_LOOKS = (
    note(
        REVEAL,
        _("See name and phone"),
        tuple(Status.values),
        done_label=_("Saw name and phone of the writer"),
        condition=why_not_revealed,
        reason="required",
    ),
    note(
        LOOK,
        _("See who wrote it"),
        tuple(Status.values),
        done_label=_("Saw who wrote the letter, with the agreement of a second person"),
        verb="view",
        condition=why_no_look,
        confirm=_("Each look is written into the history of the letter."),
    ),
)
