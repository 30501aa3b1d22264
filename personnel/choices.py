from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TeacherStatus(models.TextChoices):
    IN_POST = "in_post", _("in post")
    UNASSIGNED = "unassigned", _("without a post")
    LEFT = "left", _("left the service")
    MERGED = "merged", _("merged into another record")


class Sex(models.TextChoices):
    FEMALE = "female", pgettext_lazy("sex", "female")
    MALE = "male", pgettext_lazy("sex", "male")


class IdKind(models.TextChoices):
    """The document that says who a person is."""

    RESIDENT = "resident", _("resident identity card")
    HMT_RESIDENCE = "hmt_residence", _("residence permit for Hong Kong, Macao and Taiwan residents")
    HK_MACAO_PERMIT = "hk_macao_permit", _("Mainland travel permit for Hong Kong and Macao residents")
    TAIWAN_PERMIT = "taiwan_permit", _("Mainland travel permit for Taiwan residents")
    PASSPORT = "passport", _("passport")
    NONE = "none", _("no document yet")


class PostKind(models.TextChoices):
    """Kinds of posts in public institutions; teaching is the main kind of professional posts in schools."""

    TEACHING = "teaching", _("teaching post")
    PROFESSIONAL = "professional", _("other professional post")
    MANAGEMENT = "management", _("management post")
    SUPPORT = "support", _("workman's post")


class PostEnd(models.TextChoices):
    """Why a post ended."""

    CHANGED = "changed", _("other post in the same school")
    TRANSFERRED = "transferred", _("transfer to another school")
    EXPIRED = "expired", _("end of the contract")
    RETIRED = "retired", _("retirement")
    RESIGNED = "resigned", _("resignation")
    DISMISSED = "dismissed", _("dismissal")
    DIED = "died", _("death")


# After these nobody is looking for another post for the person.
LEAVING = frozenset({PostEnd.RETIRED, PostEnd.RESIGNED, PostEnd.DISMISSED, PostEnd.DIED})


class EducationLevel(models.TextChoices):
    """Level of education, highest first (GB/T 4658)."""

    DOCTORATE = "doctorate", _("doctoral studies")
    MASTERS = "masters", _("master's studies")
    UNDERGRADUATE = "undergraduate", _("undergraduate studies")
    COLLEGE = "college", _("junior college")
    SECONDARY = "secondary", _("secondary vocational or normal school")
    OTHER = "other", _("other education")


class AcademicDegree(models.TextChoices):
    DOCTOR = "doctor", _("doctor")
    MASTER = "master", _("master")
    BACHELOR = "bachelor", _("bachelor")
    NONE = "none", _("no degree")


class QualificationKind(models.TextChoices):
    """The seven kinds of teacher qualification (Regulations on Teacher Qualification, art. 4)."""

    KINDERGARTEN = "1", _("kindergarten teacher")
    PRIMARY = "2", _("primary school teacher")
    JUNIOR = "3", _("junior secondary school teacher")
    SENIOR = "4", _("senior secondary school teacher")
    VOCATIONAL = "5", _("secondary vocational school teacher")
    PRACTICE = "6", _("instructor of practice in secondary vocational schools")
    HIGHER = "7", _("teacher in higher education")


class EventKind(models.TextChoices):
    """What the timeline of a career knows."""

    ENTERED = "entered", _("Entered in the register")
    HIRED = "hired", _("Hired")
    APPOINTED = "appointed", _("Appointed to a post")
    POST_ENDED = "post_ended", _("Post ended")
    TRANSFERRED = "transferred", _("Transferred")
    TITLE = "title", _("Professional title")
    KEY_TEACHER = "key_teacher", _("Key teacher")
    QUALIFIED = "qualified", _("Teacher qualification")
    EDUCATED = "educated", _("Education and degree")
    AWARD = "award", _("Award")
    LEFT = "left", _("Left the service")
    RETURNED = "returned", _("Returned to the service")
    MERGED = "merged", _("Records merged")


class FieldKeeper(models.TextChoices):
    """Who changes a field of a teacher's record at once."""

    PERSONNEL = "personnel", _("personnel section")
    SCHOOL = "school", _("school")
