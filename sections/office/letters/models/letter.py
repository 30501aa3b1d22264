"""A citizen's letter and its way through the bureau."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit
from bureau.identifiers.digests import DigestField, KeyMarkField
from bureau.identifiers.encryption import EncryptedTextField
from bureau.workflow.models import Tracked
from schools.models import School
from sections.office.letters.choices import OPEN, Channel, Ground, Kind, Outcome, Rating, Solved, Status
from sections.office.letters.likeness import plain, signature

COUNTED = ("kind", "channel", "unit", "school", "owner", "id")


class Letter(Tracked):
    """One letter. Who wrote it stands encrypted; who is complained about never gets to read it."""

    derived = ("is_pressing", "signature")
    # What no line of a list shows: long, or sealed.
    long_or_sealed = (
        "body",
        "answer",
        "signature",
        "rating_comment",
        "sender_name",
        "sender_phone",
        "sender_email",
        "sender_address",
    )

    number = models.CharField(_("number"), max_length=20, unique=True)
    # Keyed digest of the code on the receipt: the code itself is nowhere.
    code_digest = DigestField(editable=False)
    code_key = KeyMarkField("code_digest")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    channel = models.CharField(
        _("how it came"), max_length=12, choices=Channel.choices, default=Channel.WEB, db_default=Channel.WEB
    )
    # The number of another office's system: the mayor's line, the petition office.
    outside_number = models.CharField(_("number elsewhere"), max_length=40, blank=True)
    people_count = models.PositiveSmallIntegerField(_("number of writers"), default=1)
    is_by_child = models.BooleanField(_("written by a child"), default=False)
    is_urgent = models.BooleanField(_("urgent: somebody may come to harm"), default=False)
    # Urgent and still open: such letters stand above the others. Kept by `save`.
    is_pressing = models.BooleanField(_("urgent and open"), default=False, db_default=False, editable=False)
    # Said on the web form; who wrote or came is asked later, where the public answer is prepared.
    may_be_published = models.BooleanField(
        _("writer agrees to publishing"), default=False, db_default=False, editable=False
    )
    urgency_checked_on = models.DateField(_("urgency looked at by the office"), null=True, blank=True)
    school = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("about the school"),
    )
    title = models.CharField(_("subject"), max_length=100)
    body = models.TextField(_("letter"), max_length=5000)
    # Rules out at once the letters that cannot say nearly the same. Kept by `save`.
    signature = models.BinaryField(_("signature of the text"), null=True, editable=False)
    sender_name = EncryptedTextField(_("name of the writer"), blank=True)
    sender_phone = EncryptedTextField(_("phone of the writer"), blank=True)
    # Optional; where the writer wishes to be told. Addresses at 163.com or qq.com are as good as any.
    sender_email = EncryptedTextField(_("e-mail of the writer"), blank=True)
    sender_address = EncryptedTextField(_("address of the writer"), blank=True)
    # Keyed digest of the phone: finds the same person's other letters without opening a name.
    sender_digest = DigestField(blank=True, editable=False, db_index=True)
    received_on = models.DateField(_("received"))
    owner = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="letters_held", verbose_name=_("registered by")
    )
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="letters_assigned",
        verbose_name=_("handled by"),
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answer written by"),
    )
    ground = models.CharField(_("ground"), max_length=20, choices=Ground.choices, blank=True)
    referred_to = models.CharField(_("referred to"), max_length=100, blank=True)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("handled together with"),
    )
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices, blank=True)
    answer = models.TextField(_("answer"), max_length=10000, blank=True)
    answered_on = models.DateField(_("answered"), null=True, blank=True)
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    reopened_on = models.DateField(_("reopened"), null=True, blank=True)
    solved = models.CharField(_("solved, says the writer"), max_length=8, choices=Solved.choices, blank=True)
    solved_asked_on = models.DateField(_("asked whether it is solved"), null=True, blank=True)
    solved_on = models.DateField(_("said whether it is solved"), null=True, blank=True)
    anonymised_on = models.DateField(_("made anonymous"), null=True, blank=True)
    rating = models.PositiveSmallIntegerField(_("rating"), choices=Rating.choices, null=True, blank=True)
    rating_comment = models.CharField(_("what the writer says of the answer"), max_length=500, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.RECEIVED)

    class Meta:
        ordering = ("-received_on", "-pk")
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [
            models.Index(fields=["owner", "status"], name="office_letter_owner"),
            models.Index(fields=["unit", "status"], name="office_letter_unit"),
            # All that figures and rights ask of a letter: what came in a month, and what is open, is counted from
            # these two alone.
            models.Index(fields=["received_on", *COUNTED], name="office_letter_received"),
            models.Index(
                fields=["received_on", *COUNTED], condition=Q(status__in=OPEN), name="office_letter_open"
            ),
            models.Index(fields=["-is_pressing", "-received_on", "-id"], name="office_letter_urgent_first"),
            # The tabs of the list: how many of one status may be seen.
            models.Index(fields=["status", "unit", "owner", "id"], name="office_letter_status"),
            models.Index(fields=["answered_on"], name="office_letter_answered"),
            models.Index(fields=["closed_on"], name="office_letter_closed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "outside_number"],
                condition=~Q(outside_number=""),
                name="office_letter_outside_number",
                violation_error_message=_(
                    "A letter with this number of another office is registered already."
                ),
            ),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="office_letter_channel"),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=Outcome.values), name="office_letter_outcome"
            ),
            models.CheckConstraint(
                condition=Q(solved="") | Q(solved__in=Solved.values), name="office_letter_solved"
            ),
            models.CheckConstraint(condition=Q(people_count__gte=1), name="office_letter_people"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="office_letter_status"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="office_letter_kind"),
            models.CheckConstraint(
                condition=~Q(status=Status.ANSWERED) | ~Q(answer=""), name="office_letter_answer_has_text"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.is_pressing = self.is_urgent and self.status in OPEN
        self.signature = signature(plain(self.title, self.body))
        super().save(*args, **kwargs)
