"""What a school counted in a school year. An empty figure is unknown; it is never zero."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.money import MoneyField
from schools.choices import GRADES_OF_STAGE, Stage
from schools.models.school import School


class SchoolFacts(models.Model):
    """The figures of one school for one school year, with the day they were true and where they come from."""

    school = models.ForeignKey(
        School, on_delete=models.CASCADE, related_name="facts", verbose_name=_("school")
    )
    # 2025 means the school year that began on 1 September 2025.
    year = models.PositiveSmallIntegerField(
        _("school year"),
        validators=[MinValueValidator(1949), MaxValueValidator(2200)],
        help_text=_("The year in which the school year begins."),
    )
    as_of = models.DateField(_("as of"))
    source = models.CharField(_("source"), max_length=100)
    classes = models.PositiveIntegerField(_("classes"), null=True, blank=True)
    staff = models.PositiveIntegerField(_("staff"), null=True, blank=True)
    full_time_teachers = models.PositiveIntegerField(_("full-time teachers"), null=True, blank=True)
    land = models.PositiveIntegerField(_("land (m²)"), null=True, blank=True)
    floor_area = models.PositiveIntegerField(_("floor area (m²)"), null=True, blank=True)
    books = models.PositiveIntegerField(_("books"), null=True, blank=True)
    equipment_fen = MoneyField(_("value of equipment (fen)"), null=True, blank=True)
    computers = models.PositiveIntegerField(_("computers"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ("school", "-year")
        verbose_name = _("figures of a school year")
        verbose_name_plural = _("figures of school years")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["school", "year"], name="schools_facts_once")]

    def __str__(self) -> str:
        return f"{self.school} {self.year_label}"

    @property
    def year_label(self) -> str:
        return f"{self.year}–{(self.year + 1) % 100:02d}"

    @property
    def pupils(self) -> int | None:
        """All pupils; None where no figure is known."""
        counts = [count for row in self.pupil_counts.all() for count in (row.boys, row.girls)]
        known = [count for count in counts if count is not None]
        return sum(known) if known else None

    def clean(self) -> None:
        if (
            self.staff is not None
            and self.full_time_teachers is not None
            and self.full_time_teachers > self.staff
        ):
            raise ValidationError(
                {"full_time_teachers": _("There cannot be more full-time teachers than staff.")}
            )


class PupilCount(models.Model):
    """Pupils of one grade by sex. An empty figure is unknown."""

    facts = models.ForeignKey(
        SchoolFacts, on_delete=models.CASCADE, related_name="pupil_counts", verbose_name=_("figures")
    )
    stage = models.CharField(_("stage"), max_length=20, choices=Stage.choices)
    grade = models.PositiveSmallIntegerField(
        _("year of the stage"), validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    boys = models.PositiveIntegerField(_("boys"), null=True, blank=True)
    girls = models.PositiveIntegerField(_("girls"), null=True, blank=True)

    class Meta:
        ordering = ("facts", "stage", "grade")
        verbose_name = _("pupils of a grade")
        verbose_name_plural = _("pupils of grades")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["facts", "stage", "grade"], name="schools_pupils_once"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="schools_pupils_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.grade}"

    @property
    def total(self) -> int | None:
        if self.boys is None and self.girls is None:
            return None
        return (self.boys or 0) + (self.girls or 0)

    def clean(self) -> None:
        years = GRADES_OF_STAGE.get(Stage(self.stage)) if self.stage in Stage.values else None
        if years is not None and self.grade > years:
            raise ValidationError({"grade": _("This stage has only %(years)s years.") % {"years": years}})
