"""The school and its stages: what every section shares."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit, local
from bureau.duplicates.models import MayBeDouble
from bureau.identifiers.pinyin import initials
from bureau.identifiers.validators import validate_credit_code, validate_school_code
from bureau.workflow.models import Tracked
from schools.choices import STAGE_ORDER, SchoolStatus, Stage, SuccessionKind
from schools.models.district import District
from schools.models.tables import AreaClass, Organiser, SchoolType

EARLIEST = date(1840, 1, 1)
ENDED = (SchoolStatus.CLOSED, SchoolStatus.MERGED, SchoolStatus.DOUBLE)


class School(MayBeDouble, Tracked):
    """A school, kindergarten or other institution of the register."""

    unit = models.OneToOneField(
        Unit, on_delete=models.PROTECT, related_name="school", verbose_name=_("unit"), editable=False
    )
    # A proposed school has none yet; a code is never used again.
    code = models.CharField(
        _("identification code"),
        max_length=10,
        unique=True,
        null=True,
        blank=True,
        validators=[validate_school_code],
    )
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    name = models.CharField(_("English name"), max_length=150, blank=True)
    former_names = models.TextField(_("former names"), blank=True, help_text=_("One name per line."))
    initials = models.CharField(_("pinyin initials"), max_length=100, blank=True, editable=False)
    school_type = models.ForeignKey(
        SchoolType, on_delete=models.PROTECT, related_name="schools", verbose_name=_("school type")
    )
    organiser = models.ForeignKey(
        Organiser, on_delete=models.PROTECT, related_name="schools", verbose_name=_("organiser")
    )
    is_private = models.BooleanField(_("private"), default=False)
    area_class = models.ForeignKey(
        AreaClass, on_delete=models.PROTECT, related_name="schools", verbose_name=_("urban–rural class")
    )
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="schools", verbose_name=_("district")
    )
    managed_by = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="managed_schools", verbose_name=_("managed by")
    )
    township = models.CharField(_("township or street"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(73)), MaxValueValidator(Decimal(136))],
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(3)), MaxValueValidator(Decimal(54))],
    )
    credit_code = models.CharField(
        _("unified social credit code"), max_length=18, blank=True, validators=[validate_credit_code]
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=SchoolStatus.choices,
        default=SchoolStatus.PROPOSED,
        editable=False,
    )
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    # The day on which the details were last changed or confirmed.
    as_of = models.DateField(_("as of"), default=timezone.localdate, editable=False)

    class Meta:
        ordering = ("code", "pk")
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        default_permissions = ("add", "change", "view")
        permissions = [
            ("adjust_school", "Can found, close and adjust the school"),
            ("merge_school", "Can merge the school"),
            ("export_school", "Can export the school"),
            ("review_school", "Can review change requests of the school"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=SchoolStatus.values), name="schools_school_status"),
            models.CheckConstraint(
                condition=Q(status__in=(SchoolStatus.PROPOSED, SchoolStatus.DOUBLE)) | Q(code__isnull=False),
                name="schools_school_code",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__isnull=False, latitude__isnull=False),
                name="schools_school_coordinates",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True)
                | Q(founded_on__isnull=True)
                | Q(closed_on__gte=F("founded_on")),
                name="schools_school_dates",
            ),
            models.UniqueConstraint(
                fields=["credit_code"], condition=~Q(credit_code=""), name="schools_school_credit_code"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "district"], name="schools_school_public"),
            models.Index(fields=["managed_by"], name="schools_school_managed"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return local(self.name_zh, self.name)

    @property
    def is_in_use(self) -> bool:
        """Neither closed nor merged, nor a second record of another."""
        return self.status not in ENDED

    def clean(self) -> None:
        if (self.longitude is None) != (self.latitude is None):
            raise ValidationError({"latitude": _("Give longitude and latitude together, or neither.")})
        if self.founded_on and not EARLIEST <= self.founded_on <= timezone.localdate():
            raise ValidationError(
                {"founded_on": _("The founding day lies in the future or is far too early.")}
            )
        if self.school_type_id and not self.school_type.stages:
            raise ValidationError(
                {"school_type": _("This is a heading of the list. Choose a type under it.")}
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Two proposed schools without a code must not collide on the empty string.
        self.code = self.code or None
        self.initials = initials(self.name_zh)[:100]
        super().save(*args, **kwargs)


class SchoolStage(models.Model):
    """One stage of one school: teachers' posts and pupils name it, and so do the rights over them."""

    school = models.ForeignKey(
        School, on_delete=models.CASCADE, related_name="stages", verbose_name=_("school")
    )
    stage = models.CharField(_("stage"), max_length=20, choices=Stage.choices)
    order = models.PositiveSmallIntegerField(_("order"), default=0, editable=False)

    class Meta:
        ordering = ("school", "order")
        verbose_name = _("stage of a school")
        verbose_name_plural = _("stages of schools")
        default_permissions = ()
        permissions = [
            (f"{verb}_{kind}", f"Can {verb} {kind} of the stage")
            for kind in ("teachers", "students")
            for verb in ("view", "add", "change", "transfer", "train", "merge", "reveal", "export", "review")
            if (verb, kind) != ("train", "students")
        ]
        constraints = [
            models.UniqueConstraint(fields=["school", "stage"], name="schools_stage_once"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="schools_stage_known"),
        ]
        indexes = [models.Index(fields=["stage", "school"], name="schools_stage_school")]

    def __str__(self) -> str:
        return f"{self.school} · {self.get_stage_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.order = STAGE_ORDER[self.stage]
        super().save(*args, **kwargs)


class Succession(models.Model):
    """Which school took over from which: merging, splitting, replacing."""

    predecessor = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="successions", verbose_name=_("predecessor")
    )
    successor = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="origins", verbose_name=_("successor")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=SuccessionKind.choices)
    on = models.DateField(_("day"))

    class Meta:
        ordering = ("on", "pk")
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="schools_succession_once"),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="schools_succession_two_schools"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
