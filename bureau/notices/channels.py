"""How a message leaves: chosen by the settings NOTICE_EMAIL and SMS_GATEWAY."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from bureau.notices.models import OutgoingMessage

Status = OutgoingMessage.Status


def one_line(text: str) -> str:
    """For a subject: no line or paragraph separator, control or direction mark may reach a header."""
    shown = "".join(" " if unicodedata.category(mark) in ("Cc", "Cf", "Zl", "Zp") else mark for mark in text)
    return " ".join(shown.split())


def deliver(message: OutgoingMessage) -> None:
    """Hand a waiting message to its channel, note what became of it. What has left keeps no text."""
    is_email = message.channel == OutgoingMessage.Channel.EMAIL
    setting = str(settings.NOTICE_EMAIL if is_email else settings.SMS_GATEWAY)
    try:
        hand_over = (EMAIL if is_email else SMS)[setting]
    except KeyError:
        raise ImproperlyConfigured(f"There is no channel {setting!r} for {message.channel}.") from None
    message.status = hand_over(message)
    if message.status != Status.SHOWN:
        message.address = message.subject = message.body = ""
    message.sent_at = timezone.now()
    message.save()


def _off(message: OutgoingMessage) -> Status:
    return Status.DROPPED


def _table(message: OutgoingMessage) -> Status:
    """The trial's channel: the row is the delivery."""
    return Status.SHOWN


def _console(message: OutgoingMessage) -> Status:
    sys.stdout.write(f"To: {message.address}\nSubject: {message.subject}\n\n{message.body}\n")
    return Status.SENT


def _smtp(message: OutgoingMessage) -> Status:
    as_mail(message).send()
    return Status.SENT


def as_mail(message: OutgoingMessage) -> EmailMessage:
    """Plain text. The Message-ID follows from the row: a second copy after a crash shows as the same mail."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return EmailMessage(
        subject=one_line(message.subject),
        body=message.body,
        to=[message.address],
        headers={"Message-ID": f"<outgoing-{message.pk}@{host}>", "Auto-Submitted": "auto-generated"},
        connection=get_connection(settings.SMTP_BACKEND),
    )


EMAIL: dict[str, Callable[[OutgoingMessage], Status]] = {
    "off": _off,
    "console": _console,
    "smtp": _smtp,
    "table": _table,
}
SMS: dict[str, Callable[[OutgoingMessage], Status]] = {"off": _off, "table": _table}
