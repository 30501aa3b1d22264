"""Mail leaves through the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class OutboxEmailBackend(BaseEmailBackend):
    """For Django's and allauth's own mail: a row now, the mail after the commit."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        from bureau.notices.services import queue_mail

        for message in email_messages:
            for recipient in message.recipients():
                queue_mail(to=recipient, subject=str(message.subject), body=str(message.body))
        return len(email_messages)
