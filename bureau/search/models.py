"""The index, one row per record that can be found; and views of lists that somebody saved."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit

# Characters of a list's address that a saved view keeps.
LONGEST_STATE = 1_000


class SearchEntry(models.Model):
    """What one record is found by. Names and codes stand between line ends, so that a whole one is compared."""

    kind = models.CharField(_("kind of record"), max_length=60)
    object_id = models.BigIntegerField(_("record"))
    tokens = models.TextField(_("search tokens"))
    text = models.TextField(_("text"))
    names = models.TextField(_("names"), blank=True)
    codes = models.TextField(_("codes"), blank=True)
    sort = models.CharField(_("place in the order"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class SavedView(models.Model):
    """A list as somebody left it: filters, order, columns. The link shows each reader his or her own rows."""

    code = models.CharField(_("code of the link"), max_length=12, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind of record"), max_length=60, editable=False)
    query = models.CharField(_("filters and order"), max_length=LONGEST_STATE, blank=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("saved by")
    )
    # Empty: for the owner alone.
    unit = models.ForeignKey(
        Unit,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for the unit"),
    )
    created_at = models.DateTimeField(_("saved"), auto_now_add=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "name"], condition=Q(unit=None), name="search_view_own_once"
            ),
            models.UniqueConstraint(
                fields=["unit", "kind", "name"], condition=Q(unit__isnull=False), name="search_view_unit_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
