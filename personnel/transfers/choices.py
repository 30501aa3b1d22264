from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from bureau.pages.pagesets import TagKind


class TransferStatus(models.TextChoices):
    REQUESTED = "requested", _("waiting for the other school")
    AGREED = "agreed", _("agreed by both schools")
    APPROVED = "approved", _("transfer approved")
    REFUSED = "refused", _("transfer refused")
    WITHDRAWN = "withdrawn", _("request withdrawn")


OPEN = (TransferStatus.REQUESTED, TransferStatus.AGREED)


TAGS: dict[str, TagKind] = {
    "requested": "new",
    "agreed": "half",
    "approved": "done",
    "refused": "bad",
    "withdrawn": "moved",
}


class TransferKind(models.TextChoices):
    TRANSFER = "transfer", _("transfer")
    ROTATION = "rotation", _("rotation")
