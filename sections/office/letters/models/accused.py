"""Whom a letter is about. Whoever stands here never gets to read it, nor does anybody who reports to him or her."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit
from bureau.identifiers.encryption import EncryptedTextField
from personnel.models import Teacher
from schools.models import School
from sections.office.letters.choices import AccusedKind
from sections.office.letters.models.letter import Letter


class Accused(models.Model):
    """A school, a unit or a person; the name as typed where the registers know nobody of that name."""

    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, related_name="accused", verbose_name=_("letter")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=AccusedKind.choices)
    school = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("school"),
    )
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("section or district bureau"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person with an account"),
    )
    teacher = models.ForeignKey(
        Teacher,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("teacher"),
    )
    name = EncryptedTextField(_("name as written"), blank=True)
    added_at = models.DateTimeField(_("recorded"), auto_now_add=True)
    added_by_name = models.CharField(_("recorded by"), max_length=100, blank=True)

    class Meta:
        ordering = ("letter", "pk")
        verbose_name = _("whom a letter is about")
        verbose_name_plural = _("whom letters are about")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=AccusedKind.SCHOOL, school__isnull=False)
                | Q(kind=AccusedKind.UNIT, unit__isnull=False)
                | Q(kind=AccusedKind.PERSON) & (Q(user__isnull=False) | Q(teacher__isnull=False))
                | Q(kind=AccusedKind.NAME),
                name="office_accused_says_whom",
            ),
            models.UniqueConstraint(
                fields=["letter", "school"],
                condition=Q(kind=AccusedKind.SCHOOL),
                name="office_accused_school",
            ),
            models.UniqueConstraint(
                fields=["letter", "unit"], condition=Q(kind=AccusedKind.UNIT), name="office_accused_unit"
            ),
            models.UniqueConstraint(
                fields=["letter", "user"], condition=Q(user__isnull=False), name="office_accused_user"
            ),
            models.UniqueConstraint(
                fields=["letter", "teacher"],
                condition=Q(teacher__isnull=False),
                name="office_accused_teacher",
            ),
        ]

    def __str__(self) -> str:
        found = self.school or self.unit or self.user or self.teacher
        return str(found) if found else self.name
