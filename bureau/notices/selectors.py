"""Reading notices, and which channels there are."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.notices.models import Notice, OutgoingMessage


def notices_of(user: User) -> QuerySet[Notice]:
    """Newest first; without those about records that a conflict of interest keeps from the person since."""
    return permitted(user, "view", Notice)


def unread_count(user: User) -> int:
    return notices_of(user).filter(read_at__isnull=True).count()


def email_available() -> bool:
    return str(settings.NOTICE_EMAIL) != "off"


def sms_available() -> bool:
    """Whether a gateway is set. Nothing on a page promises an SMS unless this is true."""
    return str(settings.SMS_GATEWAY) != "off"


def outgoing() -> QuerySet[OutgoingMessage]:
    """Newest first."""
    return OutgoingMessage.objects.all()
