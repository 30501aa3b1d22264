from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("consultation", "draft")
    CHECKING = "checking", pgettext_lazy("consultation", "waiting for a second person")
    OPEN = "open", pgettext_lazy("consultation", "open for comment")
    CLOSED = "closed", pgettext_lazy("consultation", "closed, being considered")
    CONCLUDED = "concluded", pgettext_lazy("consultation", "result published")
    WITHDRAWN = "withdrawn", pgettext_lazy("consultation", "withdrawn")


PUBLIC = (Status.OPEN, Status.CLOSED, Status.CONCLUDED)
# Opinions are sorted and decided on until the result is published.
IN_WORK = (Status.OPEN, Status.CLOSED)
# What still belongs to somebody when the bureau is reorganised.
UNFINISHED = (Status.DRAFT, Status.CHECKING, Status.OPEN, Status.CLOSED, Status.CONCLUDED)


class Kind(models.TextChoices):
    """What is being drafted; each has its own least period in the table of periods of publishing."""

    NORMATIVE = "normative", _("normative rule")
    DECISION = "decision", _("major administrative decision")
    OTHER = "other", pgettext_lazy("consultation", "other draft")


# The period of these may be shorter for a reason that everybody reads (国务院令第713号, art. 15).
MAY_BE_SHORTER = (Kind.DECISION, Kind.OTHER)


class OpinionStatus(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("opinion", "received")
    SORTED = "sorted", pgettext_lazy("opinion", "grouped")
    SET_ASIDE = "set_aside", pgettext_lazy("opinion", "set aside")


class Sender(models.TextChoices):
    CITIZEN = "citizen", _("a citizen")
    SCHOOL = "school", _("a school")
    ORGANISATION = "organisation", _("another organisation")


class Decision(models.TextChoices):
    ADOPTED = "adopted", pgettext_lazy("opinion", "adopted")
    PARTLY = "partly", pgettext_lazy("opinion", "partly adopted")
    NOT_ADOPTED = "not_adopted", pgettext_lazy("opinion", "not adopted")
