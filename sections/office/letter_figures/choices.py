from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportStatus(models.TextChoices):
    DRAFTED = "drafted", _("drafted")
    RELEASED = "released", _("released")
