"""National code tables (JY/T 1001), loaded by `manage.py reference`."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import local
from schools.choices import OrganiserLevel


class CodeTable(models.Model):
    """A row of a code table, in both languages."""

    code = models.CharField(_("code"), max_length=6, unique=True)
    name = models.CharField(_("English name"), max_length=100)
    name_zh = models.CharField(_("Chinese name"), max_length=100)

    class Meta:
        abstract = True
        ordering = ("code",)

    def __str__(self) -> str:
        return local(self.name_zh, self.name)

    @property
    def label(self) -> str:
        return local(self.name_zh, self.name)


class SchoolType(CodeTable):
    """What kind of school it is; its stages follow from it. Rows without a stage are headings."""

    stages = models.JSONField(_("stages"), default=list, blank=True)

    class Meta(CodeTable.Meta):
        verbose_name = _("school type")
        verbose_name_plural = _("school types")


class Organiser(CodeTable):
    """Who runs the school."""

    level = models.CharField(_("administrative level"), max_length=10, choices=OrganiserLevel.choices)

    class Meta(CodeTable.Meta):
        verbose_name = _("organiser")
        verbose_name_plural = _("organisers")


class AreaClass(CodeTable):
    """Urban–rural class of the place where the school stands."""

    class Meta(CodeTable.Meta):
        verbose_name = _("urban–rural class")
        verbose_name_plural = _("urban–rural classes")
