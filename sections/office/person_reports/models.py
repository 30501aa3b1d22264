"""A report on a person, whom it is kept from, what was found; and the slip for one that is handed on unread."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit
from bureau.identifiers.digests import DigestField, KeyMarkField
from bureau.identifiers.encryption import EncryptedTextField
from bureau.public.enclosing import WaitingForm
from bureau.workflow.models import Tracked
from sections.office.letters.models.keeping import KeepingNotice
from sections.office.person_reports.choices import CLOSED, Channel, Status


class PersonReport(Tracked):
    """One report. Every word of it stands encrypted: a copy of the database tells nothing."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    code_digest = DigestField(editable=False)
    code_key = KeyMarkField("code_digest")
    channel = models.CharField(_("how it came"), max_length=12, choices=Channel.choices)
    received_on = models.DateField(_("received"))
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    is_by_real_name = models.BooleanField(_("by real name"), default=False)
    reporter_name = EncryptedTextField(_("name of the reporter"), blank=True)
    reporter_phone = EncryptedTextField(_("phone of the reporter"), blank=True)
    reporter_address = EncryptedTextField(_("address of the reporter"), blank=True)
    accused_name = EncryptedTextField(_("name of the person reported"))
    accused_post = EncryptedTextField(_("post of the person reported"), blank=True)
    accused_unit = EncryptedTextField(_("school or unit of the person reported"), blank=True)
    subject = EncryptedTextField(_("subject"))
    body = EncryptedTextField(_("reported text"))
    # The letter that it was before, where the office handed it over.
    letter_number = EncryptedTextField(_("number of the letter that was handed over"), blank=True)
    owner = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="person_reports", verbose_name=_("held by")
    )
    told_on = models.DateField(_("reporter told of the acceptance"), null=True, blank=True)
    referred_to = EncryptedTextField(_("referred to"), blank=True)
    finding = EncryptedTextField(_("result of the verification"), blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    result_told_on = models.DateField(_("reporter told of the result"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.RECEIVED)

    class Meta:
        ordering = ("-received_on", "-pk")
        verbose_name = _("report on a person")
        verbose_name_plural = _("reports on persons")
        indexes = [
            models.Index(fields=["owner", "status"], name="office_personreport_owner"),
            models.Index(fields=["received_on"], name="office_personreport_received"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="office_personreport_status"),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="office_personreport_channel"
            ),
            models.CheckConstraint(
                condition=Q(is_anonymous=False) | Q(is_by_real_name=False), name="office_personreport_who"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_closed(self) -> bool:
        return self.status in CLOSED

    @property
    def waits_for_notice(self) -> bool:
        """Whether a reporter by real name has not been told yet that the report is accepted."""
        return self.is_by_real_name and self.told_on is None

    @property
    def waits_for_result(self) -> bool:
        return self.is_closed and self.is_by_real_name and self.result_told_on is None


class ReportDraft(WaitingForm):
    """Holds the files of a report that is not sent yet."""

    class Meta(WaitingForm.Meta):
        verbose_name = _("report not sent yet")
        verbose_name_plural = _("reports not sent yet")


class ReportRetentionNotice(KeepingNotice):
    """The warning before a report loses every word of it, and that it has."""

    report = models.OneToOneField(PersonReport, on_delete=models.CASCADE, related_name="retention_notice")
    forgotten_on = models.DateField(_("made anonymous"), null=True, blank=True)

    class Meta(KeepingNotice.Meta):
        verbose_name = _("warning before a report is made anonymous")
        verbose_name_plural = _("warnings before reports are made anonymous")

    def __str__(self) -> str:
        return str(self.report_id)


class ReportedPerson(models.Model):
    """A person reported, as a keyed digest of the account: the rule can ask, a copy of the table cannot answer."""

    report = models.ForeignKey(PersonReport, on_delete=models.CASCADE, related_name="kept_from")
    person_digest = DigestField(db_index=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("person reported")
        verbose_name_plural = _("persons reported")
        constraints = [
            models.UniqueConstraint(fields=["report", "person_digest"], name="office_personreport_kept_once")
        ]

    def __str__(self) -> str:
        return str(self.report_id)


class VerificationNote(models.Model):
    """What was done and found in the preliminary verification. Never changed."""

    report = models.ForeignKey(PersonReport, on_delete=models.CASCADE, related_name="notes")
    text = EncryptedTextField(_("note"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        ordering = ("at", "pk")
        default_permissions = ()
        verbose_name = _("note of the verification")
        verbose_name_plural = _("notes of the verification")

    def __str__(self) -> str:
        return str(self.report_id)


class ReferralSlip(models.Model):
    """A paper report that the letters office sends on unread: what is written down is the envelope alone."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    received_on = models.DateField(_("received"))
    sent_on = models.DateField(_("sent on"))
    sent_to = models.CharField(_("sent to"), max_length=100)
    sheets = models.PositiveSmallIntegerField(_("number of sheets"))
    owner = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="referral_slips", verbose_name=_("sent by")
    )
    created_at = models.DateTimeField(_("entered"), auto_now_add=True)

    class Meta:
        ordering = ("-sent_on", "-pk")
        verbose_name = _("referral slip")
        verbose_name_plural = _("referral slips")
        indexes = [models.Index(fields=["owner", "sent_on"], name="office_slip_owner")]
        constraints = [
            models.CheckConstraint(condition=Q(sheets__gte=1), name="office_slip_sheets"),
            models.CheckConstraint(
                condition=Q(sent_on__gte=models.F("received_on")),
                name="office_slip_days",
                violation_error_message=_("It cannot be sent on before it was received."),
            ),
        ]

    def __str__(self) -> str:
        return self.number
