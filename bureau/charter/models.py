"""The organisation as data: units, duties, capabilities held, remits, memberships."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bureau.charter.choices import Role, UnitKind


def local(chinese: str, english: str) -> str:
    """The name in the reader's language, the other one where it is missing."""
    if (get_language() or "").startswith("zh"):
        return chinese or english
    return english or chinese


class Charter(models.Model):
    """The chart in force: the newest row. Older rows are the bureau's history."""

    key = models.SlugField(_("key"), max_length=40)
    name = models.CharField(_("English name"), max_length=100)
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    region = models.CharField(_("region"), max_length=6, blank=True)
    loaded_at = models.DateTimeField(_("loaded"), auto_now_add=True)
    loaded_by = models.CharField(_("loaded by"), max_length=100, blank=True)
    digest = models.CharField(_("digest of the file"), max_length=64, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("charter")
        verbose_name_plural = _("charters")

    def __str__(self) -> str:
        return local(self.name_zh, self.name)


class Unit(models.Model):
    """A place where people work and records stand: bureau, section, district, school, outside body."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=UnitKind.choices)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    name = models.CharField(_("English name"), max_length=150, blank=True)
    name_zh = models.CharField(_("Chinese name"), max_length=150)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    # Guardian grants go to this group; no user is ever put into it: memberships in force decide.
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="unit", editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    # Of a unit that is gone: the one unit that took everything over, where there is one.
    successor = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="absorbed",
        verbose_name=_("went to"),
    )

    class Meta:
        ordering = ("kind", "order", "key")
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="charter_unit_kind"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return local(self.name_zh, self.name)


class Duty(models.Model):
    """A duty of a section under the charter in force, discharged by capabilities."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="duties", verbose_name=_("section"))
    code = models.CharField(_("number"), max_length=10)
    name = models.CharField(_("English name"), max_length=200)
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ("unit", "order")
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        constraints = [models.UniqueConstraint(fields=["unit", "code"], name="charter_duty_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

    @property
    def label(self) -> str:
        return local(self.name_zh, self.name)


class HeldCapability(models.Model):
    """A section holds a capability, through a duty or beside them (`duty` empty)."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="held", verbose_name=_("section"))
    capability = models.CharField(_("capability"), max_length=60, db_index=True)
    duty = models.ForeignKey(
        Duty, on_delete=models.CASCADE, null=True, blank=True, related_name="held", verbose_name=_("duty")
    )
    is_lead = models.BooleanField(_("lead"), default=False)

    class Meta:
        ordering = ("unit", "capability")
        verbose_name = _("capability held")
        verbose_name_plural = _("capabilities held")
        constraints = [
            models.UniqueConstraint(fields=["unit", "capability", "duty"], name="charter_held_once"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.capability}"


class Remit(models.Model):
    """Over which shared records a section holds which verbs. No filter means all of them."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="remits", verbose_name=_("section"))
    over = models.CharField(_("kind of records covered"), max_length=20)
    verbs = models.JSONField(_("verbs"), default=list)
    filters = models.JSONField(
        _("filters"), default=dict, blank=True
    )  # {"stages": […], "private": true, "purposes": […]}
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ("unit", "order")
        verbose_name = _("remit")
        verbose_name_plural = _("remits")

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.over} {self.filters}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self, on: date | None = None) -> MembershipQuerySet:
        """Memberships that hold on a day (today), of active people in active units."""
        day = on or timezone.localdate()
        return self.filter(
            Q(until__isnull=True) | Q(until__gte=day),
            since__lte=day,
            user__is_active=True,
            unit__is_active=True,
        )


class Membership(models.Model):
    """A person in a unit, in a role, for a time. It lapses by itself; no event is needed."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("person"),
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("unit")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    since = models.DateField(_("from"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)
    # Only for a deputy leader: the sections in his or her charge.
    in_charge_of = models.ManyToManyField(
        Unit, blank=True, related_name="in_charge", verbose_name=_("in charge of")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ("unit", "role", "user")
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "unit", "role", "since"], name="charter_membership_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="charter_membership_role"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="charter_membership_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.unit} · {self.get_role_display()}"


class Move(models.Model):
    """What a charter load moved from one unit to another: the way back is preset from it.

    Kind "charter.membership" with field "unit", "in_charge_of" or "merged" (two equal ones became one),
    "charter.unit" for a unit that went to another as a whole, else the record's own kind and field.
    """

    charter = models.ForeignKey(
        Charter, on_delete=models.CASCADE, related_name="moves", verbose_name=_("charter")
    )
    kind = models.CharField(_("kind of record"), max_length=60)  # "charter.membership", "office.letter"
    object_id = models.BigIntegerField(_("record"))
    field = models.CharField(_("field"), max_length=40, default="unit")
    from_key = models.CharField(_("moved from"), max_length=60)
    from_name = models.CharField(_("name then"), max_length=150)
    to_key = models.CharField(_("moved to"), max_length=60)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        indexes = [models.Index(fields=["kind", "object_id"], name="charter_move_object")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.from_key} → {self.to_key}"
