"""By what two records of one school are recognised."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bureau.identifiers.text import fold
from schools.models import School

_SIGNS = re.compile(r"[\W_]+")
_NUMERALS = str.maketrans("一二三四五六七八九", "123456789")
_PLACE = re.compile(r"^(晋中市|山西省)+")
# The organisation's own nine signs within a unified social credit code (GB 11714).
_SUBJECT = slice(8, 17)


def plain(name: str) -> str:
    """A name without spaces and signs: 平遥县 实验小学（东校区） → 平遥县实验小学东校区."""
    return _SIGNS.sub("", fold(name))


def core(name: str, district: str) -> str:
    """What is left of a name without city, district and their endings: 晋中市平遥县第一小学 → 第1小学."""
    short = _PLACE.sub("", plain(name)).removeprefix(plain(district))
    bare = plain(district)[:-1]
    if len(bare) > 1:
        short = short.removeprefix(bare)
    return short.translate(_NUMERALS)


def by_name(school: School) -> Iterator[str]:
    yield f"{school.district_id} {plain(school.name_zh)}"


def by_former_name(school: School) -> Iterator[str]:
    """The present name among the names: what one record calls former may be the other one's present name."""
    names = {plain(name) for name in (school.name_zh, *school.former_names.splitlines())}
    yield from (f"{school.district_id} {name}" for name in names if name)


def by_core(school: School) -> Iterator[str]:
    """The short name, within the district and the stage: a kindergarten is not its primary school."""
    short = core(school.name_zh, school.district.name_zh)
    stages = school.school_type.stages
    if len(short) > 2 and stages:
        yield f"{school.district_id} {stages[0]} {short}"


def by_organisation(school: School) -> Iterator[str]:
    """One organisation keeps its nine signs when kind or region of the code change."""
    if len(school.credit_code) == 18:
        yield school.credit_code[_SUBJECT]


def by_phone(school: School) -> Iterator[str]:
    for contact in school.contacts.all():
        digits = "".join(sign for sign in fold(contact.phone) if sign.isdigit())
        if len(digits) >= 7:
            yield digits


def by_place(school: School) -> Iterator[str]:
    """The same gate, to about ten metres."""
    if school.longitude is not None and school.latitude is not None:
        yield f"{school.longitude:.4f} {school.latitude:.4f}"
