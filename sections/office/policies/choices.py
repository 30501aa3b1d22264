from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("policy document", "draft")
    CHECKING = "checking", pgettext_lazy("policy document", "waiting for a second person")
    PUBLISHED = "published", pgettext_lazy("policy document", "published")
    WITHDRAWN = "withdrawn", pgettext_lazy("policy document", "withdrawn")


# What still belongs to somebody when the bureau is reorganised.
OPEN = (Status.DRAFT, Status.CHECKING, Status.PUBLISHED)


class Validity(models.TextChoices):
    """Whether one may still rely on a document (国办发〔2018〕37号: cleared and published)."""

    IN_FORCE = "in_force", pgettext_lazy("validity", "in force")
    AMENDED = "amended", pgettext_lazy("validity", "in force, amended")
    REPEALED = "repealed", pgettext_lazy("validity", "repealed")
    EXPIRED = "expired", pgettext_lazy("validity", "expired")


STILL_VALID = (Validity.IN_FORCE, Validity.AMENDED)


class CodeKind(models.TextChoices):
    """The code tables of policy documents."""

    TOPIC = "topic", _("topic")
    GENRE = "genre", _("kind of document")
    ISSUER = "issuer", _("issuing body")
