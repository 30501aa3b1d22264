from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """What a school teaches; a nine-year school has two. The order here decides which stage comes first."""

    PRESCHOOL = "preschool", _("preschool education")
    PRIMARY = "primary", _("primary education")
    JUNIOR = "junior", _("junior secondary")
    SENIOR = "senior", _("senior secondary")
    SPECIAL = "special", _("special education")
    VOCATIONAL = "vocational", _("vocational secondary")
    ADULT = "adult", _("adult education")
    TRAINING = "training", _("training institution")
    TEACHER_EDUCATION = "teacher_education", _("teacher education")


STAGE_ORDER = {stage: place for place, stage in enumerate(Stage.values)}

# Grades of a stage: how many years it has here.
GRADES_OF_STAGE = {
    Stage.PRESCHOOL: 3,
    Stage.PRIMARY: 6,
    Stage.JUNIOR: 3,
    Stage.SENIOR: 3,
    Stage.SPECIAL: 9,
    Stage.VOCATIONAL: 3,
    Stage.ADULT: 1,
    Stage.TRAINING: 1,
    Stage.TEACHER_EDUCATION: 3,
}


class SchoolStatus(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    OPEN = "open", _("in operation")
    SUSPENDED = "suspended", _("suspended")
    CLOSED = "closed", _("closed")
    MERGED = "merged", _("merged into another")
    # Not a school that ended: a second record of one that goes on.
    DOUBLE = "double", _("double record")


class OrganiserLevel(models.TextChoices):
    """Who stands behind the organiser: decides who manages the school unless its approval says otherwise."""

    PROVINCE = "province", _("province")
    CITY = "city", _("city")
    COUNTY = "county", _("county")
    OTHER = "other", _("other body")
    PRIVATE = "private", _("private body")


class FieldOwner(models.TextChoices):
    SECTION = "section", _("section of the stage")
    SCHOOL = "school", _("school")


class RequestStatus(models.TextChoices):
    REVIEW = "review", _("with the district")
    OPEN = "open", _("with the section")
    ACCEPTED = "accepted", _("change made")
    REFUSED = "refused", _("change refused")
    WITHDRAWN = "withdrawn", _("withdrawn by the school")


class Opinion(models.TextChoices):
    SUPPORTS = "supports", _("supports the change")
    OBJECTS = "objects", _("objects to the change")


class ConfirmationStatus(models.TextChoices):
    ASKED = "asked", _("waiting for the school")
    CONFIRMED = "confirmed", _("confirmed")


class LeaderPost(models.TextChoices):
    PRINCIPAL = "principal", _("head of the school")
    SECRETARY = "secretary", _("Party secretary")
    DEPUTY = "deputy", _("deputy head")
    LEGAL = "legal", _("legal representative")


class ContactKind(models.TextChoices):
    OFFICE = "office", _("school office")
    ADMISSION = "admission", _("admissions")
    SAFETY = "safety", _("security desk")


class ChangeSource(models.TextChoices):
    SECTION = "section", _("entered by the section")
    SCHOOL = "school", _("entered by the school")
    REQUEST = "request", _("change request accepted")
    LIFECYCLE = "lifecycle", _("founding, closing or merging")
    DOUBLE = "double", _("taken from a double record")


class SuccessionKind(models.TextChoices):
    MERGER = "merger", _("merged into")
    SPLIT = "split", _("split off")
    REPLACEMENT = "replacement", _("replaced by")
