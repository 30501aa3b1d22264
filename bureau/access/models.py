"""Abstract grant tables. The app that owns a shared record subclasses them; only access reads or writes them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase


class GroupGrant(GroupObjectPermissionBase):
    """A unit's right over one shared record. Written by remits alone.

    A subclass adds `content_object = ForeignKey(School, on_delete=CASCADE)`; the row dies with the record.
    """

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = True


class UserGrant(UserObjectPermissionBase):
    """A hand-made share with one person, for a reason and until a day. Re-applying remits never touches it."""

    reason = models.CharField(_("reason"), max_length=300)
    until = models.DateField(_("until"))
    granted_by = models.CharField(_("shared by"), max_length=100)
    granted_at = models.DateTimeField(_("shared"), auto_now_add=True)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True
