from django.db import models
from django.utils.translation import gettext_lazy as _

# A sign without keys: the pair was open when one of the two took up the record about which it was asked.
INHERITED = "inherited"


class PairStatus(models.TextChoices):
    OPEN = "open", _("to be looked at")
    MERGED = "merged", _("records merged")
    DIFFERENT = "different", _("not the same")
    LAPSED = "lapsed", _("no longer alike")
