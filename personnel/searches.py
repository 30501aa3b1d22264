"""How teachers are found: by name, pinyin, number and school; by a document's whole number for few."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.db.models import Q

from bureau.identifiers.text import compact
from bureau.search.declare import Sealed, Searchable, register
from personnel import identity
from personnel.choices import IdKind
from personnel.models import Post, Teacher
from schools.models import School

# What may be the whole number of some document; the shortest are passports.
_DOCUMENT = re.compile(r"(?=(?:[A-Z]*[0-9]){5})[0-9A-Z]{5,20}")


def _posts(teacher: Teacher) -> list[Post]:
    return [post for post in teacher.posts.all() if not post.is_over]


def _words(teacher: Teacher) -> Iterator[str]:
    for post in _posts(teacher):
        yield post.school.name_zh
        yield post.school.name
        if post.subject is not None:
            yield post.subject.name_zh


def _subtitle(teacher: Teacher) -> str:
    post = teacher.main_post
    return " · ".join(filter(None, [teacher.number, str(post) if post else "", teacher.get_status_display()]))


def by_document(text: str) -> Q | None:
    """Of any kind: who types a number does not say which."""
    number = compact(text)
    if not _DOCUMENT.fullmatch(number):
        return None
    kinds = [kind for kind in IdKind if kind != IdKind.NONE]
    return Q(id_digest__in=[identity.digest(kind, number) for kind in kinds])


register(
    Searchable(
        Teacher,
        names=lambda teacher: [teacher.name, teacher.latin_name, teacher.former_names],
        words=_words,
        identifiers=lambda teacher: [teacher.number],
        sealed=[Sealed("reveal", by_document)],
        subtitle=_subtitle,
        select_related=("main_post__school",),
        prefetch_related=("posts__school", "posts__subject"),
        follows={
            Post: lambda post: [post.teacher_id],
            School: lambda school: (
                Post.objects.in_force().filter(school=school).values_list("teacher_id", flat=True)
            ),
        },
        icon="teacher",
    )
)
