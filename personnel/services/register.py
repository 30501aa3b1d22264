"""Writing the register: entering a person, changing fields, titles, qualifications, awards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.accounts.principals import Principal
from bureau.identifiers.errors import BadIdentifier
from bureau.identifiers.series import draw_many
from bureau.workflow.declare import Data
from bureau.workflow.refusals import Invalid, NotPermitted
from bureau.workflow.services import amend, perform
from personnel.choices import EventKind, IdKind, TeacherStatus
from personnel.models import Education, Qualification, Teacher
from personnel.selectors.fields import EDITABLE, writable
from personnel.selectors.persons import holder_of, told_apart
from personnel.services.posts import open_post
from personnel.services.timeline import names, note

SERIES = "personnel.teacher"


def teacher_numbers(count: int) -> list[str]:
    """New teacher numbers: T, the year of entry, six digits. Never used again."""
    year = timezone.localdate().year
    return [f"T{year}{number:06d}" for number in draw_many(SERIES, year, count)]


def enter_teacher(*, values: Mapping[str, Any], post: Mapping[str, Any] | None, by: Principal) -> Teacher:
    """A new person with the first post. `values`: fields, `id_kind`, `document`, `telephone`.

    `post`: `school_stage` and the fields of a post; None only for who keeps all teachers.
    Raises NotPermitted, Invalid.
    """
    plain = {
        name: value for name, value in values.items() if name not in ("id_kind", "document", "telephone")
    }
    data = {
        "id_kind": values["id_kind"],
        "document": values.get("document", ""),
        "telephone": values.get("telephone", ""),
        "post": post,
    }
    return perform(Teacher(**plain, id_kind=IdKind.NONE), "enter", by=by, data=data)


def enter(teacher: Teacher, by: Principal, data: Data) -> None:
    """Effect of `enter`: number, document, telephone."""
    _set_identity(teacher, data["id_kind"], data["document"], by)
    _set_phone(teacher, data["telephone"])
    teacher.number = teacher_numbers(1)[0]


def entered(teacher: Teacher, by: Principal, data: Data) -> None:
    """After `enter`: the first post and the first line of the timeline."""
    post = data["post"]
    school = post["school_stage"].school if post else None
    note(teacher, EventKind.ENTERED, on=timezone.localdate(), by=by, school=school)
    if post:
        open_post(teacher, post["school_stage"], post, by=by)


def first_status(teacher: Teacher, data: Data) -> str:
    return TeacherStatus.IN_POST if data["post"] else TeacherStatus.UNASSIGNED


def change_teacher(*, teacher: Teacher, values: Mapping[str, Any], by: Principal) -> Teacher:
    """Change fields of a record. `identity` is (kind, number). Raises NotPermitted, Invalid.

    A school changes what it keeps; a document may also be given by a school where there is none yet.
    """
    _refuse_foreign_fields(teacher, values, by)
    return write_fields(teacher=teacher, values=values, by=by)


def write_fields(
    *, teacher: Teacher, values: Mapping[str, Any], by: Principal, verb: str = "change"
) -> Teacher:
    """Write fields whoever keeps them, with the right to `verb`. Raises NotPermitted, Invalid."""
    stored = Teacher.objects.get(pk=teacher.pk)
    changes = {name: value for name, value in values.items() if name not in ("identity", "phone")}
    for name, value in changes.items():
        setattr(stored, name, value)
    if "identity" in values:
        kind, number = values["identity"]
        _set_identity(stored, kind, number, by)
        changes |= {name: getattr(stored, name) for name in ("id_kind", "id_number", "id_digest")}
    if "phone" in values:
        _set_phone(stored, values["phone"])
        changes["phone"] = stored.phone
    try:
        with transaction.atomic():
            changed = amend(teacher, by=by, changes=changes, verb=verb)
    except IntegrityError:
        _refuse_taken(stored, by)  # somebody entered the number between the check and the write
        raise
    _note_titles(changed, values, by)
    return changed


def _refuse_foreign_fields(teacher: Teacher, values: Mapping[str, Any], by: Principal) -> None:
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise TypeError(f"Not fields of the record: {', '.join(sorted(unknown))}")
    foreign = set(values) - writable_of(teacher, by)
    if foreign:
        raise NotPermitted(_("The personnel section keeps these fields. Ask it for the change."))


def writable_of(teacher: Teacher, by: Principal) -> frozenset[str]:
    """What the person writes at once of this record; a document also where the register has none yet."""
    return writable(by, teacher) | (frozenset({"identity"}) if teacher.has_no_document else frozenset())


def _set_identity(teacher: Teacher, kind: str, number: str, by: Principal) -> None:
    try:
        teacher.set_identity(kind, number)
    except BadIdentifier as error:
        raise Invalid(error.sentence, {"document": [str(error)]}) from error
    _refuse_taken(teacher, by)


def _refuse_taken(teacher: Teacher, by: Principal) -> None:
    if not teacher.id_number:
        return
    other = holder_of(teacher.id_kind, teacher.id_number, but=teacher.pk)
    if other is not None:
        sentence = told_apart(other, teacher.name, by)
        raise Invalid(sentence, {"document": [sentence]})


def _set_phone(teacher: Teacher, text: str) -> None:
    try:
        teacher.set_phone(text)
    except BadIdentifier as error:
        raise Invalid(error.sentence, {"telephone": [str(error)]}) from error


def _note_titles(teacher: Teacher, values: Mapping[str, Any], by: Principal) -> None:
    if values.get("title"):
        on = teacher.title_on or timezone.localdate()
        note(teacher, EventKind.TITLE, on=on, by=by, texts=names(teacher.title))
    if values.get("key_level"):
        note(teacher, EventKind.KEY_TEACHER, on=timezone.localdate(), by=by, texts=names(teacher.key_level))


# --- effects of steps -------------------------------------------------------------------------


def award_title(teacher: Teacher, by: Principal, data: Data) -> None:
    teacher.title, teacher.title_on, teacher.post_grade = data["title"], data["title_on"], data["post_grade"]


def title_awarded(teacher: Teacher, by: Principal, data: Data) -> None:
    note(teacher, EventKind.TITLE, on=data["title_on"], by=by, texts=names(data["title"]))


def name_key_teacher(teacher: Teacher, by: Principal, data: Data) -> None:
    teacher.key_level = data["key_level"]


def key_teacher_named(teacher: Teacher, by: Principal, data: Data) -> None:
    note(teacher, EventKind.KEY_TEACHER, on=data["on"], by=by, texts=names(data["key_level"]))


def add_qualification(teacher: Teacher, by: Principal, data: Data) -> None:
    """After the step: the certificate and its line."""
    row = Qualification(teacher=teacher, **data)
    row.full_clean()
    row.save()
    note(teacher, EventKind.QUALIFIED, on=row.issued_on, by=by, texts=(row.issued_by, row.issued_by))


def add_education(teacher: Teacher, by: Principal, data: Data) -> None:
    row = Education(teacher=teacher, **data)
    row.full_clean()
    row.save()
    text = " · ".join(part for part in (row.institution, row.major) if part)
    note(teacher, EventKind.EDUCATED, on=row.finished_on, by=by, texts=(text, text))


def add_award(teacher: Teacher, by: Principal, data: Data) -> None:
    note(teacher, EventKind.AWARD, on=data["on"], by=by, texts=(data["award"], data["award"]))
