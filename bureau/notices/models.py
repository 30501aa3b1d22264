"""Notices to people, and what leaves the house by e-mail or SMS."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.identifiers.encryption import EncryptedTextField
from bureau.notices.kinds import render


class Notice(models.Model):
    """A message on the site. Its sentence is made when it is read, in the reader's language."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", verbose_name=_("to")
    )
    kind = models.CharField(_("kind"), max_length=60)
    params = models.JSONField(_("details"), default=dict, blank=True)
    url = models.CharField(_("address"), max_length=300, blank=True)
    # Instead of an address: the record it is about; the workspace of the reader decides where it opens.
    object_kind = models.CharField(_("kind of record"), max_length=60, blank=True)
    object_id = models.CharField(_("record"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("notice to a person")
        verbose_name_plural = _("notices to people")
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notices_notice_list"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notices_notice_unread"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return render(self.kind, self.params)


class OutgoingMessage(models.Model):
    """An e-mail or SMS. Address and text are encrypted, and removed once the message has left."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail message")
        SMS = "sms", _("SMS message")

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        SHOWN = "shown", _("shown here only")
        DROPPED = "dropped", _("not sent: the channel is off")

    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    address = EncryptedTextField(_("address"), blank=True)
    subject = EncryptedTextField(_("subject"), blank=True)
    body = EncryptedTextField(_("text"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.WAITING)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "sent", "shown", "dropped"]),
                name="notices_outgoing_status",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.pk}"
