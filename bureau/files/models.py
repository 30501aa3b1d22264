"""A file on a record. The row and the file come and go together."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.files.choices import FileType, MarkForm, Scan
from bureau.files.kinds import CARRIERS, AttachmentKind, kind_of


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def of(self, record: models.Model) -> AttachmentQuerySet:
        return self.filter(record_kind=record._meta.label_lower, record_id=record.pk)

    def in_force(self) -> AttachmentQuerySet:
        """Not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class Attachment(models.Model):
    """One file of one record. A withdrawn one keeps its row; its content goes after FILES_KEPT_DAYS."""

    record_kind = models.CharField(_("kind of record"), max_length=60)
    record_id = models.BigIntegerField(_("record"))
    kind = models.CharField(_("kind of file"), max_length=40)
    name = models.CharField(_("file name"), max_length=160)
    file_type = models.CharField(_("type"), max_length=4, choices=FileType.choices)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    stored_as = models.CharField(_("stored as"), max_length=80, unique=True)
    scan = models.CharField(_("virus check"), max_length=8, choices=Scan.choices)
    scanned_at = models.DateTimeField(_("checked"), null=True, blank=True)
    signature = models.CharField(_("name of the virus"), max_length=120, blank=True)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)
    added_by_id = models.BigIntegerField(_("account"), null=True, blank=True)
    added_by_name = models.CharField(_("added by"), max_length=100, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by_name = models.CharField(_("withdrawn by"), max_length=100, blank=True)
    withdrawal = models.CharField(_("reason of the withdrawal"), max_length=500, blank=True)
    removed_at = models.DateTimeField(_("content removed"), null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ("added_at", "pk")
        verbose_name = _("file")
        verbose_name_plural = _("files")
        default_permissions = ()
        indexes = [
            models.Index(fields=["record_kind", "record_id"], name="files_attachment_record"),
            models.Index(fields=["added_by_id", "added_at"], name="files_attachment_adder"),
            models.Index(fields=["scan"], name="files_attachment_unchecked", condition=~Q(scan=Scan.CLEAN)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(file_type__in=FileType.values), name="files_attachment_type"),
            models.CheckConstraint(condition=Q(scan__in=Scan.values), name="files_attachment_scan"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawal=""), name="files_withdrawal_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def declared(self) -> AttachmentKind | None:
        """What its kind says; None when the app that declared it is no longer installed."""
        carrier = CARRIERS.get(self.record_kind)
        return kind_of(carrier.model, self.kind) if carrier else None

    @property
    def kind_label(self) -> str:
        return str(self.declared.label) if self.declared else self.kind

    @property
    def is_open(self) -> bool:
        """Whether its content may be handed out. With a scanner set, only what it found clean."""
        if self.withdrawn_at is not None or self.removed_at is not None:
            return False
        return self.scan == Scan.CLEAN or (self.scan == Scan.OFF and not settings.CLAMAV)


class Inspection(models.Model):
    """What was found in a file that goes to the public with its record, and its text for the public search."""

    attachment = models.OneToOneField(
        Attachment, on_delete=models.CASCADE, related_name="inspection", verbose_name=_("file")
    )
    # Of the check itself: a file that an older one has read is read again before it is published.
    version = models.PositiveSmallIntegerField(_("version of the check"))
    found = models.JSONField(_("found"), default=list)
    # Such a file stays out of reach, whatever its record says.
    stops = models.BooleanField(_("must not be published"), default=True)
    text = models.TextField(_("text"), blank=True)
    checked_at = models.DateTimeField(_("checked"), auto_now=True)

    class Meta:
        verbose_name = _("check of a file")
        verbose_name_plural = _("checks of files")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.attachment_id)


class ClassificationMark(models.Model):
    """Words that mark a secret: whatever carries them is not published."""

    key = models.SlugField(_("key"), max_length=40, blank=True, editable=False)
    form = models.CharField(_("where it counts"), max_length=8, choices=MarkForm.choices)
    text = models.CharField(_("mark"), max_length=40)
    basis = models.CharField(_("legal basis"), max_length=200, blank=True)
    is_verified = models.BooleanField(_("basis compared"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)
    changed_by = models.CharField(_("last changed by"), max_length=100, editable=False, blank=True)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    class Meta:
        ordering = ("form", "text")
        verbose_name = _("mark of secrecy")
        verbose_name_plural = _("marks of secrecy")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(form__in=MarkForm.values), name="files_mark_form"),
            models.UniqueConstraint(
                fields=["form", "text"],
                name="files_mark_once",
                violation_error_message=_("This mark is in the table already."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
