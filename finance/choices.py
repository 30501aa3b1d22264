from django.db import models
from django.utils.translation import gettext_lazy as _


class FundStatus(models.TextChoices):
    DRAFT = "draft", _("being entered")
    OPEN = "open", _("in use")
    CLOSED = "closed", _("closed")


class SourceLevel(models.TextChoices):
    """Whose budget the money comes from."""

    CENTRAL = "central", _("central government")
    PROVINCE = "province", _("provincial")
    CITY = "city", _("municipal")
    COUNTY = "county", _("county level")


class Purpose(models.TextChoices):
    """What the money is for. The charter's remits over funds name these words."""

    COMPULSORY = "compulsory", _("compulsory education")
    SENIOR = "senior", _("senior secondary education")
    SPECIAL = "special", _("special education")
    VOCATIONAL = "vocational", _("vocational education")
    ADULT = "adult", _("adult education")
    PRESCHOOL = "preschool", _("preschool education")
    TRAINING = "training", _("teacher training")
    SALARIES = "salaries", _("salaries")
    TALENT = "talent", _("recruiting talent")
    SPORTS_HEALTH_ART = "sports_health_art", _("sport, health and art")
    AID = "aid", _("student aid")
    WORKS = "works", _("school buildings")
    ADMINISTRATION = "administration", _("running the bureau")


class Earmark(models.TextChoices):
    """Whether the source document ties the money to one use."""

    SPECIAL = "special", _("earmarked")
    GENERAL = "general", _("not earmarked")


class AllocationStatus(models.TextChoices):
    ALLOTTED = "allotted", _("allotted")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Arrival(models.TextChoices):
    """How much of an allocation has reached the school; worked out from its amounts."""

    NONE = "none", _("not confirmed")
    PART = "part", _("arrived in part")
    WHOLE = "whole", _("arrived")
    NOTHING_DUE = "nothing", _("withdrawn")


class EntryStatus(models.TextChoices):
    """Of a receipt or a spending entry. Entries are never edited: a wrong one is reversed."""

    RECORDED = "recorded", _("recorded")
    REVERSED = "reversed", _("reversed")


class PayeeKind(models.TextChoices):
    """Who was paid. No person is named."""

    COMPANY = "company", _("company or shop")
    PUBLIC = "public", _("public body")
    STAFF = "staff", _("staff of the school")
    STUDENTS = "students", _("students or parents")
    PERSON = "person", _("other persons")
