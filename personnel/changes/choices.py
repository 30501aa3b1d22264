from django.db import models
from django.utils.translation import gettext_lazy as _


class ChangeStatus(models.TextChoices):
    OPEN = "open", _("waiting for a decision")
    ACCEPTED = "accepted", _("change made")
    REFUSED = "refused", _("change refused")
    WITHDRAWN = "withdrawn", _("withdrawn by the school")
