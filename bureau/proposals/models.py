"""What every request for another value has; the register adds the record, its statuses and who reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit
from bureau.workflow.models import Tracked


class Proposal(Tracked):
    """Another value of a field, asked for by who may not write it.

    `old` and `new` are stored values (`bureau.proposals.values`), never shown as they are.
    A subclass adds the record, its own `status` and one open request per record and field.
    """

    field = models.CharField(_("field"), max_length=40)
    old = models.TextField(_("now"), blank=True)
    new = models.TextField(_("asked for"), blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    deciding_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    refusal = models.CharField(_("reason of the refusal"), max_length=500, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )

    class Meta:
        abstract = True
        ordering = ("-created_at", "-pk")
        default_permissions = ()

    if TYPE_CHECKING:  # each kind of proposal says it for itself

        @property
        def field_label(self) -> str: ...

        @property
        def is_open(self) -> bool: ...
