from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(models.TextChoices):
    """The two stages of reviewing an answer (art. 35 and 36)."""

    REVIEW = "review", pgettext_lazy("stage of a letter", "review")
    RE_REVIEW = "re_review", pgettext_lazy("stage of a letter", "re-review")


class Status(models.TextChoices):
    ASKED = "asked", pgettext_lazy("status of a review", "asked for")
    SENT_ON = "sent_on", _("sent on to another body")
    DECIDED = "decided", _("opinion given")
    WITHDRAWN = "withdrawn", _("withdrawn")


OPEN = (Status.ASKED, Status.SENT_ON)


class Opinion(models.TextChoices):
    """What the review does with the answer."""

    UPHELD = "upheld", _("answer upheld")
    CHANGED = "changed", _("answer changed")
    SENT_BACK = "sent_back", _("sent back: to be handled again")
