"""What a school asks for in a teacher's record."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit
from bureau.identifiers.encryption import EncryptedTextField
from bureau.proposals.models import Proposal
from personnel.changes.choices import ChangeStatus
from personnel.models import Teacher
from personnel.selectors.fields import label_of


class TeacherChange(Proposal):
    """Other values of one field, or of fields that must fit one another, of one teacher.

    `old` and `new`: field → stored text, as JSON; numbers of persons stand there masked and whole in `sealed`.
    """

    teacher = models.ForeignKey(
        Teacher, on_delete=models.PROTECT, related_name="change_requests", verbose_name=_("teacher")
    )
    asking_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("school"), editable=False
    )
    old = models.JSONField(_("now"), default=dict)
    new = models.JSONField(_("asked for"), default=dict)
    sealed = EncryptedTextField(_("numbers of the person"), blank=True, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=ChangeStatus.choices, default=ChangeStatus.OPEN, editable=False
    )

    class Meta(Proposal.Meta):
        verbose_name = _("change request for a teacher")
        verbose_name_plural = _("change requests for teachers")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ChangeStatus.values), name="personnel_change_status"
            ),
            models.UniqueConstraint(
                fields=["teacher", "field"],
                condition=Q(status=ChangeStatus.OPEN),
                name="personnel_change_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teacher} · {self.field_label}"

    @property
    def field_label(self) -> str:
        names = list(self.new) if isinstance(self.new, dict) else []
        return " · ".join(label_of(name) for name in names) or self.field

    @property
    def is_open(self) -> bool:
        return self.status == ChangeStatus.OPEN
