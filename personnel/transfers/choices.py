from django.db import models
from django.utils.translation import gettext_lazy as _


class TransferStatus(models.TextChoices):
    REQUESTED = "requested", _("waiting for the other school")
    AGREED = "agreed", _("agreed by both schools")
    APPROVED = "approved", _("transfer approved")
    REFUSED = "refused", _("transfer refused")
    WITHDRAWN = "withdrawn", _("request withdrawn")


OPEN = (TransferStatus.REQUESTED, TransferStatus.AGREED)


class TransferKind(models.TextChoices):
    TRANSFER = "transfer", _("transfer")
    ROTATION = "rotation", _("rotation")
