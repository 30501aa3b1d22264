"""A form and its versions. A version that is in use never changes."""

from __future__ import annotations

from functools import cached_property

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.charter.models import Unit, local
from bureau.workflow.models import Tracked
from schools.returns.choices import Period, VersionStatus
from schools.returns.definition import Definition

MOST_MINUTES = 10_000


class Form(models.Model):
    """What a section asks of schools again and again: on what ground, how often, at what cost."""

    code = models.CharField(
        _("code"),
        max_length=30,
        unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]{1,29}$", _("Small letters, digits and underscores."))],
        help_text=_("Short and lasting, such as basic_statistics. Checks of other forms name it."),
    )
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    name = models.CharField(_("English name"), max_length=150, blank=True)
    purpose_zh = models.CharField(_("what it is for, in Chinese"), max_length=500, blank=True)
    purpose = models.CharField(_("what it is for"), max_length=700, blank=True)
    owner = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="return_forms", verbose_name=_("section in charge")
    )
    legal_basis = models.CharField(
        _("legal basis"), max_length=300, help_text=_("Title, number and article of the rule that allows it.")
    )
    expires_on = models.DateField(
        _("basis ends on"), null=True, blank=True, help_text=_("After this day the form cannot be issued.")
    )
    period = models.CharField(pgettext_lazy("school return", "period"), max_length=12, choices=Period.choices)
    minutes = models.PositiveIntegerField(
        _("minutes it costs a school"), validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)]
    )
    needs_district = models.BooleanField(
        _("the district looks at it first"),
        default=False,
        help_text=_("For schools that a county bureau manages."),
    )
    is_public = models.BooleanField(_("named in the public register of forms"), default=True)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    class Meta:
        ordering = ("code",)
        verbose_name = _("form")
        verbose_name_plural = _("forms")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(period__in=Period.values), name="schools_form_period"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return local(self.name_zh, self.name)


class FormVersion(Tracked):
    """One state of a form: its parts, cells and checks, as a document (`schools.returns.definition`)."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions", verbose_name=_("form"))
    number = models.PositiveSmallIntegerField(_("number"), editable=False)
    definition = models.JSONField(_("content"), default=dict, editable=False)
    note = models.CharField(_("what is new"), max_length=300, blank=True)
    frozen_on = models.DateField(_("in use since"), null=True, blank=True, editable=False)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=VersionStatus.choices,
        default=VersionStatus.DRAFT,
        editable=False,
    )

    class Meta:
        ordering = ("form", "-number")
        verbose_name = _("version of a form")
        verbose_name_plural = _("versions of forms")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="schools_formversion_once"),
            models.UniqueConstraint(
                fields=["form"], condition=Q(status="draft"), name="schools_formversion_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(status__in=VersionStatus.values), name="schools_formversion_status"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} · {self.number}"

    @cached_property
    def content(self) -> Definition:
        """The definition, read once per instance."""
        return Definition.read(self.definition)
