"""What hangs on an answer: warnings about it, the writer's objection to it, how long the letter is kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit, local
from sections.office.letters.choices import KEPT_KINDS, Kept, Warned
from sections.office.letters.models.letter import Letter


class AnswerWarning(models.Model):
    """Somebody went on in spite of a warning, and said why. Nothing of letter or answer is kept here."""

    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, related_name="warnings", verbose_name=_("letter")
    )
    kind = models.CharField(_("warning"), max_length=12, choices=Warned.choices)
    step = models.CharField(max_length=20, editable=False)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("section")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("warned")
    )
    at = models.DateTimeField(_("time"), default=timezone.now)
    reason = models.CharField(_("why it went on"), max_length=300)

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("warning about an answer")
        verbose_name_plural = _("warnings about answers")
        indexes = [models.Index(fields=["at"], name="office_answer_warning_at")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Warned.values), name="office_answer_warning_kind"),
            models.CheckConstraint(condition=~Q(reason=""), name="office_answer_warning_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.letter}: {self.get_kind_display()}"


class StockPhrase(models.Model):
    """Words that answer nothing. The office keeps the table; who writes them is asked what they say."""

    key = models.CharField(max_length=40, blank=True, editable=False)  # of a row that came with the portal
    phrase = models.CharField(_("phrase"), max_length=60, unique=True)
    reason = models.CharField(_("what to write instead"), max_length=200)
    is_active = models.BooleanField(_("in use"), default=True)
    changed_by = models.CharField(_("last changed by"), max_length=100, editable=False, blank=True)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    class Meta:
        ordering = ("phrase",)
        verbose_name = _("stock phrase")
        verbose_name_plural = _("stock phrases")

    def __str__(self) -> str:
        return self.phrase


class Dispute(models.Model):
    """The writer says that an answered letter is not solved, and why; the office must answer."""

    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, related_name="disputes", verbose_name=_("letter")
    )
    text = models.TextField(_("what is not solved"), max_length=2000)
    on = models.DateField(_("raised"))
    reply = models.TextField(_("reply of the office"), max_length=2000, blank=True)
    replied_on = models.DateField(_("replied"), null=True, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("replied by"),
    )

    class Meta:
        ordering = ("pk",)
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        constraints = [
            models.UniqueConstraint(
                fields=["letter"], condition=Q(replied_on=None), name="office_dispute_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.on}"


class RetentionRule(models.Model):
    """How long a closed letter keeps its personal data, and what becomes of its text then."""

    kind = models.CharField(
        _("kind of letter"),
        max_length=16,
        choices=KEPT_KINDS,
        blank=True,
        help_text=_("Empty: every kind without a rule of its own."),
    )
    years = models.PositiveSmallIntegerField(_("years after the letter was closed"))
    text = models.CharField(_("text of the letter"), max_length=8, choices=Kept.choices)
    basis = models.CharField(_("basis in English"), max_length=200)
    basis_zh = models.CharField(_("basis"), max_length=200)
    is_verified = models.BooleanField(_("compared with the source"), default=False)
    valid_from = models.DateField(_("valid from"))
    is_reference = models.BooleanField(_("comes with the portal"), default=False, editable=False)
    changed_by = models.CharField(_("last changed by"), max_length=100, editable=False, blank=True)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    class Meta:
        ordering = ("kind", "-valid_from")
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "valid_from"],
                name="office_retention_once",
                violation_error_message=_("There is a rule for this kind from this day on already."),
            ),
            models.CheckConstraint(condition=Q(years__gte=1), name="office_retention_years"),
            models.CheckConstraint(condition=Q(text__in=Kept.values), name="office_retention_text"),
            models.CheckConstraint(
                condition=Q(kind="") | Q(kind__in=[kind for kind, _label in KEPT_KINDS]),
                name="office_retention_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_label} {self.valid_from}"

    @property
    def kind_label(self) -> str:
        return self.get_kind_display() if self.kind else gettext("every other kind")

    @property
    def basis_label(self) -> str:
        return local(self.basis_zh, self.basis)
