"""What a career is made of: posts, qualifications, education, and the timeline."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.charter.models import local
from bureau.identifiers import teacher_certificate
from bureau.identifiers.errors import BadIdentifier
from bureau.identifiers.validators import validate_teacher_certificate
from personnel.choices import (
    AcademicDegree,
    EducationLevel,
    EventKind,
    PostEnd,
    PostKind,
    QualificationKind,
)
from personnel.models.tables import HiringForm, Subject
from personnel.models.teacher import Teacher
from schools.choices import Stage
from schools.models import School, SchoolStage


class PostQuerySet(models.QuerySet["Post"]):
    def in_force(self, on: date | None = None) -> PostQuerySet:
        """Posts that have not ended: held on the day, or appointed to and about to begin."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=on or timezone.localdate()))


class Post(models.Model):
    """What somebody does at one stage of one school, from when until when.

    Rights follow `school_stage`. `school` and `stage` repeat it and stay when a school gives up the stage.
    """

    teacher = models.ForeignKey(
        Teacher, on_delete=models.CASCADE, related_name="posts", verbose_name=_("teacher")
    )
    school_stage = models.ForeignKey(
        SchoolStage,
        on_delete=models.SET_NULL,
        null=True,
        related_name="posts",
        verbose_name=_("school and stage"),
    )
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="posts", verbose_name=_("school"), editable=False
    )
    stage = models.CharField(_("stage"), max_length=20, choices=Stage.choices, editable=False)
    kind = models.CharField(
        _("kind of post"), max_length=12, choices=PostKind.choices, default=PostKind.TEACHING
    )
    subject = models.ForeignKey(
        Subject,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=pgettext_lazy("taught", "subject"),
    )
    hiring_form = models.ForeignKey(
        HiringForm, on_delete=models.PROTECT, related_name="posts", verbose_name=_("hiring form")
    )
    is_main = models.BooleanField(_("main post"), default=True)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=12, choices=PostEnd.choices, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ("-since", "-pk")
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="personnel_post_term"
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="personnel_post_stage"),
            models.UniqueConstraint(
                fields=["teacher"],
                condition=Q(is_main=True, until__isnull=True),
                name="personnel_post_one_main",
            ),
        ]
        indexes = [
            models.Index(fields=["school_stage", "until", "teacher"], name="personnel_post_stage_now"),
            models.Index(fields=["teacher", "until", "school_stage"], name="personnel_post_teacher_now"),
        ]

    def __str__(self) -> str:
        return f"{self.school} · {self.get_stage_display()}"

    @property
    def is_over(self) -> bool:
        return self.until is not None and self.until < timezone.localdate()

    def place(self, school_stage: SchoolStage) -> None:
        """Put the post at a stage of a school."""
        self.school_stage = school_stage
        self.school_id, self.stage = school_stage.school_id, school_stage.stage

    def clean(self) -> None:
        if self.since and self.until and self.until < self.since:
            raise ValidationError({"until": _("The last day lies before the first.")})
        if self.kind == PostKind.TEACHING and self.subject_id is None:
            raise ValidationError({"subject": _("A teaching post has a subject. Choose it from the list.")})


class Qualification(models.Model):
    """A teacher qualification certificate."""

    teacher = models.ForeignKey(
        Teacher, on_delete=models.CASCADE, related_name="qualifications", verbose_name=_("teacher")
    )
    number = models.CharField(
        _("certificate number"), max_length=17, unique=True, validators=[validate_teacher_certificate]
    )
    kind = models.CharField(_("kind of qualification"), max_length=1, choices=QualificationKind.choices)
    subject = models.ForeignKey(
        Subject,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("taught", "subject"),
    )
    issued_on = models.DateField(_("issued on"))
    issued_by = models.CharField(_("issued by"), max_length=100)

    class Meta:
        ordering = ("-issued_on", "-pk")
        verbose_name = _("teacher qualification")
        verbose_name_plural = _("teacher qualifications")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=QualificationKind.values), name="personnel_qualification_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def clean(self) -> None:
        """The number says year, kind and sex; all three must be those of the certificate and the person."""
        try:
            parts = teacher_certificate.check(self.number)
        except BadIdentifier:
            return  # the field's validator says it
        if self.kind and parts.kind != self.kind:
            raise ValidationError(
                {
                    "kind": _(
                        "Digit 10 of the number stands for another kind. Compare it with the certificate."
                    )
                }
            )
        if self.issued_on and parts.year != self.issued_on.year:
            raise ValidationError(
                {"issued_on": _("The number begins with another year. Compare it with the certificate.")}
            )
        if self.teacher_id and parts.sex != self.teacher.sex:
            raise ValidationError(
                {"number": _("Digit 11 of the number stands for the other sex. Is it this person's?")}
            )


class Education(models.Model):
    """Studies that were finished, with the degree that they led to."""

    teacher = models.ForeignKey(
        Teacher, on_delete=models.CASCADE, related_name="educations", verbose_name=_("teacher")
    )
    level = models.CharField(_("level of education"), max_length=14, choices=EducationLevel.choices)
    degree = models.CharField(
        _("academic degree"), max_length=8, choices=AcademicDegree.choices, default=AcademicDegree.NONE
    )
    institution = models.CharField(_("university or school"), max_length=100)
    major = models.CharField(_("field of study"), max_length=100, blank=True)
    finished_on = models.DateField(_("finished on"))
    is_full_time = models.BooleanField(_("full-time studies"), default=True)

    class Meta:
        ordering = ("-finished_on", "-pk")
        verbose_name = _("education")
        verbose_name_plural = _("education")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=EducationLevel.values), name="personnel_education_level"
            ),
            models.CheckConstraint(
                condition=Q(degree__in=AcademicDegree.values), name="personnel_education_degree"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}, {self.institution}"

    def clean(self) -> None:
        if self.finished_on and self.finished_on > timezone.localdate():
            raise ValidationError({"finished_on": _("Studies that are not finished yet are not entered.")})


class CareerEventQuerySet(models.QuerySet["CareerEvent"]):
    """Lines are written once. Only a merge hands them over to the record that is kept."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError("The timeline of a career is written once.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("The timeline of a career is never deleted.")

    def hand_over(self, teacher: Teacher) -> int:
        """Give these lines to the record that a duplicate was merged into."""
        return super().update(teacher=teacher)


class CareerEvent(models.Model):
    """One line of the timeline, in both languages. It names posts, titles, awards; never a number of a person."""

    teacher = models.ForeignKey(
        Teacher, on_delete=models.PROTECT, related_name="timeline", verbose_name=_("teacher")
    )
    kind = models.CharField(_("event"), max_length=12, choices=EventKind.choices)
    on = models.DateField(_("day"))
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("school")
    )
    text = models.CharField(_("what happened"), max_length=300, blank=True)
    text_zh = models.CharField(_("what happened (Chinese)"), max_length=300, blank=True)
    by_id = models.BigIntegerField(_("account"), null=True, blank=True)
    by_name = models.CharField(_("entered by"), max_length=100, blank=True)
    at = models.DateTimeField(_("entered"), default=timezone.now)

    objects = CareerEventQuerySet.as_manager()

    class Meta:
        ordering = ("-on", "-pk")
        verbose_name = _("event of a career")
        verbose_name_plural = _("events of careers")
        default_permissions = ()
        indexes = [models.Index(fields=["teacher", "-on", "-id"], name="personnel_event_teacher")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="personnel_event_kind")
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.get_kind_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("The timeline of a career is written once.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("The timeline of a career is never deleted.")

    @property
    def label(self) -> str:
        return local(self.text_zh, self.text)
