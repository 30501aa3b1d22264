from django.db import models
from django.utils.translation import gettext_lazy as _


class ExplanationStatus(models.TextChoices):
    DRAFT = "draft", _("being written")
    CHECKING = "checking", _("waiting for a second person")
    SENT = "sent", _("waiting for the explanation")
    ANSWERED = "answered", _("explanation given")
    ACCEPTED = "accepted", _("taken note of")
    CANCELLED = "cancelled", _("cancelled")


INSIDE = (ExplanationStatus.DRAFT, ExplanationStatus.CHECKING)
OPEN = (*INSIDE, ExplanationStatus.SENT, ExplanationStatus.ANSWERED)
