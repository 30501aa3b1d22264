from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Period(models.TextChoices):
    """For which stretch of time a form asks; `part` of a collection counts terms, quarters or months."""

    ONCE = "once", _("once")
    SCHOOL_YEAR = "school_year", _("school year")
    YEAR = "year", _("calendar year")
    TERM = "term", _("term")
    QUARTER = "quarter", _("quarter")
    MONTH = "month", _("month")


# How many parts a year has; 0 where it is not divided.
PARTS = {
    Period.ONCE: 0,
    Period.SCHOOL_YEAR: 0,
    Period.YEAR: 0,
    Period.TERM: 2,
    Period.QUARTER: 4,
    Period.MONTH: 12,
}


class VersionStatus(models.TextChoices):
    DRAFT = "draft", _("being designed")
    FROZEN = "frozen", _("in use")
    REPLACED = "replaced", _("replaced by a later version")
    DISCARDED = "discarded", _("discarded")


# Versions that never were in use.
NEVER_USED = (VersionStatus.DRAFT, VersionStatus.DISCARDED)


class CollectionStatus(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    ISSUED = "issued", pgettext_lazy("school return", "issued")
    LOCKED = "locked", _("locked")
    CANCELLED = "cancelled", _("cancelled")


class ReturnStatus(models.TextChoices):
    DRAFT = "draft", _("being filled in")
    CHECKED = "checked", _("checked, not signed")
    SIGNED = "signed", _("signed, not sent")
    DISTRICT = "district", _("with the district")
    SECTION = "section", pgettext_lazy("school return", "with the section")
    RETURNED = "returned", _("returned to the school")
    ACCEPTED = "accepted", pgettext_lazy("school return", "accepted")
    LOCKED = "locked", _("locked")
    EXCUSED = "excused", _("not expected any more")


# With the school; with those who look at it; done.
WITH_SCHOOL = (ReturnStatus.DRAFT, ReturnStatus.CHECKED, ReturnStatus.SIGNED, ReturnStatus.RETURNED)
SENT = (ReturnStatus.DISTRICT, ReturnStatus.SECTION)
DONE = (ReturnStatus.ACCEPTED, ReturnStatus.LOCKED)


class CellSource(models.TextChoices):
    """How a figure came into its cell."""

    TYPED = "typed", _("typed")
    WORKBOOK = "workbook", _("workbook")
    REGISTER = "register", _("taken from the register")
    LAST = "last", _("taken over from the last return")
    PAST = "past", _("imported from a past year")
    COMPUTED = "computed", _("computed")
    MOVED = "moved", _("moved to another version of the form")


class Severity(models.TextChoices):
    ERROR = "error", _("error")
    UNUSUAL = "unusual", _("unusual")


class RemarkKind(models.TextChoices):
    COMMENT = "comment", _("comment")
    RETURNED = "returned", _("returned")


class ReminderLevel(models.TextChoices):
    """How loudly a school is reminded; each later level goes to one more reader."""

    COMING = "coming", _("before the deadline")
    DUE = "due", _("on the deadline")
    LATE = "late", _("after the deadline")
    ESCALATED = "escalated", _("told to the district")
    SECTION = "section", _("told to the head of the section")
    CLOSING = "closing", _("last warning before the lock")
    URGED = "urged", _("urged by hand")


class TermKey(models.TextChoices):
    """What the table of periods says; each reminder of the night has one. Working days, but for the last five."""

    COMING = "coming", _("reminder before the deadline")
    DUE = "due", _("reminder on the deadline")
    LATE = "late", _("reminder after the deadline")
    ESCALATED = "escalated", _("telling the district after the deadline")
    SECTION = "section", _("telling the head of the section after the deadline")
    CLOSING = "closing", _("last warning before the lock")
    LEAST_SIMILAR = "least_similar", _("least number of similar schools for a comparison")
    CHANGE_PERCENT = "change_percent", _("change against the last return that is unusual, in percent")
    CHANGE_LEAST = "change_least", _("smallest difference from the last return that is asked about")
    YEAR_ENDS = "year_ends", _("last day of a school year, as month and day")
    FIRST_TERM_ENDS = "first_term_ends", _("last day of the first term, as month and day")


# Their number is a day of the year: 831 is 31 August.
DAYS_OF_YEAR = (TermKey.YEAR_ENDS, TermKey.FIRST_TERM_ENDS)
