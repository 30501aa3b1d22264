"""One review of an answer, or the re-review that follows it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.charter.models import Unit, local
from bureau.workflow.models import Tracked
from sections.office.letters.models import Letter
from sections.office.reviews.choices import Opinion, Stage, Status


class ReviewingBody(models.Model):
    """A body outside the bureau that reviews answers. The office keeps the table."""

    key = models.CharField(max_length=40, blank=True, editable=False)  # of a row that came with the portal
    name_zh = models.CharField(_("name"), max_length=100, unique=True)
    name = models.CharField(_("name in English"), max_length=100, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    is_verified = models.BooleanField(_("compared with the source"), default=False)
    changed_by = models.CharField(_("last changed by"), max_length=100, editable=False, blank=True)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    class Meta:
        ordering = ("name_zh",)
        verbose_name = _("reviewing body")
        verbose_name_plural = _("reviewing bodies")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return local(self.name_zh, self.name)


class Review(Tracked):
    """The writer does not agree with the answer; another body looks at it again."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, related_name="reviews", verbose_name=_("letter")
    )
    stage = models.CharField(
        pgettext_lazy("stage of a letter", "stage"), max_length=10, choices=Stage.choices
    )
    # Which answer: 0 for the first one, 1 for that after the letter was handled again, and so on.
    round = models.PositiveSmallIntegerField(_("which answer"), default=0)
    previous = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="following",
        verbose_name=_("review before it"),
    )
    reason = models.TextField(_("why the writer does not agree"), max_length=2000)
    asked_on = models.DateField(_("asked"))
    is_by_staff = models.BooleanField(_("entered by the office"), default=False)
    owner = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="reviews_held", verbose_name=_("kept by")
    )
    # Where the bureau's own unit does not review: the body to which the papers were sent.
    body = models.ForeignKey(
        ReviewingBody,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reviewing body"),
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Opinion.choices, blank=True)
    opinion = models.TextField(_("opinion"), max_length=10000, blank=True)
    decided_on = models.DateField(_("opinion given"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opinion entered by"),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ASKED)

    class Meta:
        ordering = ("-asked_on", "-pk")
        verbose_name = _("review of an answer")
        verbose_name_plural = _("reviews of answers")
        indexes = [models.Index(fields=["owner", "status"], name="office_review_owner")]
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "stage", "round"],
                condition=~Q(status=Status.WITHDRAWN),
                name="office_review_once",
                violation_error_message=_("A review of this answer was asked for already."),
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="office_review_status"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="office_review_stage"),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=Opinion.values), name="office_review_outcome"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.DECIDED) | ~Q(opinion=""), name="office_review_opinion_has_text"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_final(self) -> bool:
        """After the opinion of a re-review the matter is not taken up again (art. 36)."""
        ends = self.outcome in (Opinion.UPHELD, Opinion.CHANGED)
        return self.stage == Stage.RE_REVIEW and self.status == Status.DECIDED and ends
