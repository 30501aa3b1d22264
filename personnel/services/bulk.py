"""Many teachers at once: rosters and trials. Everything is checked before; here it is only written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from bureau.accounts.principals import Principal
from bureau.inserts import insert_records, insert_rows, reserve_keys
from bureau.search.services import index_records
from bureau.workflow.services import amend_many, take_over
from personnel.choices import EventKind, TeacherStatus
from personnel.models import CareerEvent, Post, Teacher
from personnel.services.register import teacher_numbers
from personnel.services.timeline import line, names
from schools.models.tables import CodeTable

BATCH = 500
# A whole roster holds its locks no longer than it must: above this the index follows through the outbox.
INDEXED_AT_ONCE = 300


@dataclass(frozen=True)
class NewTeacher:
    """An unsaved person, document and telephone set, with the unsaved first post."""

    teacher: Teacher
    post: Post | None = None


@transaction.atomic
def enter_many(entries: Sequence[NewTeacher], *, by: Principal) -> list[Teacher]:
    """Write persons, posts, first lines of timeline and history, and the search index."""
    for entry, number in zip(entries, teacher_numbers(len(entries)), strict=True):
        entry.teacher.number = number
        entry.teacher.version = 1
        entry.teacher.fill_name_keys()
    placed = [(entry.teacher, entry.post) for entry in entries if entry.post is not None]
    teachers = [entry.teacher for entry in entries]
    _name_main_posts(placed)
    take_over([teacher for teacher, _post in placed], status=TeacherStatus.IN_POST, by=by)
    rest = [entry.teacher for entry in entries if entry.post is None]
    take_over(rest, status=TeacherStatus.UNASSIGNED, by=by)
    _write_posts(placed)
    _write_timeline(entries, by)
    index_records(Teacher, [teacher.pk for teacher in teachers], most_at_once=INDEXED_AT_ONCE)
    return teachers


@dataclass
class Change:
    """A person read with its main post, carrying new values, and the names of the fields that changed."""

    teacher: Teacher
    fields: list[str]
    post_fields: list[str]


@transaction.atomic
def change_many(changes: Sequence[Change], *, by: Principal) -> None:
    """Write changed persons and their main posts, with versions, history and search index.

    Raises Conflict where somebody else was faster.
    """
    for change in changes:
        if "name" in change.fields:
            change.teacher.fill_name_keys()
            change.fields += ["name_sort", "initials"]
    amend_many([(change.teacher, change.fields or ["main_post"]) for change in changes], by=by)
    posts = [change.teacher.main_post for change in changes if change.post_fields]
    Post.objects.bulk_update(
        [post for post in posts if post is not None], ["subject", "hiring_form"], batch_size=BATCH
    )
    CareerEvent.objects.bulk_create(
        line(change.teacher, kind, on=on, by=by, texts=names(row))
        for change in changes
        for kind, on, row in _named(change)
    )
    index_records(Teacher, [change.teacher.pk for change in changes], most_at_once=INDEXED_AT_ONCE)


def _named(change: Change) -> Iterator[tuple[EventKind, date, CodeTable]]:
    """Titles and key-teacher levels that are new are lines of the career."""
    teacher, today = change.teacher, timezone.localdate()
    if "title" in change.fields and teacher.title is not None:
        yield EventKind.TITLE, teacher.title_on or today, teacher.title
    if "key_level" in change.fields and teacher.key_level is not None:
        yield EventKind.KEY_TEACHER, today, teacher.key_level


def _name_main_posts(placed: Sequence[tuple[Teacher, Post]]) -> None:
    """Person and post name each other: the posts get their keys first, so that no row is written twice."""
    today = timezone.localdate()
    for (teacher, post), key in zip(placed, reserve_keys(Post, len(placed)), strict=True):
        post.pk = key
        if post.is_main and (post.until is None or post.until >= today):
            teacher.main_post_id = key


def _write_posts(placed: Sequence[tuple[Teacher, Post]]) -> None:
    for teacher, post in placed:
        post.teacher_id = teacher.pk
    insert_records([post for _teacher, post in placed])


def _write_timeline(entries: Sequence[NewTeacher], by: Principal) -> None:
    today = timezone.localdate()
    lines: list[tuple[Any, ...]] = [
        (entry.teacher.pk, EventKind.ENTERED, today, None, "", "") for entry in entries
    ]
    for entry in entries:
        post = entry.post
        if post is not None:
            english, chinese = names(post.subject, post.hiring_form)
            lines.append((post.teacher_id, EventKind.APPOINTED, post.since, post.school_id, english, chinese))
    insert_rows(
        CareerEvent,
        ("teacher_id", "kind", "on", "school_id", "text", "text_zh"),
        lines,
        {"by_id": by.audit_id, "by_name": by.audit_name[:100]},
    )
