"""Fields of a teacher's record: which may be changed at all, and who changes them at once."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.access.roles import SHARED_VERBS
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.choices import UnitKind
from bureau.proposals import values
from personnel.choices import FieldKeeper
from personnel.models import Teacher, TeacherFieldOwnership

# What one may change without a step of its own. `identity` stands for document and number together.
EDITABLE = (
    "name",
    "former_names",
    "latin_name",
    "sex",
    "born_on",
    "identity",
    "phone",
    "email",
    "hired_on",
    "title",
    "title_on",
    "post_grade",
    "key_level",
)


# Further things of a record that the table of ownership knows.
PARTS = ("educations", "qualifications")
# Fields that must fit one another are asked for together: group → its fields.
TOGETHER = {
    "name": ("name", "former_names"),
    "person": ("sex", "born_on", "identity"),
    "title": ("title", "title_on", "post_grade"),
}


def label_of(name: str) -> str:
    """A field, a part or a group in words."""
    words = {
        "identity": _("identity document"),
        "educations": _("education"),
        "qualifications": _("teacher qualifications"),
    }
    return str(words[name]) if name in words else values.label_of(Teacher, name)


def group_of(name: str) -> str:
    """The group in which a field is asked for: its own name where it stands alone."""
    return next((group for group, names in TOGETHER.items() if name in names), name)


def keepers(field: str) -> dict[str, str]:
    """Stage → who keeps the field there; the empty stage stands for all others."""
    rows = TeacherFieldOwnership.objects.filter(field=field).values_list("stage", "keeper")
    return {"": FieldKeeper.PERSONNEL, **dict(rows)}


def kept_by_school(stage: str | None = None) -> frozenset[str]:
    """What a school changes at once for teachers of a stage; all else is personnel's.

    `stage` None: for teachers of whatever stage, so only what is the school's at every one.
    """
    found: dict[str, dict[str, str]] = {}
    for field, at, keeper in TeacherFieldOwnership.objects.values_list("field", "stage", "keeper"):
        found.setdefault(field, {"": FieldKeeper.PERSONNEL})[at] = keeper
    return frozenset(field for field, rows in found.items() if _is_schools(rows, stage))


def _is_schools(rows: dict[str, str], stage: str | None) -> bool:
    if stage is None:
        return set(rows.values()) == {FieldKeeper.SCHOOL}
    return rows.get(stage, rows[""]) == FieldKeeper.SCHOOL


def stage_of(teacher: Teacher) -> str:
    """The stage of the main post; the empty one where there is none."""
    return teacher.main_post.stage if teacher.main_post is not None else ""


def is_school(by: Principal) -> bool:
    """Whether the person changes teachers as somebody of a school, not of the bureau."""
    if not isinstance(by, User):
        return False
    kinds = {post.unit_kind for post in standing(by).posts if "change" in SHARED_VERBS[post.role]}
    return kinds == {UnitKind.SCHOOL}


def writable(by: Principal, teacher: Teacher | None = None) -> frozenset[str]:
    """Fields that this person writes at once: of one teacher, else of every teacher."""
    if not is_school(by):
        return frozenset(EDITABLE)
    return kept_by_school(stage_of(teacher) if teacher is not None else None) & frozenset(EDITABLE)


def may_write(by: Principal, field: str, teacher: Teacher) -> bool:
    """Whether the table of ownership lets this person write a field or a part, such as `educations`."""
    return not is_school(by) or field in kept_by_school(stage_of(teacher))
