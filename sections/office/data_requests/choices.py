from django.db import models
from django.utils.translation import gettext_lazy as _


class DataWish(models.TextChoices):
    """What a writer asks of the own data."""

    CORRECT = "correct", _("Correct something")
    DELETE = "delete", _("Delete my data")


class DataField(models.TextChoices):
    """What of the writer is wrong. A kind of record offers those that it holds."""

    NAME = "name", _("my name")
    PHONE = "phone", _("my phone number")
    EMAIL = "email", _("my e-mail address")
    ADDRESS = "address", _("my postal address")
    OTHER = "other", _("something else")


class DataDecision(models.TextChoices):
    GRANTED = "granted", _("done as asked")
    DECLINED = "declined", _("not done, for the reason given")
