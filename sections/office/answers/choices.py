from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    DRAFTED = "drafted", _("draft of a public answer")
    CHECKED = "checked", _("checked by a second person")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn from the public")


OPEN = (Status.DRAFTED, Status.CHECKED)


class Consent(models.TextChoices):
    """How the writer agreed that question and answer are published without name."""

    WEB = "web", _("on the web site")
    PHONE = "phone", _("by telephone")
    WRITTEN = "written", _("in writing")


class RuleKind(models.TextChoices):
    EXACT = "exact", _("exactly this text")
    PATTERN = "pattern", _("a pattern: # is a digit, ? any one character")


class TextField(models.TextChoices):
    """The three texts that the public reads."""

    TITLE = "title", _("title")
    QUESTION = "question", _("question")
    ANSWER = "answer", _("answer")
