"""What the register of teachers holds about a school, for cells of returns: teachers in post, by stage and sex."""

from __future__ import annotations

from collections import Counter
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from personnel.choices import PostKind, Sex
from personnel.models import Post
from schools.choices import Stage
from schools.models import School
from schools.returns.bindings import FACTS, Fact, OfStage

FIRST_MONTH = 9
_KEPT = "_teachers_in_post"


def counted(school: School) -> Counter[tuple[str, str]]:
    """(stage, sex) → teachers whose main post is to teach there today; one query per instance of the school."""
    if _KEPT not in school.__dict__:
        posts = Post.objects.in_force().filter(
            school=school, kind=PostKind.TEACHING, is_main=True, since__lte=timezone.localdate()
        )
        school.__dict__[_KEPT] = Counter(posts.values_list("stage", "teacher__sex").order_by())
    found: Counter[tuple[str, str]] = school.__dict__[_KEPT]
    return found


def read(stage: str, sex: str, school: School, year: int) -> str:
    """The register knows today: figures of another school year are unknown, and so are those of no teacher at all."""
    today = timezone.localdate()
    if year != (today.year if today.month >= FIRST_MONTH else today.year - 1):
        return ""
    rows = counted(school).items()
    found = sum(count for (where, who), count in rows if stage in ("", where) and sex in ("", who))
    return str(found) if rows else ""


def _add(name: str, words: object, stage: str = "", sex: str = "") -> None:
    FACTS.add(name, Fact(name, words, "number", partial(read, stage, sex), None, _("register of teachers")))


def _register() -> None:
    teachers, women = _("teachers in post"), _("women teachers in post")
    _add("teachers.all", teachers)
    _add("teachers.women", women, sex=Sex.FEMALE)
    for stage in Stage:
        _add(f"teachers.{stage.value}.all", OfStage(teachers, stage), stage)
        _add(f"teachers.{stage.value}.women", OfStage(women, stage), stage, Sex.FEMALE)


_register()
