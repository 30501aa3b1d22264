from personnel.models.career import CareerEvent, Education, Post, Qualification
from personnel.models.duplicates import TeacherDuplicate
from personnel.models.grants import TeacherUserGrant
from personnel.models.tables import HiringForm, KeyTeacherLevel, Subject, TeacherFieldOwnership, Title
from personnel.models.teacher import VERBS, Teacher

__all__ = [
    "VERBS",
    "CareerEvent",
    "Education",
    "HiringForm",
    "KeyTeacherLevel",
    "Post",
    "Qualification",
    "Subject",
    "Teacher",
    "TeacherDuplicate",
    "TeacherFieldOwnership",
    "TeacherUserGrant",
    "Title",
]
