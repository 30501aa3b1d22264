"""Posts: appointing, ending, and the main post that lists show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.services import may, permitted
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal, System
from bureau.workflow.refusals import Invalid, NotPermitted
from bureau.workflow.services import perform
from personnel.choices import LEAVING, EventKind, PostEnd, TeacherStatus
from personnel.models import Post, Teacher
from personnel.services.timeline import names, note
from schools.models import SchoolStage

POST_FIELDS = ("kind", "subject", "hiring_form", "is_main", "since", "until")
LAPSES = System("personnel.posts", frozenset({"personnel.teacher.lapse"}))


def open_post(
    teacher: Teacher, school_stage: SchoolStage, values: Mapping[str, Any], *, by: Principal
) -> Post:
    """A new post with its line in the timeline. Raises NotPermitted, Invalid."""
    _may_appoint(by, school_stage)
    post = Post(teacher=teacher, **{name: values[name] for name in POST_FIELDS if name in values})
    post.place(school_stage)
    if post.is_main:
        _refuse_second_main(post)
    post.full_clean()
    post.save()
    refresh_main_posts([teacher.pk])
    note(
        teacher,
        EventKind.APPOINTED,
        on=post.since,
        by=by,
        school=school_stage.school,
        texts=names(post.subject, post.hiring_form),
    )
    return post


def _may_appoint(by: Principal, school_stage: SchoolStage) -> None:
    if isinstance(by, User) and not (
        standing(by).has_whole_remit("teacher", "change") or may(by, "change_teachers", school_stage)
    ):
        raise NotPermitted(_("You do not keep the teachers of this school and stage."))
    if not school_stage.school.is_in_use:
        sentence = _("This school has ended; nobody can be appointed there.")
        raise Invalid(sentence, {"school": [sentence]})


def _refuse_second_main(post: Post) -> None:
    """At any day only one main post. Raises Invalid with what to do."""
    others = Post.objects.filter(teacher_id=post.teacher_id, is_main=True).exclude(pk=post.pk)
    overlapping = others.filter(Q(until__isnull=True) | Q(until__gte=post.since))
    if post.until:
        overlapping = overlapping.filter(since__lte=post.until)
    other = overlapping.select_related("school").first()
    if other is None:
        return
    if other.school_id == post.school_id:
        sentence = _(
            "There is a main post in this school already. End it first, or make this one a side post."
        )
    else:
        sentence = _("The main post is at %(school)s. Ask for a transfer, or make this one a side post.") % {
            "school": other.school
        }
    raise Invalid(sentence, {"is_main": [sentence]})


def close_post(post: Post, *, until: date, ended_by: str, by: Principal) -> None:
    """End a post on a day, with its line in the timeline. Raises NotPermitted, Invalid."""
    if isinstance(by, User) and not permitted(by, "change", Post).filter(pk=post.pk).exists():
        raise NotPermitted(_("This post belongs to a school whose teachers you do not keep."))
    if until < post.since:
        sentence = _("The last day lies before the first.")
        raise Invalid(sentence, {"until": [sentence]})
    post.until, post.ended_by = until, ended_by
    post.full_clean()
    post.save(update_fields=["until", "ended_by"])
    refresh_main_posts([post.teacher_id])
    kind = EventKind.LEFT if ended_by in LEAVING else EventKind.POST_ENDED
    end = PostEnd(ended_by)
    note(post.teacher, kind, on=until, by=by, school=post.school, texts=_both(end))


def change_post(
    post: Post, school_stage: SchoolStage, values: Mapping[str, Any], *, since: date, by: Principal
) -> Post:
    """Another post in the same school: the present one ends the day before. Raises NotPermitted, Invalid."""
    if since <= post.since:
        sentence = _("The new post begins after the present one did. To correct the present one, open it.")
        raise Invalid(sentence, {"since": [sentence]})
    if school_stage.school_id != post.school_id:
        raise Invalid(_("A post at another school needs a transfer."))
    close_post(post, until=since - timedelta(days=1), ended_by=PostEnd.CHANGED, by=by)
    new = {**values, "since": since, "is_main": post.is_main, "until": None}
    return open_post(post.teacher, school_stage, new, by=by)


def _both(end: PostEnd) -> tuple[str, str]:
    """The label in both languages, as it is kept in the timeline."""
    from django.utils import translation

    with translation.override("en"):
        english = str(end.label)
    with translation.override("zh-hans"):
        return english, str(end.label)


def move_post(old: Post, school_stage: SchoolStage, values: Mapping[str, Any], *, on: date) -> Post:
    """The effect of a transfer: the old main post ends the day before, the new one begins on the day."""
    old.until, old.ended_by = on - timedelta(days=1), PostEnd.TRANSFERRED
    old.full_clean()
    old.save(update_fields=["until", "ended_by"])
    new = Post(
        teacher_id=old.teacher_id,
        kind=old.kind,
        hiring_form_id=old.hiring_form_id,
        subject=values.get("subject") or old.subject,
        is_main=True,
        since=on,
    )
    new.place(school_stage)
    new.full_clean()
    new.save()
    refresh_main_posts([old.teacher_id])
    return new


def refresh_main_posts(teachers: Iterable[int] | None = None, *, on: date | None = None) -> int:
    """Write `main_post` anew where it is out of date: the main post held now, else the one about to begin."""
    today = on or timezone.localdate()
    posts = Post.objects.in_force(today).filter(teacher=OuterRef("pk"), is_main=True)
    ranked = posts.annotate(coming=Case(When(since__gt=today, then=Value(1)), default=Value(0)))
    newest = ranked.order_by("coming", "-since", "-pk").values("pk")[:1]
    rows = Teacher.objects.all() if teachers is None else Teacher.objects.filter(pk__in=list(teachers))
    rows = rows.annotate(right_post=Subquery(newest))
    stale = rows.filter(
        (Q(right_post__isnull=False) & ~Q(main_post=F("right_post")))
        | Q(main_post__isnull=False, right_post__isnull=True)
    )
    return Teacher.objects.filter(pk__in=stale.values("pk")).update(main_post=Subquery(newest))


def settle_posts(*, on: date | None = None) -> int:
    """Nightly: main posts that ended or began, and teachers whose last post is over. Returns how many."""
    changed = refresh_main_posts(on=on)
    without = Teacher.objects.filter(status=TeacherStatus.IN_POST).exclude(
        pk__in=Post.objects.in_force(on).values("teacher_id")
    )
    for teacher in without:
        perform(teacher, "lapse", by=LAPSES)
        changed += 1
    return changed


def status_after(teacher: Teacher, data: Mapping[str, Any]) -> str:
    """In post while a post is in force; else by how the last one ended."""
    posts = Post.objects.filter(teacher=teacher)
    if posts.in_force().exists():
        return TeacherStatus.IN_POST
    last = posts.order_by("-until", "-pk").first()
    if last is not None and last.ended_by in LEAVING:
        return TeacherStatus.LEFT
    return TeacherStatus.UNASSIGNED
