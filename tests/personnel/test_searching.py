"""Who finds a teacher by what: names for all who see the person, a document's whole number for few."""

from __future__ import annotations

import pytest
from django.db.models import Q
from django.http import QueryDict

from bureau.access.services import permitted
from bureau.audit.models import Event
from bureau.charter.choices import Role
from bureau.charter.models import Unit
from bureau.pages.listing import BadQuery, Listing
from bureau.pages.pagesets import pageset_of
from bureau.search.declare import SEARCHABLES
from bureau.search.models import SearchEntry
from bureau.search.queries import parse
from bureau.search.selectors import Scope, Search
from personnel.models import Teacher
from tests.cast import person
from tests.factories.schools import SchoolFactory
from tests.factories.teachers import PostFactory, TeacherFactory, first_stage, resident_number

pytestmark = pytest.mark.django_db

NUMBER = resident_number(77)
PHONE = "13835400077"


@pytest.fixture
def teacher(cast):
    return TeacherFactory(school=cast.school, name="王芳芳", document=NUMBER, phone=PHONE)


@pytest.fixture
def officer(cast):
    """The one kind of role that may reveal what is masked, in the section that keeps teachers."""
    return person("personnel_officer", (Unit.objects.get(key="personnel"), Role.OFFICER))


def found(text, by):
    searchable = SEARCHABLES["personnel.teacher"]
    scope = Scope(searchable, permitted(by, "view", Teacher))
    search = Search(parse(text), [scope], by)
    if not search.query or not search.counts()["personnel.teacher"]:
        return []
    records, _rank = search.page("personnel.teacher", start=0, size=25)
    assert len(records) == search.counts()["personnel.teacher"]
    return records


@pytest.mark.parametrize("text", ["王芳芳", "芳芳", "王芳", "wff", "wangfang", "王芳芳 演员小学", "wff 演员"])
def test_a_teacher_is_found_by_name_pinyin_and_school(cast, teacher, text):
    assert found(text, cast.personnel_clerk) == [teacher]
    assert found(text, cast.principal) == [teacher]
    assert found(text, cast.other_principal) == []


def test_a_whole_number_is_found_by_whoever_may_reveal_it_and_by_nobody_else(cast, officer, teacher):
    assert found(NUMBER, officer) == [teacher]
    assert found(f" {NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:].lower()}", officer) == [teacher]
    assert found("王芳芳", cast.personnel_clerk) == [teacher]
    for user in cast.people().values():
        assert found(NUMBER, user) == [], user


def test_a_hit_by_number_is_audited_without_the_number(officer, teacher):
    found(NUMBER, officer)
    event = Event.objects.filter(action="search.personal_number.matched").latest("pk")
    assert event.object_id == str(teacher.pk)
    assert NUMBER not in str(event.detail)


def test_no_part_of_a_number_finds_anybody(officer, teacher):
    """Neither beginning nor end, nor a narrowing search, brings a single digit to light."""
    parts = {NUMBER[:length] for length in range(3, 18)} | {NUMBER[-length:] for length in range(3, 18)}
    assert [part for part in parts if found(part, officer)] == []
    assert found(PHONE, officer) == []


def test_the_index_holds_no_digit_of_document_and_telephone(cast, teacher):
    entry = SearchEntry.objects.get(kind="personnel.teacher", object_id=teacher.pk)
    whole = f"{entry.tokens} {entry.text} {entry.codes}"
    held = [
        part
        for part in (NUMBER, NUMBER[-4:], NUMBER[:6], PHONE, PHONE[-4:], teacher.id_digest)
        if part in whole
    ]
    assert held == []


@pytest.mark.parametrize(
    "query",
    [
        "id_number__startswith=1407",
        "id_digest=1",
        "phone=138",
        "sort=id_number",
        "sort=phone",
        "cols=id_number",
        "o=phone",
    ],
)
def test_no_list_filters_or_sorts_by_what_it_masks(cast, teacher, query):
    with pytest.raises(BadQuery):
        Listing(pageset_of("desk", Teacher), cast.personnel_clerk, QueryDict(query))


def test_list_and_box_agree(cast, officer, teacher):
    TeacherFactory(school=cast.other_school, name="王芳")
    for user in (cast.personnel_clerk, cast.principal, cast.other_principal, officer):
        for text in ("王芳", "wf", NUMBER, NUMBER[:17], "王老师"):
            boxed = {record.pk for record in found(text, user)}
            params = QueryDict(f"q={text}")
            listed = Listing(pageset_of("desk", Teacher), user, params)
            assert boxed == set(listed.filtered.values_list("pk", flat=True)), (user, text)


def test_a_school_that_is_renamed_takes_its_teachers_along(cast, teacher):
    cast.school.name_zh = "海棠小学"
    cast.school.save()
    assert found("王芳芳 海棠", cast.personnel_clerk) == [teacher]
    assert found("王芳芳 演员", cast.personnel_clerk) == []


def test_a_new_post_is_searched_by_its_school(cast, teacher):
    other = SchoolFactory(name_zh="银杏小学")
    PostFactory(teacher=teacher, school_stage=first_stage(other), is_main=False)
    assert found("王芳芳 银杏", cast.personnel_clerk) == [teacher]


def test_a_document_is_never_looked_up_by_a_name():
    searchable = SEARCHABLES["personnel.teacher"]
    (sealed,) = searchable.sealed
    assert sealed.find("王芳芳") is None
    assert sealed.find("1407") is None
    assert isinstance(sealed.find(f" {NUMBER[:6]} {NUMBER[6:]} "), Q)
