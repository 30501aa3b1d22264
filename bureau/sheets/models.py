"""What was uploaded and is not saved yet, and files made for one person. Both are gone after a day."""

from __future__ import annotations

import json
import zlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.identifiers.digests import DigestField, KeyMarkField
from bureau.identifiers.encryption import seal, unseal


class SealedJSONField(models.BinaryField):  # type: ignore[type-arg]
    """JSON, packed and encrypted: the rows of a file are personal data. Not searchable."""

    @property
    def column_key(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None:
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            value = seal(zlib.compress(text.encode(), 3), column=self.column_key)
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: object, connection: object) -> Any:
        if value is None:
            return None
        return json.loads(zlib.decompress(unseal(bytes(value), column=self.column_key)))

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj))


def oldest(now: datetime) -> datetime:
    """What is older is removed."""
    return now - timedelta(hours=settings.SHEET_KEPT_HOURS)


class SheetUpload(models.Model):
    """An uploaded workbook between dry run and saving. Its uploader alone sees it."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("uploaded by")
    )
    sheet = models.CharField(_("kind of workbook"), max_length=60)
    scope = models.CharField(_("scope"), max_length=60, blank=True)
    file_name = models.CharField(_("file name"), max_length=160)
    # Keyed digest of the content: the same file is recognised, and nothing else can be told from it.
    digest = DigestField(_("digest"))
    digest_key = KeyMarkField("digest")
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    # {"columns": {name: place}, "headers": […], "rows": [[number, [cells]]…], "notes": […]}
    table = SealedJSONField(_("rows of the file"))
    # {"row number": {"column": "typed text"}}
    corrections = SealedJSONField(_("corrections"), default=dict)
    # {"row number": signature of what was found unusual}
    ticks = models.JSONField(_("confirmed rows"), default=dict)
    # What the last check found, see `reporting`; nothing before the first one.
    report = SealedJSONField(_("result of the check"), null=True)
    job = models.ForeignKey(
        "jobs.Job", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("job")
    )
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    saved_at = models.DateTimeField(_("saved"), null=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("uploaded workbook")
        verbose_name_plural = _("uploaded workbooks")
        default_permissions = ()
        indexes = [
            models.Index(fields=["owner", "sheet"], name="sheets_upload_owner"),
            models.Index(fields=["digest"], name="sheets_upload_digest"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def gone_at(self) -> datetime:
        return self.created_at + timedelta(hours=settings.SHEET_KEPT_HOURS)


class SheetLock(models.Model):
    """One row per kind of workbook: whoever saves holds it, so that two files are saved one after the other."""

    key = models.CharField(_("kind of workbook"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("lock of a kind of workbook")
        verbose_name_plural = _("locks of kinds of workbooks")
        default_permissions = ()

    def __str__(self) -> str:
        return self.key


class ResultFile(models.Model):
    """A file that a job makes for whoever asked for it, in sealed pieces; `made_at` says that it is whole."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("made for")
    )
    # What it is made from; asked for again at download. A search may hold a name: sealed.
    query = SealedJSONField(_("query"), default=str)
    kind = models.CharField(_("kind of record"), max_length=60)
    workspace = models.CharField(_("workspace"), max_length=10)
    file_name = models.CharField(_("file name"), max_length=160)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    made_at = models.DateTimeField(_("made"), null=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("result file")
        verbose_name_plural = _("result files")
        default_permissions = ()

    def __str__(self) -> str:
        return self.file_name


class ResultPiece(models.Model):
    """One piece of a result file; written and read without holding the others."""

    result = models.ForeignKey(
        ResultFile, on_delete=models.CASCADE, related_name="pieces", verbose_name=_("result file")
    )
    number = models.PositiveIntegerField(_("number"))
    content = models.BinaryField(_("content"))

    class Meta:
        ordering = ("result", "number")
        verbose_name = _("piece of a result file")
        verbose_name_plural = _("pieces of result files")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["result", "number"], name="sheets_piece_once")]

    def __str__(self) -> str:
        return f"{self.result_id}/{self.number}"
