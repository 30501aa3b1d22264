"""An answer for the public, the rules of redaction, and what a second person let pass."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit
from bureau.identifiers.digests import DigestField
from bureau.identifiers.encryption import EncryptedTextField
from bureau.workflow.models import Tracked
from sections.office.answers.choices import Consent, RuleKind, Status, TextField
from sections.office.letters.choices import Kind
from sections.office.letters.models import Letter


class PublishedAnswer(Tracked):
    """Question and answer as redacted copies under a number of their own; nothing in it names the letter."""

    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    letter = models.ForeignKey(
        Letter, on_delete=models.PROTECT, related_name="published_answers", verbose_name=_("letter")
    )
    owner = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("published by")
    )
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="published_answers",
        editable=False,
        verbose_name=_("answered by"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, editable=False)
    title = models.CharField(_("title"), max_length=100)
    question = models.TextField(_("question"), max_length=5000)
    answer = models.TextField(_("answer"), max_length=10000)
    consent = models.CharField(_("how the writer agreed"), max_length=8, choices=Consent.choices, blank=True)
    consent_on = models.DateField(_("agreed on"), null=True, blank=True)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("prepared by"),
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("checked by"),
    )
    published_on = models.DateField(_("published on"), null=True, blank=True, editable=False)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True, editable=False)
    # Characters, pairs of characters and words of the three texts; empty while it is not public.
    words = models.TextField(_("words to search by"), editable=False, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFTED)

    class Meta:
        ordering = ("-published_on", "-pk")
        verbose_name = _("public answer")
        verbose_name_plural = _("public answers")
        indexes = [models.Index(fields=["status", "-published_on"], name="office_public_answer_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="office_public_answer_status"),
            models.CheckConstraint(
                condition=Q(consent="") | Q(consent__in=Consent.values), name="office_public_answer_consent"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED)
                | (~Q(consent="") & Q(published_on__isnull=False, checked_by__isnull=False)),
                name="office_public_answer_is_checked",
            ),
            models.UniqueConstraint(
                fields=["letter"],
                condition=~Q(status=Status.WITHDRAWN),
                name="office_public_answer_once",
                violation_error_message=_("The answer to this letter is public or being prepared already."),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class RedactionRule(models.Model):
    """What is replaced in every copy for the public. The text may be a name: it stands encrypted."""

    kind = models.CharField(_("what is looked for"), max_length=8, choices=RuleKind.choices)
    text = EncryptedTextField(_("text or pattern"))
    replacement = models.CharField(_("put in its place"), max_length=40)
    reason = models.CharField(_("reason"), max_length=200)
    is_active = models.BooleanField(_("in use"), default=True)
    changed_by = models.CharField(_("last changed by"), max_length=100, editable=False, blank=True)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("redaction rule")
        verbose_name_plural = _("redaction rules")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RuleKind.values), name="office_redaction_kind"),
        ]

    def __str__(self) -> str:
        return self.reason


class DismissedFinding(models.Model):
    """A finding of the scan that a second person let stand, with the reason. Nothing of the text is kept."""

    published = models.ForeignKey(
        PublishedAnswer, on_delete=models.CASCADE, related_name="dismissed", verbose_name=_("public answer")
    )
    field = models.CharField(_("text"), max_length=8, choices=TextField.choices)
    kind = models.CharField(_("what was found"), max_length=40)
    digest = DigestField(editable=False)
    reason = models.CharField(_("why it may stay"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("let pass by")
    )
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("dismissed finding")
        verbose_name_plural = _("dismissed findings")
        constraints = [
            models.UniqueConstraint(fields=["published", "digest"], name="office_dismissed_finding_once")
        ]

    def __str__(self) -> str:
        return f"{self.published}: {self.kind}"
