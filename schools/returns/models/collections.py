"""A form issued for one period to a circle of schools."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.charter.models import Unit, local
from bureau.workflow.models import Tracked
from schools.models.district import District
from schools.models.school import School
from schools.models.tables import SchoolType
from schools.returns.choices import CollectionStatus, Period
from schools.returns.models.forms import FormVersion


class Collection(Tracked):
    """Who must answer which version of a form, for which period, from when until when."""

    version_of_form = models.ForeignKey(
        FormVersion,
        on_delete=models.PROTECT,
        related_name="collections",
        verbose_name=_("version of the form"),
    )
    owner = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="return_collections",
        editable=False,
        verbose_name=_("section in charge"),
    )
    title_zh = models.CharField(_("Chinese title"), max_length=120)
    title = models.CharField(_("English title"), max_length=160, blank=True)
    # 2025 with a school year means the one that began on 1 September 2025.
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(1949), MaxValueValidator(2200)]
    )
    part = models.PositiveSmallIntegerField(
        _("term, quarter or month"), default=0, validators=[MaxValueValidator(12)]
    )
    opens_on = models.DateField(_("opens on"))
    due_on = models.DateField(_("due on"))
    locks_on = models.DateField(
        _("locks after"), help_text=_("The last day on which a late school can still send it.")
    )
    # Who must answer; an empty list does not narrow.
    stages = models.JSONField(_("stages"), default=list, blank=True)
    types = models.ManyToManyField(
        SchoolType, blank=True, related_name="+", verbose_name=_("types of schools")
    )
    districts = models.ManyToManyField(District, blank=True, related_name="+", verbose_name=_("districts"))
    schools = models.ManyToManyField(
        School,
        blank=True,
        related_name="+",
        verbose_name=_("only these schools"),
    )
    issued_on = models.DateField(
        pgettext_lazy("school return", "issued on"), null=True, blank=True, editable=False
    )
    # Kept where figures are asked for that a register or another form holds.
    repeat_reason = models.CharField(
        _("why figures are asked for again"), max_length=500, blank=True, editable=False
    )
    is_past = models.BooleanField(_("imported from a past year"), default=False, editable=False)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=CollectionStatus.choices,
        default=CollectionStatus.DRAFT,
        editable=False,
    )

    class Meta:
        ordering = ("-year", "-part", "-pk")
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        default_permissions = ()
        indexes = [models.Index(fields=["status", "due_on"], name="schools_collection_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=CollectionStatus.values), name="schools_collection_status"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opens_on")) & Q(locks_on__gte=F("due_on")),
                name="schools_collection_days",
                violation_error_message=_("It opens first, is due then, and locks last."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return local(self.title_zh, self.title)

    @property
    def part_words(self) -> str:
        """Which term, quarter or month; "" for a whole year."""
        words = {
            Period.TERM: _t("term %(number)s"),
            Period.QUARTER: _t("quarter %(number)s"),
            Period.MONTH: _t("month %(number)s"),
        }.get(Period(self.version_of_form.form.period), "%(number)s")
        return words % {"number": self.part} if self.part else ""

    @property
    def form(self) -> object:
        return self.version_of_form.form

    def is_open(self, on: date | None = None) -> bool:
        day = on or timezone.localdate()
        return self.status == CollectionStatus.ISSUED and self.opens_on <= day <= self.locks_on


class LockException(models.Model):
    """One school may send after the lock, until a day, for a reason. Never changed; a later one replaces it."""

    collection = models.ForeignKey(
        Collection, on_delete=models.CASCADE, related_name="exceptions", verbose_name=_("collection")
    )
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+", verbose_name=_("school"))
    until = models.DateField(_("open until"))
    reason = models.CharField(_("reason"), max_length=300)
    granted_at = models.DateTimeField(pgettext_lazy("school return", "granted"), auto_now_add=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("granted by")
    )

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("exception from the lock")
        verbose_name_plural = _("exceptions from the lock")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.school} · {self.until}"
