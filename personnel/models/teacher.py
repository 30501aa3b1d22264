"""The teacher: who it is. What happened in the career stands in `career.py`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.identifiers import phones, resident_id
from bureau.identifiers.digests import DigestField
from bureau.identifiers.encryption import EncryptedTextField
from bureau.identifiers.errors import BadIdentifier
from bureau.identifiers.masking import mask_phone, mask_tail
from bureau.identifiers.pinyin import initials, sort_key
from bureau.workflow.models import Tracked
from personnel import identity
from personnel.choices import IdKind, Sex, TeacherStatus
from personnel.models.tables import KeyTeacherLevel, Title

# Verbs over teachers; each is a permission on the stage of a school, and one on Teacher for hand-made shares.
VERBS = ("view", "add", "change", "transfer", "train", "merge", "reveal", "export", "review")
BAD_DOCUMENT = "document"
EARLIEST_BIRTH = date(1900, 1, 1)


def check_birth(born_on: date | None) -> None:
    """Raises ValidationError."""
    if born_on and EARLIEST_BIRTH <= born_on < resident_id.PAST:
        return
    if born_on and not EARLIEST_BIRTH <= born_on < timezone.localdate():
        raise ValidationError({"born_on": _("The date of birth lies in the future or is far too early.")})


def check_grade(title: Title | None, post_grade: int | None) -> None:
    """Whether the title opens a post of this grade. Raises ValidationError."""
    if title and post_grade and not title.first_grade <= post_grade <= title.last_grade:
        raise ValidationError({"post_grade": _("This title does not open a post of this grade.")})


class Teacher(Tracked):
    """A person who teaches or works at a school.

    `id_number` and `phone` are encrypted and shown masked; `id_digest` finds the number.
    `main_post` repeats the main post in force for lists: `personnel.services.posts` keeps it.
    """

    number = models.CharField(_("teacher number"), max_length=12, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60)
    former_names = models.CharField(_("former names"), max_length=120, blank=True)
    latin_name = models.CharField(_("name in Latin letters"), max_length=100, blank=True)
    name_sort = models.CharField(_("name in pinyin"), max_length=200, editable=False, blank=True)
    initials = models.CharField(_("pinyin initials"), max_length=60, editable=False, blank=True)
    sex = models.CharField(_("sex"), max_length=6, choices=Sex.choices)
    born_on = models.DateField(_("date of birth"))
    id_kind = models.CharField(_("identity document"), max_length=16, choices=IdKind.choices)
    id_number = EncryptedTextField(_("number of the document"), blank=True)
    id_digest = DigestField(null=True, blank=True, editable=False)
    phone = EncryptedTextField(_("telephone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    hired_on = models.DateField(_("began to teach on"), null=True, blank=True)
    title = models.ForeignKey(
        Title,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="teachers",
        verbose_name=_("professional title"),
    )
    title_on = models.DateField(_("title since"), null=True, blank=True)
    post_grade = models.PositiveSmallIntegerField(_("grade of post"), null=True, blank=True)
    key_level = models.ForeignKey(
        KeyTeacherLevel,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="teachers",
        verbose_name=_("key-teacher level"),
    )
    main_post = models.ForeignKey(
        "personnel.Post",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("main post"),
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_from",
        verbose_name=_("merged into"),
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=TeacherStatus.choices,
        default=TeacherStatus.UNASSIGNED,
        editable=False,
    )

    class Meta:
        ordering = ("name_sort", "pk")
        verbose_name = _("teacher")
        verbose_name_plural = _("teachers")
        default_permissions = ()
        permissions = [(f"{verb}_teacher", f"Can {verb} the teacher") for verb in VERBS]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=TeacherStatus.values), name="personnel_teacher_status"
            ),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="personnel_teacher_sex"),
            models.CheckConstraint(condition=Q(id_kind__in=IdKind.values), name="personnel_teacher_id_kind"),
            models.CheckConstraint(
                condition=Q(id_kind=IdKind.NONE, id_digest__isnull=True)
                | (~Q(id_kind=IdKind.NONE) & Q(id_digest__isnull=False)),
                name="personnel_teacher_id_whole",
            ),
            # A record that was merged keeps its number for the file; the kept record holds it for the register.
            models.UniqueConstraint(
                fields=["id_kind", "id_digest"],
                condition=Q(id_digest__isnull=False, merged_into__isnull=True),
                name="personnel_teacher_id_once",
            ),
        ]
        indexes = [
            models.Index(fields=["name_sort", "id"], name="personnel_teacher_sort"),
            models.Index(fields=["status", "name_sort", "id"], name="personnel_teacher_tab"),
            # A tab is counted along the keys, beside the posts of the permitted stages in the same order.
            models.Index(fields=["status", "id"], name="personnel_teacher_state"),
            models.Index(fields=["name", "born_on"], name="personnel_teacher_person"),
            models.Index(fields=["id_digest"], name="personnel_teacher_digest"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_no_document(self) -> bool:
        return self.id_kind == IdKind.NONE

    @property
    def masked_id(self) -> str:
        """At most the last two characters."""
        return mask_tail(self.id_number) if self.id_number else ""

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone) if self.phone else ""

    def set_identity(self, kind: str, number: str) -> None:
        """Document and number together, with the digest by which it is found. Raises BadIdentifier."""
        text = identity.check(kind, number, sex=self.sex, born_on=self.born_on)
        self.id_kind, self.id_number = kind, text
        self.id_digest = identity.digest(kind, text) if text else None

    def set_phone(self, text: str) -> None:
        """Raises BadIdentifier."""
        self.phone = phones.check(text) if text.strip() else ""

    def clean(self) -> None:
        check_birth(self.born_on)
        try:
            identity.check(self.id_kind, self.id_number, sex=self.sex, born_on=self.born_on)
        except BadIdentifier as error:
            raise ValidationError(str(error), code=BAD_DOCUMENT) from error  # no form has the field itself
        check_grade(self.title, self.post_grade)

    def fill_name_keys(self) -> None:
        """How the name is sorted and found."""
        self.name_sort, self.initials = sort_key(self.name)[:200], initials(self.name)[:60]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fill_name_keys()
        super().save(*args, **kwargs)
