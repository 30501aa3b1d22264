"""Who may see or do what with teachers. Rights come from the stages of schools, never from a row per teacher."""

from __future__ import annotations

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from bureau.access.policies import EVERYTHING, NOTHING, Policy, Shared, Through, register
from bureau.access.standing import Standing
from bureau.among import Among
from bureau.duplicates.rights import PairRights
from personnel.choices import FieldKeeper
from personnel.models import (
    VERBS,
    CareerEvent,
    Education,
    HiringForm,
    KeyTeacherLevel,
    Post,
    Qualification,
    Subject,
    Teacher,
    TeacherDuplicate,
    TeacherFieldOwnership,
    TeacherUserGrant,
    Title,
)
from personnel.selectors.fields import is_school, keepers
from schools.models import StageGroupGrant

_FOLLOWS = {"view": "view", "export": "export", "add": "change", "change": "change"}
TEACHER_VERBS = {verb: f"{verb}_teacher" for verb in VERBS}


def stages_for(standing: Standing, verb: str) -> QuerySet[StageGroupGrant]:
    """The grants that let me `verb` the teachers of a stage."""
    return StageGroupGrant.objects.filter(
        permission__codename=f"{verb}_teachers", group_id__in=standing.groups_for(verb)
    )


def stage_keys(standing: Standing, verb: str) -> list[int]:
    """The stages of these grants; one query for all verbs, once in a request.

    As plain numbers they tell the database how many teachers to expect: it walks the list in its order and
    stops after a page, where from a subquery it would gather and sort everybody (17 times slower at 50,000).
    """
    groups = standing.groups_for(verb)
    found = {pk for group, pk in _granted_stages(standing).get(f"{verb}_teachers", ()) if group in groups}
    return sorted(found)


def _granted_stages(standing: Standing) -> dict[str, list[tuple[int, int]]]:
    """Codename → (group, stage) of every grant to a group of mine."""
    found: dict[str, list[tuple[int, int]]] | None = standing.remembered.get("personnel.stages")
    if found is None:
        found = {}
        rows = StageGroupGrant.objects.filter(
            group_id__in={post.group_id for post in standing.posts},
            permission__codename__in=[f"{verb}_teachers" for verb in VERBS],
        )
        values = rows.order_by().values_list("permission__codename", "group_id", "content_object_id")
        for codename, group, stage in values:
            found.setdefault(codename, []).append((group, stage))
        standing.remembered["personnel.stages"] = found
    return found


class TeacherRights(Shared):
    """Teachers with a post in force at a stage whose teachers I may `verb`, and those shared with me by hand.

    A remit over all teachers needs no filter, and alone reaches those without a post.
    """

    def for_user(self, standing: Standing, verb: str) -> Q:
        if verb not in self.verbs:
            return NOTHING
        if standing.has_whole_remit("teacher", verb):
            return EVERYTHING
        found = NOTHING
        stages = stage_keys(standing, verb)
        if stages:
            posts = Post.objects.in_force().filter(Among("school_stage_id", stages))
            found = Q(pk__in=posts.values("teacher_id"))
        shared = self._shared(standing).get(self.verbs[verb])
        if not shared:
            return found
        by_hand = Q(pk__in=shared)
        return by_hand if found == NOTHING else found | by_hand

    def _shared(self, standing: Standing) -> dict[str, list[int]]:
        """Codename → teachers shared with me: one query, so that nobody else's list carries the join."""
        found: dict[str, list[int]] | None = standing.remembered.get("personnel.shares")
        if found is None:
            found = {}
            rows = self.shares._default_manager.filter(
                user_id=standing.user.pk, until__gte=timezone.localdate()
            )
            for codename, pk in rows.values_list("permission__codename", "content_object_id"):
                found.setdefault(codename, []).append(pk)
            standing.remembered["personnel.shares"] = found
        return found


def may_add_teachers(standing: Standing) -> bool:
    """Whether I may add a teacher at some stage of some school."""
    if standing.has_whole_remit("teacher", "add"):
        return True
    return bool(stage_keys(standing, "add"))


class PostRights(Through):
    """A post is seen with the teacher; it is changed by whoever changes the teachers of its own stage."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        found = super().for_user(standing, verb)
        if verb in ("view", "export") or found == NOTHING or standing.has_whole_remit("teacher", "change"):
            return found
        return Q(school_stage__in=stages_for(standing, "change").values("content_object_id"))


class PartRights(Through):
    """Certificates and education: a school changes them while the table of field ownership says so."""

    def __init__(self, model: type[Model], *, field: str) -> None:
        super().__init__(model, parent="teacher", verbs=_FOLLOWS)
        self.field = field

    def for_user(self, standing: Standing, verb: str) -> Q:
        found = super().for_user(standing, verb)
        if verb in ("view", "export") or found == NOTHING or not is_school(standing.user):
            return found
        rows = keepers(self.field)
        at = {stage for stage, keeper in rows.items() if stage and keeper != rows[""]}
        exceptions = Q(teacher__main_post__stage__in=sorted(at))
        return found & (~exceptions if rows[""] == FieldKeeper.SCHOOL else exceptions)


class CodeTables(Policy):
    """Everyone who works here may read them; they are loaded, not edited."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        return EVERYTHING if verb == "view" else NOTHING


register(
    TeacherRights(
        Teacher,
        groups=StageGroupGrant,
        shares=TeacherUserGrant,
        verbs=TEACHER_VERBS,
        may_add=may_add_teachers,
    )
)


def teachers_to_merge(standing: Standing) -> Q:
    """Teachers whom a remit of one's units lets be merged, whatever one's own role may do."""
    if any(row.over == "teacher" and "merge" in row.verbs and not row.filters for row in standing.remits):
        return EVERYTHING
    groups = standing.groups_for("view")
    if not groups:
        return NOTHING
    granted = StageGroupGrant.objects.filter(permission__codename="merge_teachers", group_id__in=groups)
    posts = Post.objects.in_force().filter(school_stage__in=granted.values("content_object_id"))
    return Q(pk__in=posts.values("teacher_id"))


register(PairRights(TeacherDuplicate, register=Teacher, kept=teachers_to_merge))

register(PostRights(Post, parent="teacher", verbs=_FOLLOWS))
register(PartRights(Qualification, field="qualifications"))
register(PartRights(Education, field="educations"))
register(Through(CareerEvent, parent="teacher", verbs={"view": "view", "export": "export"}))


class Ownership(Policy):
    """Whoever keeps the register reads who keeps which field; its officers change it."""

    capability = "personnel.teachers"

    def for_user(self, standing: Standing, verb: str) -> Q:
        asked = "view" if verb in ("view", "export") else "fields"
        return EVERYTHING if standing.holder_units(self.capability, asked) else NOTHING

    def may_add(self, standing: Standing) -> bool:
        return bool(standing.holder_units(self.capability, "fields"))


register(Ownership(TeacherFieldOwnership))
for _table in (Subject, HiringForm, Title, KeyTeacherLevel):
    register(CodeTables(_table))
