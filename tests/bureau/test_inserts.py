"""Rows written past Django's own way come back as they were given, on both databases."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from bureau import inserts
from bureau.among import Among
from bureau.charter.models import Unit
from bureau.inserts import insert_records, insert_rows, reserve_keys
from bureau.workflow.models import HistoryEntry
from personnel.models import Teacher

pytestmark = pytest.mark.django_db

AWKWARD = ("a\tb", "a\nb\r", "\\N", "\\.", "C:\\temp\\", "''\"", "", " 王　静 ", "𠮷")

AWKWARD_NAME = 'C:\\"quoted", {a,b} \\N'


def teacher(number, name="王静", **given):
    return Teacher(
        number=number,
        name=name,
        sex="female",
        born_on=date(1980, 1, 1),
        id_kind="none",
        status="unassigned",
        **given,
    )


@pytest.mark.parametrize("count", [1, 2])
def test_texts_that_mean_something_to_the_database_come_back_as_they_were(count):
    rows = [(place, text) for text in AWKWARD for place in range(count)]
    insert_rows(
        HistoryEntry,
        ("object_id", "reason"),
        rows,
        {"kind": "trial\t", "transition": "\\N", "actor_kind": "user", "fields": ["a\\b", "c\td"]},
    )
    found = HistoryEntry.objects.order_by("pk")
    assert [(one.object_id, one.reason) for one in found] == rows
    assert {(one.kind, one.transition, tuple(one.fields)) for one in found} == {
        ("trial\t", "\\N", ("a\\b", "c\td"))
    }
    assert {one.actor_id for one in found} == {None}


def test_records_have_their_keys_and_are_stored_as_a_save_stores_them():
    before = timezone.now()
    made = insert_records(
        [teacher(f"T{place}", text, phone="13900000001") for place, text in enumerate(AWKWARD)]
    )
    for record in made:
        stored = Teacher.objects.get(pk=record.pk)
        assert (stored.name, stored.phone, stored.born_on) == (record.name, "13900000001", date(1980, 1, 1))
        assert stored.created_at == record.created_at >= before
        assert (stored.title_id, stored.post_grade, stored.email) == (None, None, "")
        assert not record._state.adding


def test_an_encrypted_column_holds_no_two_like_values():
    insert_records([teacher(f"T{place}", phone="13900000001") for place in range(3)])
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM personnel_teacher")
        stored = [row[0] for row in cursor.fetchall()]
    assert len(set(stored)) == 3
    assert not any("13900000001" in text for text in stored)


def test_reserved_keys_are_given_to_nobody_else():
    first = reserve_keys(Teacher, 3)
    insert_records([teacher(f"R{key}", pk=key) for key in first])
    saved = teacher("later")
    saved.save()
    assert len({*first, saved.pk, *reserve_keys(Teacher, 2)}) == 6


def test_a_row_that_the_database_refuses_leaves_none_of_the_others():
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_records([teacher("T1"), teacher("T2"), teacher("T1", "另一人")])
    assert not Teacher.objects.exists()


def test_a_record_may_name_one_that_got_its_key_only_now():
    kept, folded = teacher("T1"), teacher("T2")
    folded.merged_into = kept
    kept.save()
    insert_records([folded, teacher("T3", merged_into=kept)])
    assert set(Teacher.objects.exclude(pk=kept.pk).values_list("merged_into_id", flat=True)) == {kept.pk}


@pytest.mark.parametrize(
    ("column", "values", "found"),
    [
        ("name", ["王静", "没有"], ["T0"]),
        ("born_on", [date(1980, 1, 1)], ["T0", "T1"]),
        ("version", [0, 7], ["T0", "T1"]),
        ("name", [], []),
        ("name", [*AWKWARD, AWKWARD_NAME], ["A0"]),
        ("name", [AWKWARD_NAME], ["A0"]),
        ("name", ["null", "NULL", "NULL,李丽", '李丽"', "{李丽}"], []),
    ],
)
def test_among_finds_what_in_finds(column, values, found):
    insert_records([teacher("T0"), teacher("T1", "李丽")])
    if AWKWARD_NAME in values:
        insert_records([teacher("A0", AWKWARD_NAME)])
    assert sorted(Teacher.objects.filter(Among(column, values)).values_list("number", flat=True)) == found
    assert (
        sorted(Teacher.objects.filter(**{f"{column}__in": values}).values_list("number", flat=True)) == found
    )


def test_a_value_that_cannot_be_written_is_told_by_its_own_error_and_stands_in_no_log_of_the_server():
    with pytest.raises(ValueError, match="object_id") as caught, transaction.atomic():
        insert_rows(HistoryEntry, ("object_id", "reason"), [(1, "a"), ("王静", "b")], {"kind": "trial"})
    context = caught.value.__context__
    while context is not None and not isinstance(context, DatabaseError):
        context = context.__context__
    assert "王静" not in str(context)
    assert not HistoryEntry.objects.exists()


def test_more_lines_than_are_held_at_once_go_over_whole_and_in_order(monkeypatch):
    monkeypatch.setattr(inserts, "COPIED", 3)
    monkeypatch.setattr(inserts, "BATCH", 3)
    rows = [(place, text) for place, text in enumerate(AWKWARD[:7])]
    insert_rows(HistoryEntry, ("object_id", "reason"), rows, {"kind": "trial"})
    assert list(HistoryEntry.objects.order_by("pk").values_list("object_id", "reason")) == rows


def test_a_record_that_is_made_quickly_is_the_one_that_the_model_makes():
    made = inserts.maker(Teacher, "number", "born_on", "title_id")("T1", date(1980, 1, 1), 7)
    plain = Teacher(number="T1", born_on=date(1980, 1, 1), title_id=7)
    values = [
        {field.attname: getattr(one, field.attname) for field in one._meta.fields} for one in (made, plain)
    ]
    assert values[0] == values[1]
    assert made._state.adding


def test_records_that_are_made_quickly_share_no_default():
    make = inserts.maker(HistoryEntry, "kind")
    first, second = make("trial"), make("trial")
    first.fields.append("name")
    assert second.fields == []


def test_what_is_made_quickly_names_its_columns_rightly():
    with pytest.raises(KeyError, match="nothing"):
        inserts.maker(Teacher, "nothing")


def test_a_column_that_the_table_does_not_have_is_refused():
    with pytest.raises(TypeError, match="nothing"):
        insert_rows(Unit, ("nothing",), [(1,)], {})
