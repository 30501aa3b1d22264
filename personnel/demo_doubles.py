"""For a trial: persons who stand in the register twice, as it happens when two schools enter them."""

from __future__ import annotations

from collections.abc import Sequence

from bureau.accounts.principals import Principal
from bureau.duplicates.declare import MERGEABLES
from bureau.duplicates.finding import search
from personnel.choices import IdKind, PostKind
from personnel.models import Post, Teacher
from personnel.services.bulk import NewTeacher, enter_many


def enter_doubles(entries: Sequence[NewTeacher], *, by: Principal) -> int:
    """Four second records without a document: of the same name, of the same sound, with the same telephone."""
    placed = [entry for entry in entries if entry.post is not None and entry.teacher.id_kind != IdKind.NONE]
    chosen = placed[11 : len(placed) : max(1, len(placed) // 4)][:4]
    homes = [entry.post for entry in placed[5 : len(placed) : max(1, len(placed) // 4)]]
    doubles = [_again(entry.teacher, home) for entry, home in zip(chosen, homes, strict=False)]
    enter_many(doubles, by=by)
    return search(MERGEABLES["personnel.teacher"]).found


def _again(teacher: Teacher, home: Post | None) -> NewTeacher:
    second = Teacher(
        name=teacher.name,
        sex=teacher.sex,
        born_on=teacher.born_on,
        hired_on=teacher.hired_on,
        id_kind=IdKind.NONE,
    )
    second.set_phone(teacher.phone)
    if home is None or home.school_stage is None:
        return NewTeacher(second)
    post = Post(kind=PostKind.TEACHING, subject=home.subject, hiring_form=home.hiring_form, since=home.since)
    post.place(home.school_stage)
    return NewTeacher(second, post)
