"""A consultation, what people said of the draft, and the points under which it was grouped."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit, local
from bureau.identifiers.digests import DigestField, KeyMarkField
from bureau.identifiers.encryption import EncryptedTextField
from bureau.public.enclosing import WaitingForm
from bureau.rich_text.fields import RichTextField
from bureau.workflow.models import Tracked
from sections.office.consultations.choices import (
    PUBLIC,
    Decision,
    Kind,
    OpinionStatus,
    Sender,
    Status,
)
from sections.office.data_requests.models import AskedAboutData, constraints
from sections.office.policies.models import PolicyDocument

TEXTS = (
    "title_zh",
    "title",
    "summary_zh",
    "summary",
    "body_zh",
    "body",
    "explanation_zh",
    "explanation",
    "shortened_reason_zh",
    "shortened_reason",
)
RESULT_TEXTS = ("result_zh", "result")


class Consultation(Tracked):
    """A draft on which everybody may give an opinion until its last day."""

    kind = models.CharField(_("kind of draft"), max_length=10, choices=Kind.choices)
    title_zh = models.CharField(_("Chinese title"), max_length=150)
    title = models.CharField(_("English title"), max_length=250, blank=True)
    summary_zh = models.TextField(_("Chinese summary"), max_length=500, blank=True)
    summary = models.TextField(_("English summary"), max_length=800, blank=True)
    body_zh = RichTextField(_("Chinese draft"), max_length=200_000)
    body = RichTextField(_("English draft"), max_length=200_000, blank=True)
    explanation_zh = RichTextField(_("why it is drafted, in Chinese"), max_length=50_000)
    explanation = RichTextField(_("why it is drafted, in English"), max_length=50_000, blank=True)
    contact = models.CharField(_("other ways to send an opinion"), max_length=300, blank=True)
    closes_on = models.DateField(_("open until"))
    shortened_reason_zh = models.CharField(
        _("why the period is shorter, in Chinese"), max_length=300, blank=True
    )
    shortened_reason = models.CharField(_("why the period is shorter"), max_length=300, blank=True)
    result_expected_on = models.DateField(_("result expected by"), null=True, blank=True)
    owner = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="consultations",
        editable=False,
        verbose_name=_("drafted by"),
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("entered by"),
    )
    opens_on = models.DateField(_("opened on"), null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    result_zh = RichTextField(_("Chinese result"), max_length=50_000, blank=True, editable=False)
    result = RichTextField(_("English result"), max_length=50_000, blank=True, editable=False)
    result_document = models.ForeignKey(
        PolicyDocument,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consultations",
        editable=False,
        verbose_name=_("document that came of it"),
    )
    concluded_on = models.DateField(_("result published on"), null=True, blank=True, editable=False)
    # Counted once, with the result.
    received = models.PositiveIntegerField(_("opinions received"), default=0, editable=False)
    adopted = models.PositiveIntegerField(_("opinions adopted"), default=0, editable=False)
    partly = models.PositiveIntegerField(_("opinions partly adopted"), default=0, editable=False)
    not_adopted = models.PositiveIntegerField(_("opinions not adopted"), default=0, editable=False)
    withdrawn_reason_zh = models.CharField(
        _("why it was withdrawn, in Chinese"), max_length=300, blank=True, editable=False
    )
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=300, blank=True, editable=False)
    identities_forgotten_on = models.DateField(
        _("senders forgotten on"), null=True, blank=True, editable=False
    )
    is_invented = models.BooleanField(_("invented for the demonstration"), default=False, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False
    )

    class Meta:
        ordering = ("-opens_on", "-pk")
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        indexes = [
            models.Index(fields=["status", "closes_on"], name="office_consultation_open"),
            models.Index(fields=["owner", "status"], name="office_consultation_owner"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="office_consultation_status"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="office_consultation_kind"),
            models.CheckConstraint(
                condition=~Q(status__in=PUBLIC) | Q(opens_on__isnull=False), name="office_consultation_opened"
            ),
            models.CheckConstraint(
                condition=Q(opens_on__isnull=True) | Q(closes_on__gte=F("opens_on")),
                name="office_consultation_days",
                violation_error_message=_("It cannot close before it opens."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return local(self.title_zh, self.title)

    @property
    def takes_opinions(self) -> bool:
        """Through its last day; from midnight on it takes none, whether a task has noted it or not."""
        return self.status == Status.OPEN and timezone.localdate() <= self.closes_on


class OpinionGroup(models.Model):
    """One point that several people raised, and what becomes of it. Everybody reads it with the result."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="groups", verbose_name=_("consultation")
    )
    title_zh = models.CharField(_("point, in Chinese"), max_length=200)
    title = models.CharField(_("point, in English"), max_length=300, blank=True)
    decision = models.CharField(_("decision"), max_length=12, choices=Decision.choices, blank=True)
    reason_zh = models.TextField(_("reason, in Chinese"), max_length=1000, blank=True)
    reason = models.TextField(_("reason, in English"), max_length=1500, blank=True)

    class Meta:
        ordering = ("consultation", "pk")
        verbose_name = _("point raised")
        verbose_name_plural = _("points raised")
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="") | Q(decision__in=Decision.values),
                name="office_opinion_group_decision",
            ),
            models.CheckConstraint(
                condition=Q(decision="") | ~Q(reason_zh=""),
                name="office_opinion_group_reason",
                violation_error_message=_("Say why, in a sentence that everybody reads."),
            ),
            models.UniqueConstraint(
                fields=["consultation", "title_zh"],
                name="office_opinion_group_once",
                violation_error_message=_("This point is there already."),
            ),
        ]

    def __str__(self) -> str:
        return local(self.title_zh, self.title)


class Opinion(Tracked):
    """What somebody said of a draft. Who it was stands encrypted, and is forgotten some time after the result."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    code_digest = DigestField(editable=False)
    code_key = KeyMarkField("code_digest")
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="opinions", verbose_name=_("consultation")
    )
    sender = models.CharField(_("sent by"), max_length=12, choices=Sender.choices)
    name = EncryptedTextField(_("name"), blank=True)
    phone = EncryptedTextField(_("phone"), blank=True)
    about = models.CharField(_("about which article"), max_length=100, blank=True)
    body = models.TextField(_("opinion"), max_length=5000)
    group = models.ForeignKey(
        OpinionGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="opinions",
        editable=False,
        verbose_name=_("point raised"),
    )
    received_on = models.DateField(_("received"))
    status = models.CharField(
        _("status"), max_length=10, choices=OpinionStatus.choices, default=OpinionStatus.RECEIVED
    )

    class Meta:
        ordering = ("-received_on", "-pk")
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        indexes = [models.Index(fields=["consultation", "status"], name="office_opinion_consultation")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=OpinionStatus.values), name="office_opinion_status"
            ),
            models.CheckConstraint(condition=Q(sender__in=Sender.values), name="office_opinion_sender"),
            models.CheckConstraint(
                condition=~Q(status=OpinionStatus.SORTED) | Q(group__isnull=False),
                name="office_opinion_sorted",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OpinionDataRequest(AskedAboutData):
    """Who sent an opinion asks."""

    opinion = models.ForeignKey(
        Opinion, on_delete=models.CASCADE, related_name="data_requests", verbose_name=_("opinion")
    )

    class Meta(AskedAboutData.Meta):
        constraints = constraints("opinion", "office_opinion_data_request")

    def __str__(self) -> str:
        return f"{self.opinion} {self.asked_on}"


class OpinionDraft(WaitingForm):
    """Holds the files of an opinion that is not sent yet."""

    class Meta(WaitingForm.Meta):
        verbose_name = _("opinion not sent yet")
        verbose_name_plural = _("opinions not sent yet")
