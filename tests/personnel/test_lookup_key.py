"""Persons are found by their number before, while and after the key of look-up is changed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection

from bureau.duplicates import keys
from bureau.duplicates.choices import PairStatus
from bureau.duplicates.declare import MERGEABLES
from bureau.duplicates.finding import look_at, search
from bureau.duplicates.models import MatchKey
from bureau.identifiers.lookup_key import COLUMNS
from bureau.workflow.refusals import Invalid
from personnel import identity
from personnel.models import Teacher, TeacherDuplicate
from personnel.searches import by_document
from personnel.selectors.persons import holder_of, holders_of
from personnel.services.register import enter_teacher
from tests.bureau.jobs.test_killed_worker import database_url
from tests.cast import Cast
from tests.factories.duplicates import second_entry
from tests.factories.teachers import (
    BORN_ON,
    TeacherFactory,
    first_stage,
    hiring_form,
    resident_number,
    subject,
)
from tests.lookup_keys import NEW_KEY, left, put_a_new_key_first, rotate, take_the_former_away

TEACHERS = MERGEABLES["personnel.teacher"]
ID = "personnel.teacher.id_digest"
KEYS = "duplicates.matchkey.key"
SCRIPT = Path(__file__).with_name("rotating_alone.py")


def found_everywhere(teacher: Teacher, number: str) -> None:
    """By each way on which a number leads to a person."""
    digest = identity.digest("resident", number)
    assert holder_of("resident", number) == teacher
    assert holders_of([digest]) == {("resident", digest): teacher}
    asked = by_document(number)
    assert asked is not None and Teacher.objects.get(asked) == teacher


@pytest.mark.django_db
def test_a_number_is_found_before_while_and_after(teacher: Teacher, settings: Any) -> None:
    number = teacher.id_number
    found_everywhere(teacher, number)
    put_a_new_key_first(settings)
    found_everywhere(teacher, number)
    assert holder_of("resident", resident_number(55)) is None
    rotate()
    assert left(ID).former == 0
    found_everywhere(teacher, number)
    take_the_former_away(settings)
    found_everywhere(teacher, number)


@pytest.mark.django_db
def test_nobody_is_entered_twice_across_keys(cast: Cast, teacher: Teacher, settings: Any) -> None:
    put_a_new_key_first(settings)
    post = {
        "school_stage": first_stage(cast.school), "kind": "teaching", "subject": subject(),
        "hiring_form": hiring_form(), "since": BORN_ON.replace(year=2026),
    }  # fmt: skip
    values = {
        "name": "赵敏", "sex": "female", "born_on": BORN_ON, "id_kind": "resident",
        "document": teacher.id_number, "telephone": "",
    }  # fmt: skip
    with pytest.raises(Invalid):
        enter_teacher(values=values, post=post, by=cast.principal)
    assert Teacher.objects.filter(name="赵敏").count() == 0


@pytest.mark.django_db
def test_a_double_is_noticed_and_stays_noticed_across_keys(
    cast: Cast, teacher: Teacher, settings: Any
) -> None:
    put_a_new_key_first(settings)
    second_entry(teacher, school=cast.other_school)
    pair = TeacherDuplicate.objects.get()
    assert pair.signs == ["name_birth", "sound_birth"]
    assert left(KEYS).former > 0
    Teacher.objects.get(pk=teacher.pk).save()  # compared again: nothing of the likeness is gone
    look_at(TEACHERS, [pair.second_id])
    rotate()
    assert left(KEYS).former == 0
    take_the_former_away(settings)
    report = search(TEACHERS)
    assert (report.found, report.lapsed, TeacherDuplicate.objects.get().status) == (0, 0, PairStatus.OPEN)


@pytest.mark.django_db
def test_the_keys_for_comparison_are_the_ones_that_the_search_would_write(
    teacher: Teacher, settings: Any
) -> None:
    put_a_new_key_first(settings)
    rotate()
    take_the_former_away(settings)
    assert keys.stored(TEACHERS)[teacher.pk] == keys.keys_of(TEACHERS, teacher)


@pytest.mark.django_db
def test_what_was_written_in_bulk_is_still_new_to_the_search(cast: Cast, settings: Any) -> None:
    rows = Teacher.objects.bulk_create(
        Teacher(number=f"T1999{n:06d}", name="张敏", sex="female", born_on=BORN_ON, id_kind="none")
        for n in range(2)
    )
    put_a_new_key_first(settings)
    rotate()
    assert not MatchKey.objects.filter(kind=TEACHERS.kind, object_id__in=[row.pk for row in rows]).exists()
    assert look_at(TEACHERS, [row.pk for row in rows]).found == 1


@pytest.mark.django_db(transaction=True)
def test_a_rotation_that_was_killed_is_begun_again_and_loses_nothing(cast: Cast, settings: Any) -> None:
    teachers = [TeacherFactory(school=cast.school) for _number in range(5)]
    numbers = {teacher.pk: teacher.id_number for teacher in teachers}
    connection.close()
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "bureau.settings.test",
            "PYTHONPATH": str(configured.ROOT),
            "NEW_KEY": NEW_KEY,
        },
    )
    assert process.stdin is not None and process.stdout is not None
    assert process.stdout.readline() == "in the second batch\n"
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()
    put_a_new_key_first(settings)
    assert left(ID).former == 3
    for teacher in teachers:
        assert holder_of("resident", numbers[teacher.pk]) == teacher
    assert COLUMNS[ID].rotate() == 3
    take_the_former_away(settings)
    for teacher in teachers:
        assert holder_of("resident", numbers[teacher.pk]) == teacher


def at_once(acts: list[Callable[[], int]]) -> list[int]:
    start = Barrier(len(acts))

    def one(act: Callable[[], int]) -> int:
        try:
            start.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_rotations_at_once_write_each_value_once(cast: Cast, settings: Any) -> None:
    teachers = [TeacherFactory(school=cast.school) for _number in range(8)]
    put_a_new_key_first(settings)
    compared = MatchKey.objects.count()
    for column, count in ((ID, len(teachers)), (KEYS, compared)):
        assert sum(at_once([COLUMNS[column].rotate] * 2)) == count
        assert left(column).former == 0
    take_the_former_away(settings)
    for teacher in teachers:
        assert holder_of("resident", teacher.id_number) == teacher
