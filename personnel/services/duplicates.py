"""What a merge of two records of one person does beyond the record itself."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from bureau.accounts.principals import Principal
from bureau.notices.services import tell_unit
from bureau.workflow.declare import Data
from personnel.choices import EventKind, PostEnd, TeacherStatus
from personnel.models import Post, Teacher
from personnel.services.posts import refresh_main_posts
from personnel.services.timeline import note
from schools.models import School


def status_with(teacher: Teacher, data: Data) -> str:
    """Who comes to a post through the other record is in post."""
    both = (teacher.pk, data["double"].pk)
    if Post.objects.filter(teacher__in=both).in_force().exists():
        return TeacherStatus.IN_POST
    return str(teacher.status)


def note_merge(teacher: Teacher, by: Principal, data: Data) -> None:
    """After `absorb`: a line of the timeline with the number under which the person stood as well."""
    number = data["double"].number
    note(teacher, EventKind.MERGED, on=timezone.localdate(), by=by, texts=(number, number))


def fit_posts(rows: QuerySet[Any], survivor: Teacher) -> None:
    """Before posts move: one main post, and no post in force twice at one stage."""
    today = timezone.localdate()
    own = Post.objects.filter(teacher=survivor).in_force()
    twice = {(post.school_stage_id, post.kind) for post in own}
    for post in rows.filter(until__isnull=True):
        if (post.school_stage_id, post.kind) in twice:
            post.until, post.ended_by = max(today, post.since), PostEnd.CHANGED
        if own.filter(is_main=True).exists():
            post.is_main = False
        post.save(update_fields=["until", "ended_by", "is_main"])


def hand_over_timeline(rows: QuerySet[Any], survivor: Teacher) -> int:
    """The lines of a career are written once; a merge hands them over."""
    from personnel.models import CareerEvent

    return CareerEvent.objects.filter(pk__in=rows.values("pk")).hand_over(survivor)


def settle_merged(loser: Teacher, survivor: Teacher, by: Principal) -> None:
    """After a merge: the main posts, and a word to every school where the person has a post."""
    refresh_main_posts([loser.pk, survivor.pk])
    schools = School.objects.filter(posts__in=Post.objects.filter(teacher=survivor).in_force())
    for school in schools.select_related("unit").distinct():
        tell_unit(
            "personnel.teachers_merged",
            unit=school.unit,
            params={"number": survivor.number, "other": loser.number},
            record=survivor,
        )


__all__ = ["fit_posts", "hand_over_timeline", "note_merge", "settle_merged", "status_with"]
