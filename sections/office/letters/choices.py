from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Kinds of letters that the office handles (Regulations on Letters and Visits 2022, art. 29 and 31).

    Reports on persons (检举控告, art. 30) go to the discipline unit and are no letters here.
    """

    SUGGESTION = "suggestion", _("Suggestion")
    REQUEST = "request", _("Request")


# The rules of retention know one kind more: what the discipline unit keeps.
PERSON_REPORT = "person_report"
KEPT_KINDS = (*Kind.choices, (PERSON_REPORT, _("Report on a person")))


class Channel(models.TextChoices):
    """How a letter reached the bureau; all become the same case (Regulations 2022, art. 17 and 21)."""

    WEB = "web", _("web site")
    POST = "post", _("letter by post")
    VISIT = "visit", _("visit")
    PHONE = "phone", _("telephone")
    MAYORS_LINE = "mayors_line", _("mayor's line 12345")


class Outcome(models.TextChoices):
    """What the answer says of the request (Regulations 2022, art. 32)."""

    SUPPORTED = "supported", _("supported")
    EXPLAINED = "explained", _("explained")
    NOT_SUPPORTED = "not_supported", _("not supported")


class Solved(models.TextChoices):
    """The writer's own verdict, asked some weeks after the answer. Closed is not solved."""

    YES = "yes", _("solved")
    PARTLY = "partly", _("partly solved")
    NO = "no", _("not solved")


class Status(models.TextChoices):
    RECEIVED = "received", _("received")
    REGISTERED = "registered", _("registered")
    ACCEPTED = "accepted", _("accepted")
    ASSIGNED = "assigned", _("with a section")
    DRAFTING = "drafting", _("answer being written")
    PROPOSED = "proposed", _("answer to be approved")
    ANSWERED = "answered", _("answered")
    DECLINED = "declined", _("not accepted")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REFERRED = "referred", _("referred elsewhere")
    MERGED = "merged", _("handled with another letter")


OPEN = (
    Status.RECEIVED,
    Status.REGISTERED,
    Status.ACCEPTED,
    Status.ASSIGNED,
    Status.DRAFTING,
    Status.PROPOSED,
)
# Nothing more is done with these, but for what comes after an answer.
CLOSED = tuple(status for status in Status if status not in OPEN)


class Ground(models.TextChoices):
    """Why a letter is not accepted (Regulations on Letters and Visits 2022, art. 22 and 23)."""

    OTHER_AUTHORITY = "other_authority", _("another authority is responsible")
    COURT = "court", _("it belongs to a court, arbitration or reconsideration")
    REPEATED = "repeated", _("the same matter is being handled or has been answered for good")
    UNCLEAR = "unclear", _("there is no request that could be handled")


class NoteKind(models.TextChoices):
    """What is written beside a letter inside the bureau."""

    NOTE = "note", _("internal note")
    INSTRUCTION = "instruction", _("leader's instruction")


class Level(models.TextChoices):
    """Who is told of a date that is near or has passed."""

    CHIEF = "chief", _("section chief")
    DEPUTY = "deputy", _("deputy leader in charge")
    HEAD = "head", _("bureau leader")


class Rating(models.IntegerChoices):
    VERY_GOOD = 5, _("very satisfied")
    GOOD = 4, _("satisfied")
    FAIR = 3, _("neither satisfied nor dissatisfied")
    POOR = 2, _("dissatisfied")
    BAD = 1, _("very dissatisfied")


class AccusedKind(models.TextChoices):
    """What a letter is about: the people there, or the person, are kept away from it."""

    SCHOOL = "school", _("school")
    UNIT = "unit", _("section or district bureau")
    PERSON = "person", _("person")
    NAME = "name", _("name without a record")


class Warned(models.TextChoices):
    """What the reply guard notices before an answer is proposed or approved."""

    ALIKE = "alike", _("nearly the same as the answer to an unlike letter")
    STOCK = "stock", _("stock phrases")
    UNANSWERED = "unanswered", _("numbered question without an answer")
    SHORT = "short", _("short against the letter")
    NAMED = "named", _("names the writer")
    MASS = "mass", _("many answers approved within a minute")


class Kept(models.TextChoices):
    """What becomes of the text of a letter when its personal data go."""

    REDACTED = "redacted", _("kept without names and numbers")
    DELETED = "deleted", _("deleted")
