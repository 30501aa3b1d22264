from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ColumnKind(models.TextChoices):
    """What a column holds. Each kind has its own limit of staleness (政府网站 check indicators)."""

    NEWS = "news", pgettext_lazy("kind of column", "news")
    NOTICES = "notices", pgettext_lazy("kind of column", "notices")
    PUBLIC_NOTICES = "public_notices", pgettext_lazy("kind of column", "public notices before a decision")
    DOCUMENTS = "documents", pgettext_lazy("kind of column", "policy documents")
    GUIDES = "guides", pgettext_lazy("kind of column", "guides")


class ColumnStatus(models.TextChoices):
    """How a column stands before its limit of staleness."""

    FRESH = "fresh", pgettext_lazy("column", "kept up to date")
    DUE = "due", pgettext_lazy("column", "needs something new soon")
    STALE = "stale", pgettext_lazy("column", "past its limit")


class Status(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("article", "draft")
    RETURNED = "returned", pgettext_lazy("article", "sent back")
    FIRST_REVIEW = "first_review", pgettext_lazy("article", "first review")
    SECOND_REVIEW = "second_review", pgettext_lazy("article", "second review")
    FINAL_REVIEW = "final_review", pgettext_lazy("article", "final review")
    APPROVED = "approved", pgettext_lazy("article", "approved")
    SCHEDULED = "scheduled", pgettext_lazy("article", "scheduled")
    PUBLISHED = "published", pgettext_lazy("article", "published")
    EXPIRED = "expired", pgettext_lazy("article", "expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("article", "withdrawn")
    TAKEN_OVER = "taken_over", pgettext_lazy("article", "taken over into the published page")
    DISCARDED = "discarded", pgettext_lazy("article", "discarded")


WRITING = (Status.DRAFT, Status.RETURNED)
IN_REVIEW = (Status.FIRST_REVIEW, Status.SECOND_REVIEW, Status.FINAL_REVIEW)
WAITING = (*WRITING, *IN_REVIEW, Status.APPROVED, Status.SCHEDULED)
# What still belongs to somebody when the bureau is reorganised.
OPEN = (*WAITING, Status.PUBLISHED)


class Stage(models.TextChoices):
    """三审: who looks at a text before it goes out; and afterwards where that could not wait."""

    FIRST = "first", _("first review")
    SECOND = "second", _("second review")
    FINAL = "final", _("final review")
    AFTERWARDS = "afterwards", _("second look afterwards")


class Outcome(models.TextChoices):
    PASSED = "passed", pgettext_lazy("review", "passed")
    RETURNED = "returned", pgettext_lazy("review", "sent back")


class VersionKind(models.TextChoices):
    WRITTEN = "written", pgettext_lazy("version", "written")
    RESTORED = "restored", pgettext_lazy("version", "restored")
    PUBLISHED = "published", pgettext_lazy("version", "published")


class LinkKind(models.TextChoices):
    PAGE = "page", _("a page of this site")
    FILE = "file", _("a file of this site")
    OUTSIDE = "outside", _("another site")


class LinkState(models.TextChoices):
    UNCHECKED = "unchecked", _("not checked")
    WORKS = "works", _("works")
    BROKEN = "broken", _("leads nowhere")


class TermUnit(models.TextChoices):
    HOURS = "hours", _("hours")
    DAYS = "days", _("days")
    WORKING_DAYS = "working_days", _("working days")
