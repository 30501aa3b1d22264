"""The index follows the records, by signals one by one and by `index_records` in bulk."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bureau.jobs.registry import TASKS
from bureau.outbox.models import Effect
from bureau.search.declare import SEARCHABLES
from bureau.search.models import SearchEntry
from bureau.search.services import index_records, write_entries
from schools.models import School
from tests.factories.schools import SchoolFactory, SchoolLeaderFactory

pytestmark = pytest.mark.django_db


def words_of(school: School) -> set[str]:
    return set(SearchEntry.objects.get(kind="schools.school", object_id=school.pk).tokens.split())


def found(*tokens: str) -> set[int]:
    wanted = tuple((token, False) for token in tokens)
    rows = SearchEntry.objects.filter(kind="schools.school", tokens__has_tokens=wanted)
    return set(rows.values_list("object_id", flat=True))


def test_a_saved_school_is_in_the_index_at_once():
    school = SchoolFactory(name_zh="榆次第一小学", former_names="城关小学\n东关小学")
    assert {"榆次", "第一", "小", "ycdyxx", "dyxx", "城关", "yucidiyixiaoxue"} <= words_of(school)
    assert found("榆次", "小学") == {school.pk}


def test_a_changed_name_is_found_and_the_old_one_is_not():
    school = SchoolFactory(name_zh="榆次第一小学")
    school.name_zh = "平遥县实验中学"
    school.save()
    assert found("平遥") == {school.pk}
    assert found("第一") == set()


def test_a_deleted_school_leaves_the_index():
    school = SchoolFactory(name_zh="榆次第一小学")
    key = school.pk
    school.delete()
    assert not SearchEntry.objects.filter(object_id=key).exists()
    assert found("榆次", "小学") == set()


def test_a_leader_is_a_word_of_the_school_and_goes_with_the_post():
    school = SchoolFactory()
    leader = SchoolLeaderFactory(school=school, name="王芳芳")
    assert found("王芳") == {school.pk}
    leader.delete()
    assert found("王芳") == set()


def test_records_written_in_bulk_are_indexed_when_their_keys_are_named():
    school = SchoolFactory(name_zh="榆次第一小学")
    School.objects.filter(pk=school.pk).update(name_zh="太谷中学")
    assert found("太谷") == set()
    index_records(School, [school.pk])
    assert found("太谷") == {school.pk}


def check() -> str:
    out = StringIO()
    call_command("search", "check", "--kind", "schools.school", stdout=out)
    return out.getvalue()


def test_check_names_what_differs_and_rebuild_mends_it():
    kept, stale, missing = SchoolFactory(), SchoolFactory(), SchoolFactory()
    assert "3 records, 0 missing, 0 stale, 0 surplus" in check()
    School.objects.filter(pk=stale.pk).update(name_zh="太谷中学")
    SearchEntry.objects.filter(object_id=missing.pk).delete()
    SearchEntry.objects.filter(object_id=kept.pk).update(object_id=kept.pk + 10_000)
    with pytest.raises(CommandError, match="search rebuild"):
        check()
    call_command("search", "rebuild", stdout=StringIO())
    assert "3 records, 0 missing, 0 stale, 0 surplus" in check()


def test_an_entry_that_is_the_same_is_not_written_again(django_assert_max_num_queries):
    school = SchoolFactory()
    # The record, what belongs to it, the entry, a savepoint; no writing.
    with django_assert_max_num_queries(6):
        assert write_entries(SEARCHABLES["schools.school"], [school.pk]) == []


def test_a_long_list_of_keys_goes_through_the_outbox():
    school = SchoolFactory()
    School.objects.filter(pk=school.pk).update(name_zh="太谷中学")
    index_records(School, [school.pk, school.pk + 1], most_at_once=1)
    assert found("太谷") == set()
    for effect in Effect.objects.filter(task="search.index"):
        TASKS["search.index"].handler(effect.payload)
    assert found("太谷") == {school.pk}
