"""Fields of a teacher's record: which may be changed at all, and who changes them at once."""

from __future__ import annotations

from bureau.access.roles import SHARED_VERBS
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.choices import UnitKind
from personnel.choices import FieldKeeper
from personnel.models import TeacherFieldOwnership

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


def kept_by_school() -> frozenset[str]:
    """Fields that a school changes at once; all others are personnel's."""
    rows = TeacherFieldOwnership.objects.filter(keeper=FieldKeeper.SCHOOL)
    return frozenset(rows.values_list("field", flat=True))


def is_school(by: Principal) -> bool:
    """Whether the person changes teachers as somebody of a school, not of the bureau."""
    if not isinstance(by, User):
        return False
    kinds = {post.unit_kind for post in standing(by).posts if "change" in SHARED_VERBS[post.role]}
    return kinds == {UnitKind.SCHOOL}


def writable(by: Principal) -> frozenset[str]:
    """Fields that this person writes."""
    return kept_by_school() & frozenset(EDITABLE) if is_school(by) else frozenset(EDITABLE)


def may_write(by: Principal, field: str) -> bool:
    """Whether the table of ownership lets this person write a field or a part, such as `educations`."""
    return not is_school(by) or field in kept_by_school()
