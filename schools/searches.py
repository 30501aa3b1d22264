"""How schools are found."""

from __future__ import annotations

from collections.abc import Iterator

from bureau.search.declare import Searchable, register
from schools.models import Campus, School, SchoolLeader


def _names(school: School) -> Iterator[str]:
    yield school.name_zh
    yield school.name
    yield from school.former_names.splitlines()
    for campus in school.campuses.all():
        yield campus.name_zh


def _words(school: School) -> Iterator[str]:
    yield school.address
    yield school.township
    yield school.district.name_zh
    yield school.district.name
    for campus in school.campuses.all():
        yield campus.name
        yield campus.address
    for leader in school.leaders.all():
        yield leader.name


def _subtitle(school: School) -> str:
    return " · ".join(filter(None, [school.code, school.district.label, school.get_status_display()]))


register(
    Searchable(
        School,
        names=_names,
        words=_words,
        identifiers=lambda school: [school.code, school.credit_code],
        subtitle=_subtitle,
        select_related=("district",),
        prefetch_related=("campuses", "leaders"),
        follows={
            SchoolLeader: lambda leader: [leader.school_id],
            Campus: lambda campus: [campus.school_id],
        },
        icon="school",
    )
)
