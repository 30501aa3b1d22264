"""A letter that is not sent yet: kept for a few days under a code of its own, or only its files."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.files.models import Attachment
from bureau.identifiers.digests import DigestField, KeyMarkField
from bureau.identifiers.encryption import EncryptedTextField


class LetterDraft(models.Model):
    """There is a row only for who saves the letter or adds a file to it.

    It has no number and no name. Without `code_digest` it holds files alone, and no text.
    """

    # Keyed digest of the form's own token, which the signed field of the form carries.
    form_digest = DigestField(unique=True, editable=False)
    # Keyed digest of the code that opens it again; the code itself is nowhere.
    code_digest = DigestField(unique=True, null=True, blank=True, editable=False)
    digest_key = KeyMarkField("form_digest", "code_digest")
    content = EncryptedTextField(_("what was typed"), blank=True)
    begun_at = models.DateTimeField(_("begun"), auto_now_add=True)
    kept_until = models.DateTimeField(_("kept until"), db_index=True)

    class Meta:
        ordering = ("-begun_at", "-pk")
        verbose_name = _("letter not sent yet")
        verbose_name_plural = _("letters not sent yet")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)


class SentName(models.Model):
    """What the writer called a file. The name may give away who wrote: only the office reads it."""

    attachment = models.OneToOneField(
        Attachment, on_delete=models.CASCADE, related_name="+", verbose_name=_("file")
    )
    name = EncryptedTextField(_("name that the writer gave"))

    class Meta:
        verbose_name = _("name of an enclosed file")
        verbose_name_plural = _("names of enclosed files")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)


class EnclosureCheck(models.Model):
    """What in an enclosed file could say who wrote the letter: the kinds alone, never the words."""

    attachment = models.OneToOneField(
        Attachment, on_delete=models.CASCADE, related_name="+", verbose_name=_("file")
    )
    # Of the check itself: a file that an older one has read counts as not looked into.
    version = models.PositiveSmallIntegerField(_("version of the check"))
    # [kind, whether it was found by comparing with the writer]
    found = models.JSONField(_("found"), default=list)
    checked_at = models.DateTimeField(_("checked"), auto_now=True)

    class Meta:
        verbose_name = _("check of an enclosed file")
        verbose_name_plural = _("checks of enclosed files")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.attachment_id)
