"""Code tables of the teacher register, loaded by `manage.py reference`."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from personnel.choices import FieldKeeper
from schools.choices import Stage
from schools.models.tables import CodeTable


class Subject(CodeTable):
    """What is taught."""

    class Meta(CodeTable.Meta):
        verbose_name = pgettext_lazy("taught", "subject")
        verbose_name_plural = pgettext_lazy("taught", "subjects")


class HiringForm(CodeTable):
    """On what footing somebody works at a school."""

    is_established = models.BooleanField(_("on the establishment"), default=False)

    class Meta(CodeTable.Meta):
        verbose_name = _("hiring form")
        verbose_name_plural = _("hiring forms")


class Title(CodeTable):
    """A professional title with the grades of posts that it opens; 1 is the highest grade."""

    series = models.CharField(_("series"), max_length=20)
    rank = models.PositiveSmallIntegerField(_("rank"), help_text=_("1 is the highest."))
    first_grade = models.PositiveSmallIntegerField(_("highest grade of post"))
    last_grade = models.PositiveSmallIntegerField(_("lowest grade of post"))
    basis = models.CharField(_("basis"), max_length=100, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)

    class Meta(CodeTable.Meta):
        verbose_name = _("professional title")
        verbose_name_plural = _("professional titles")


class KeyTeacherLevel(CodeTable):
    """Named teachers: key teachers by level, leaders of a subject, teachers of special grade."""

    class Meta(CodeTable.Meta):
        verbose_name = _("key-teacher level")
        verbose_name_plural = _("key-teacher levels")


class TeacherFieldOwnership(models.Model):
    """Who may change a field of a teacher's record at once: personnel, or the school as well.

    A row without a stage holds for all stages; one with a stage goes before it for main posts there.
    """

    field = models.CharField(_("field"), max_length=40)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage.choices, blank=True)
    keeper = models.CharField(_("kept by"), max_length=10, choices=FieldKeeper.choices)

    class Meta:
        ordering = ("field", "stage")
        verbose_name = _("field ownership of teachers")
        verbose_name_plural = _("field ownerships of teachers")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(keeper__in=FieldKeeper.values), name="personnel_field_keeper"),
            models.UniqueConstraint(
                fields=["field", "stage"],
                name="personnel_field_once",
                violation_error_message=_(
                    "This field and stage stand in the table already. Change that row."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} · {self.get_stage_display()}" if self.stage else self.field
