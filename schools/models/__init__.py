from schools.models.changes import ChangeRequest, Confirmation, FieldOwnership, SchoolChange
from schools.models.district import District
from schools.models.duplicates import SchoolDuplicate
from schools.models.facts import PupilCount, SchoolFacts
from schools.models.grants import SchoolGroupGrant, SchoolUserGrant, StageGroupGrant
from schools.models.parts import Campus, SchoolContact, SchoolLeader
from schools.models.school import School, SchoolStage, Succession
from schools.models.tables import AreaClass, Organiser, SchoolType

__all__ = [
    "AreaClass",
    "Campus",
    "ChangeRequest",
    "Confirmation",
    "District",
    "FieldOwnership",
    "Organiser",
    "PupilCount",
    "School",
    "SchoolChange",
    "SchoolContact",
    "SchoolDuplicate",
    "SchoolFacts",
    "SchoolGroupGrant",
    "SchoolLeader",
    "SchoolStage",
    "SchoolType",
    "SchoolUserGrant",
    "StageGroupGrant",
    "Succession",
]
