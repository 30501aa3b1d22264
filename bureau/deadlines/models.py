"""The working-day calendar, the rules of the clocks, and the clocks themselves."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bureau.charter.choices import Role
from bureau.charter.models import local
from bureau.deadlines import explanations
from bureau.deadlines.choices import ClockAct, ClockState, DayKind, Unit
from bureau.deadlines.counting import Period


class CalendarYear(models.Model):
    """A year for which the holiday notice is known."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    title = models.CharField(_("English title of the notice"), max_length=200, blank=True)
    title_zh = models.CharField(_("title of the notice"), max_length=200)
    source = models.CharField(_("where it was read"), max_length=300, blank=True)
    loaded_at = models.DateTimeField(_("loaded"), auto_now=True)
    loaded_by = models.CharField(_("loaded by"), max_length=100, blank=True)

    class Meta:
        ordering = ("-year",)
        verbose_name = _("year of the calendar")
        verbose_name_plural = _("years of the calendar")

    def __str__(self) -> str:
        return str(self.year)

    @property
    def label(self) -> str:
        return local(self.title_zh, self.title)


class CalendarDay(models.Model):
    """A day that the notice makes different from what its weekday says."""

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("holiday"), max_length=60)
    kind = models.CharField(_("kind"), max_length=4, choices=DayKind.choices)
    year = models.ForeignKey(
        CalendarYear, on_delete=models.CASCADE, related_name="days", verbose_name=_("notice")
    )

    class Meta:
        ordering = ("day",)
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DayKind.values), name="deadlines_day_kind")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"

    @property
    def label(self) -> str:
        return explanations.holiday_name(self.name)


class ClockRule(models.Model):
    """How long one matter may take, from a day on. A change is a new row; clocks that run keep theirs."""

    matter = models.CharField(_("matter"), max_length=60, db_index=True)
    name = models.CharField(_("English name"), max_length=150)
    name_zh = models.CharField(_("Chinese name"), max_length=150)
    length = models.SmallIntegerField(_("length"), help_text=_("Negative: so long before the event."))
    unit = models.CharField(_("counted in"), max_length=12, choices=Unit.choices)
    fixed_month = models.PositiveSmallIntegerField(_("month of the fixed day"), null=True, blank=True)
    fixed_day = models.PositiveSmallIntegerField(_("fixed day of the month"), null=True, blank=True)
    rolls = models.BooleanField(_("moves from a rest day to the next working day"), default=False)
    basis = models.CharField(_("legal basis in English"), max_length=200)
    basis_zh = models.CharField(_("legal basis"), max_length=200)
    extension_length = models.PositiveSmallIntegerField(_("longest extension"), default=0)
    extended_by = models.JSONField(_("who may extend"), default=list, blank=True)  # values of charter.Role
    valid_from = models.DateField(_("valid from"))
    is_reference = models.BooleanField(_("comes with the portal"), default=False, editable=False)

    class Meta:
        ordering = ("matter", "-valid_from")
        verbose_name = _("clock rule")
        verbose_name_plural = _("clock rules")
        constraints = [
            models.UniqueConstraint(fields=["matter", "valid_from"], name="deadlines_rule_once"),
            models.CheckConstraint(condition=Q(unit__in=Unit.values), name="deadlines_rule_unit"),
            models.CheckConstraint(
                condition=~Q(unit=Unit.FIXED_DAY) | Q(fixed_month__range=(1, 12), fixed_day__range=(1, 31)),
                name="deadlines_rule_fixed_day",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return local(self.name_zh, self.name)

    @property
    def basis_label(self) -> str:
        return local(self.basis_zh, self.basis)

    def clean(self) -> None:
        if not self.length:
            raise ValidationError({"length": _("Give a length other than zero.")})
        if self.unit == Unit.FIXED_DAY:
            try:
                date(2001, self.fixed_month or 0, self.fixed_day or 0)
            except ValueError:
                raise ValidationError(
                    {"fixed_day": _("Give the month and a day that it has every year.")}
                ) from None
        if bool(self.extension_length) != bool(self.extended_by):
            raise ValidationError(
                {"extended_by": _("Where an extension is possible, name who may extend; else nobody.")}
            )

    @property
    def length_label(self) -> str:
        """“20 working days”, “31 January of the following year”."""
        return explanations.length_text(self)

    @property
    def extenders(self) -> str:
        """The roles that may extend, in words."""
        return gettext(", ").join(str(Role(value).label) for value in self.extended_by)

    @property
    def extension_label(self) -> str:
        return explanations.amount_text(self.extension_length, self.unit) if self.extension_length else ""


class Clock(models.Model):
    """One period that runs for one record. Dates are kept, so that a list can sort and remind by them."""

    matter = models.CharField(_("matter"), max_length=60)
    rule = models.ForeignKey(
        ClockRule, on_delete=models.PROTECT, related_name="clocks", verbose_name=_("rule")
    )
    object_kind = models.CharField(_("kind of record"), max_length=60)
    object_id = models.BigIntegerField(_("record"))
    started_on = models.DateField(_("day of the event"))
    extension = models.PositiveSmallIntegerField(_("extended by"), default=0)  # in the rule's unit
    pauses = models.JSONField(_("pauses"), default=list, blank=True)  # [["2026-03-02", "2026-03-09"], …]
    paused_on = models.DateField(_("paused since"), null=True, blank=True)
    due_on = models.DateField(_("due"))
    unrolled_on = models.DateField(_("due before it moved off a rest day"))
    alarm_on = models.DateField(_("reminders go by"))
    is_provisional = models.BooleanField(_("provisional"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=ClockState.choices, default=ClockState.RUNNING)
    stopped_on = models.DateField(_("stopped"), null=True, blank=True)

    class Meta:
        ordering = ("due_on", "pk")
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        indexes = [
            models.Index(fields=["object_kind", "object_id"], name="deadlines_clock_object"),
            models.Index(fields=["state", "alarm_on"], name="deadlines_clock_alarm"),
            # What began and what ended in a month is counted by these.
            models.Index(fields=["matter", "started_on"], name="deadlines_clock_started"),
            models.Index(fields=["matter", "stopped_on"], name="deadlines_clock_stopped"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "object_kind", "object_id"],
                condition=~Q(state=ClockState.STOPPED),
                name="deadlines_clock_one_open",
            ),
            models.CheckConstraint(condition=Q(state__in=ClockState.values), name="deadlines_clock_state"),
            models.CheckConstraint(
                condition=Q(alarm_on__lte=F("due_on")), name="deadlines_clock_alarm_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter} {self.object_kind} {self.object_id}"

    @property
    def label(self) -> str:
        from bureau.deadlines.clocks import label_of

        return label_of(self.matter, self.rule)

    @property
    def period(self) -> Period:
        return Period(
            length=self.rule.length,
            unit=self.rule.unit,
            extension=self.extension,
            rolls=self.rule.rolls,
            month=self.rule.fixed_month,
            day=self.rule.fixed_day,
            pauses=tuple(
                (date.fromisoformat(since), date.fromisoformat(until)) for since, until in self.pauses
            ),
        )

    @property
    def is_open(self) -> bool:
        return self.state != ClockState.STOPPED

    @property
    def is_late(self) -> bool:
        """The due day has passed: without an end today, or when it was stopped."""
        if self.state == ClockState.PAUSED:
            return False
        return (self.stopped_on or timezone.localdate()) > self.due_on

    def days_left(self, on: date | None = None) -> int:
        """Calendar days until the day of reminders; negative when it has passed."""
        return (self.alarm_on - (on or timezone.localdate())).days

    @property
    def explanation(self) -> list[str]:
        """How the date was computed, in sentences of the reader's language."""
        from bureau.deadlines.calendar import load

        return explanations.sentences(self, load())


class ClockEvent(models.Model):
    """What happened to a clock, and where its date moved. Never changed."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="events", verbose_name=_("clock"))
    act = models.CharField(_("act"), max_length=10, choices=ClockAct.choices)
    at = models.DateTimeField(_("time"), auto_now_add=True)
    on = models.DateField(_("with effect from"))
    by_kind = models.CharField(_("kind of actor"), max_length=16)
    by_id = models.BigIntegerField(_("actor"), null=True)
    by_name = models.CharField(_("by"), max_length=100, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    old_due_on = models.DateField(_("due before"), null=True)
    new_due_on = models.DateField(_("due after"), null=True)

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("clock event")
        verbose_name_plural = _("clock events")
        constraints = [
            models.CheckConstraint(condition=Q(act__in=ClockAct.values), name="deadlines_event_act")
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.act} {self.on}"
