"""The index of what is public, the numbers by which kept pages know that they are old, and moved addresses."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

PATH = RegexValidator(r"^/[^\s#\\]*$", _("An address of this site begins with / and holds no spaces."))
TARGET = RegexValidator(
    r"^(/(?!/)[^\s\\]*|https?://[^\s/\\][^\s\\]*)$",
    _("Begin with / for a page of this site, or with https://."),
)


class PublicPage(models.Model):
    """One public record as search, sitemap and feeds know it; made from the record, never edited."""

    kind = models.CharField(_("kind of record"), max_length=60)
    object_id = models.BigIntegerField(_("record"))
    # Without the language: /news/12/ is read at /zh/news/12/ and /en/news/12/.
    path = models.CharField(_("address"), max_length=200)
    column = models.CharField(_("column"), max_length=80, blank=True)
    title = models.CharField(_("English title"), max_length=300, blank=True)
    title_zh = models.CharField(_("Chinese title"), max_length=300, blank=True)
    summary = models.TextField(_("English summary"), blank=True)
    summary_zh = models.TextField(_("Chinese summary"), blank=True)
    numbers = models.TextField(_("numbers"), blank=True)
    text = models.TextField(_("text"), blank=True)
    rank = models.PositiveSmallIntegerField(_("rank"), default=50)
    date = models.DateTimeField(_("date"), null=True, blank=True)
    until = models.DateTimeField(_("public until"), null=True, blank=True)
    changed_at = models.DateTimeField(_("last changed"))

    class Meta:
        ordering = ("-date", "-pk")
        verbose_name = _("public page")
        verbose_name_plural = _("public pages")
        default_permissions = ()
        indexes = [
            models.Index(fields=["kind", "-date"], name="public_page_kind_newest"),
            models.Index(fields=["-date", "-id"], name="public_page_newest"),
        ]
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="public_page_once")]

    def __str__(self) -> str:
        return self.title_zh or self.title


class PageGeneration(models.Model):
    """How often what a tag stands for has changed. A kept page remembers the numbers of its tags."""

    tag = models.CharField(max_length=100, unique=True)
    number = models.PositiveBigIntegerField(default=1)
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("page generation")
        verbose_name_plural = _("page generations")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.tag} {self.number}"


class Redirect(models.Model):
    """An address of an earlier site, and where its page is now. An empty target: gone for good (410)."""

    old_path = models.CharField(
        _("old address"),
        max_length=300,
        unique=True,
        validators=[PATH],
        help_text=_("Without the host, such as /jyj/zwgk/201905/t20190521_1.html or /show.asp?id=12."),
    )
    target = models.CharField(
        _("leads to"),
        max_length=500,
        blank=True,
        validators=[TARGET],
        help_text=_("An address of this portal such as /zh/news/12/. Empty: the page is gone for good."),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    class Meta:
        ordering = ("old_path",)
        verbose_name = _("moved address")
        verbose_name_plural = _("moved addresses")
        constraints = [
            models.CheckConstraint(condition=~Q(old_path=F("target")), name="public_redirect_not_to_itself")
        ]

    def __str__(self) -> str:
        return self.old_path
