from django.db import models
from django.utils.translation import gettext_lazy as _


class IdentityStatus(models.TextChoices):
    ASKED = "asked", _("waiting for a second person")
    APPROVED = "approved", _("agreed to")
    DECLINED = "declined", _("refused")
    ENDED = "ended", _("ended early")
