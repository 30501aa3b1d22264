"""What hangs on a school and the school keeps itself: campuses, contacts, leaders."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import local
from schools.choices import ContactKind, LeaderPost
from schools.models.school import School


class Campus(models.Model):
    """One of the places where the school teaches."""

    school = models.ForeignKey(
        School, on_delete=models.CASCADE, related_name="campuses", verbose_name=_("school")
    )
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name = models.CharField(_("English name"), max_length=100, blank=True)
    address = models.CharField(_("address"), max_length=200)
    is_main = models.BooleanField(_("main campus"), default=False)

    class Meta:
        ordering = ("-is_main", "pk")
        verbose_name = _("campus")
        verbose_name_plural = _("campuses")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["school", "name_zh"], name="schools_campus_once"),
            models.UniqueConstraint(
                fields=["school"], condition=Q(is_main=True), name="schools_campus_one_main"
            ),
        ]

    def __str__(self) -> str:
        return local(self.name_zh, self.name)


class SchoolContact(models.Model):
    """How to reach an office of the school. No person is named here."""

    school = models.ForeignKey(
        School, on_delete=models.CASCADE, related_name="contacts", verbose_name=_("school")
    )
    kind = models.CharField(_("contact point"), max_length=12, choices=ContactKind.choices)
    phone = models.CharField(_("telephone"), max_length=30)
    email = models.EmailField(_("e-mail"), blank=True)
    is_public = models.BooleanField(_("shown to the public"), default=True)

    class Meta:
        ordering = ("kind", "pk")
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.phone}"


class SchoolLeader(models.Model):
    """A leader of the school with the term in the post."""

    school = models.ForeignKey(
        School, on_delete=models.CASCADE, related_name="leaders", verbose_name=_("school")
    )
    name = models.CharField(_("name"), max_length=60)
    post = models.CharField(_("post"), max_length=12, choices=LeaderPost.choices)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ("post", "-since")
        verbose_name = _("leader")
        verbose_name_plural = _("leaders")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="schools_leader_term"
            ),
            models.UniqueConstraint(fields=["school", "name", "post", "since"], name="schools_leader_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_post_display()}"

    @property
    def is_in_office(self) -> bool:
        today = timezone.localdate()
        return self.since <= today and (self.until is None or self.until >= today)

    def clean(self) -> None:
        if self.since and self.until and self.until < self.since:
            raise ValidationError({"until": _("The last day lies before the first.")})
