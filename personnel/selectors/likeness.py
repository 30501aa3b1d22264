"""By what two records of one person are recognised. The keys made of this are stored as digests alone."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from bureau.identifiers.pinyin import sort_key
from bureau.identifiers.text import compact, fold
from personnel.models import Teacher


def by_number(teacher: Teacher) -> Iterator[str]:
    """The same number under two kinds of documents; under one kind the register takes it once."""
    if teacher.id_number:
        yield compact(teacher.id_number)


def by_name_and_birth(teacher: Teacher) -> Iterator[str]:
    """Former names as well: who married or was renamed has the same day of birth."""
    for name in (teacher.name, *teacher.former_names.replace("、", " ").split()):
        yield f"{fold(name)} {teacher.born_on}"


def by_sound_and_birth(teacher: Teacher) -> Iterator[str]:
    """张 and 章: another sign of the same sound, the same sex and day of birth."""
    yield f"{teacher.name_sort or sort_key(teacher.name)} {teacher.sex} {teacher.born_on}"


def by_name_and_phone(teacher: Teacher) -> Iterator[str]:
    if teacher.phone:
        yield f"{fold(teacher.name)} {teacher.phone}"


def by_phone_and_birth(teacher: Teacher) -> Iterator[str]:
    if teacher.phone:
        yield f"{teacher.phone} {teacher.born_on}"


def by_latin_name(teacher: Teacher) -> Iterator[str]:
    """Holders of passports and permits: one name in Latin letters, in any order of its parts."""
    if teacher.latin_name:
        yield f"{' '.join(sorted(fold(teacher.latin_name).split()))} {teacher.born_on}"


def not_merged() -> Q:
    """Records that stand for a person."""
    return Q(merged_into__isnull=True)


def document_of(teacher: Teacher) -> str:
    """Kind and at most the last two characters of the number."""
    return " ".join(part for part in (teacher.get_id_kind_display(), teacher.masked_id) if part)
