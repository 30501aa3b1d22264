"""Issuing: who is asked, what arrives filled in, what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from bureau.charter.models import Unit
from bureau.notices.models import Notice
from bureau.workflow.models import HistoryEntry, WorkItem
from bureau.workflow.refusals import Invalid, NotPermitted
from bureau.workflow.services import perform
from schools.models import PupilCount, School, SchoolFacts
from schools.returns.choices import CellSource, CollectionStatus, Period, ReturnStatus
from schools.returns.definition import CellSpec, Definition, Line, Part, Question, Questions, Table, Words
from schools.returns.models import CellChange, Collection, Form, FormVersion, Return
from schools.returns.services import designing, issuing
from tests.cast import Cast
from tests.factories.schools import SchoolFactory

TODAY = timezone.localdate()
BOYS = CellSpec(bound="pupils.primary.g1.boys", writes_back=True)


def content() -> Definition:
    columns = (Line("boys", Words("男"), spec=BOYS), Line("girls", Words("女")))
    pupils = Table("pupils", Words("学生"), (Line("g1", Words("一年级新生")),), columns)
    senior = Part(
        "upper",
        Words("高中"),
        (
            Questions(
                "more",
                Words("其他"),
                (Question("books", Words("藏书量（高中）"), CellSpec(bound="facts.books")),),
            ),
        ),
        stages=("senior",),
    )
    return Definition((Part("a", Words("学生"), (pupils,)), senior))


@pytest.fixture
def form(cast: Cast) -> Form:
    return designing.create_form(
        by=cast.basic_officer,
        code="pupils",
        name_zh="学生表",
        owner=Unit.objects.get(key="basic"),
        legal_basis="统计法",
        period=Period.SCHOOL_YEAR,
        minutes=20,
    )


@pytest.fixture
def version(form: Form, cast: Cast) -> FormVersion:
    draft = designing.begin_version(form=form, by=cast.basic_officer, definition=content())
    return designing.freeze(version=draft, by=cast.basic_officer)


def collection(version: FormVersion, cast: Cast, **values: object) -> Collection:
    given = {
        "title_zh": "学生表",
        "year": 2025,
        "opens_on": TODAY,
        "due_on": TODAY + timedelta(days=10),
        "locks_on": TODAY + timedelta(days=20),
        **values,
    }
    record = Collection(version_of_form=version, owner=version.form.owner, **given)
    return perform(record, "prepare", by=cast.basic_officer)


def known(school: School, boys: int) -> None:
    facts = SchoolFacts.objects.create(
        school=school, year=2025, as_of=date(2025, 9, 1), source="学籍", books=900
    )
    PupilCount.objects.create(facts=facts, stage="primary", grade=1, boys=boys, girls=20)


def test_every_school_in_operation_gets_a_return_filled_in_from_the_register(
    version: FormVersion, cast: Cast
) -> None:
    known(cast.school, 21)
    SchoolFactory(closed=True)
    issued = issuing.issue_now(collection=collection(version, cast), by=cast.basic_officer)
    returns = {row.school_id: row for row in Return.objects.filter(collection=issued)}
    assert set(returns) == set(School.objects.filter(status="open").values_list("pk", flat=True))
    mine = returns[cast.school.pk]
    assert mine.values == {"pupils.g1.boys": "21"}  # a primary school is not asked for the senior part
    assert mine.entry == 1 and mine.status == ReturnStatus.DRAFT
    change = CellChange.objects.get(owner_return=mine)
    assert (change.cell, change.new, change.source) == ("pupils.g1.boys", "21", CellSource.REGISTER)
    assert returns[cast.other_school.pk].values == {}
    lines = HistoryEntry.objects.filter(kind="schools.return", object_id=mine.pk)
    assert [line.transition for line in lines] == ["issue"]
    assert WorkItem.objects.filter(kind="schools.return", unit=cast.school.unit).count() == 1
    told = Notice.objects.filter(kind="returns.issued", object_id=str(mine.pk))
    assert {notice.user for notice in told} == {cast.principal, cast.school_clerk}


def test_stage_type_district_and_list_narrow_together(version: FormVersion, cast: Cast) -> None:
    senior = SchoolFactory(senior=True)
    asked = collection(version, cast, stages=["primary"])
    assert senior not in issuing.addressed(asked)
    asked.districts.set([cast.other_school.district])
    assert list(issuing.addressed(asked)) == [cast.other_school]
    asked.schools.set([cast.school])
    assert not issuing.addressed(asked).exists()
    with pytest.raises(Invalid, match="No school in operation fits"):
        issuing.issue_now(collection=asked, by=cast.basic_officer)
    assert Collection.objects.get(pk=asked.pk).status == CollectionStatus.DRAFT


@pytest.mark.parametrize(
    ("form_values", "values", "sentence"),
    [
        ({"expires_on": TODAY - timedelta(days=1)}, {}, "legal basis"),
        ({}, {"part": 2}, "whole year"),
        ({"period": "quarter"}, {"part": 5}, "from 1 to 4"),
        (
            {},
            {
                "opens_on": TODAY - timedelta(9),
                "due_on": TODAY - timedelta(8),
                "locks_on": TODAY - timedelta(1),
            },
            "last day",
        ),
    ],
)
def test_what_cannot_be_issued_says_why(
    version: FormVersion, cast: Cast, form_values: dict, values: dict, sentence: str
) -> None:
    Form.objects.filter(pk=version.form_id).update(**form_values)
    with pytest.raises(Invalid, match=sentence):
        issuing.issue_now(collection=collection(version, cast, **values), by=cast.basic_officer)


def test_another_section_neither_prepares_nor_issues(version: FormVersion, cast: Cast) -> None:
    record = collection(version, cast)
    with pytest.raises(NotPermitted):
        issuing.issue_now(collection=record, by=cast.personnel_clerk)
    with pytest.raises(NotPermitted):
        issuing.issue_now(collection=record, by=cast.basic_clerk)  # prepares, but an officer issues


def test_a_school_that_opens_later_is_added_once(version: FormVersion, cast: Cast) -> None:
    issued = issuing.issue_now(collection=collection(version, cast), by=cast.basic_officer)
    late = SchoolFactory()
    assert list(issuing.not_asked_yet(issued)) == [late]
    assert issuing.add_schools(collection=issued, schools=[late, cast.school], by=cast.basic_officer) == 1
    assert issuing.add_schools(collection=issued, schools=[late], by=cast.basic_officer) == 0
    with pytest.raises(NotPermitted):
        issuing.add_schools(collection=issued, schools=[late], by=cast.basic_clerk)


def test_the_same_figure_twice_needs_a_reason_that_is_kept(version: FormVersion, cast: Cast) -> None:
    again = designing.create_form(
        by=cast.basic_officer,
        code="again",
        name_zh="再报",
        owner=version.form.owner,
        legal_basis="统计法",
        period=Period.ONCE,
        minutes=5,
    )
    block = Questions("q", Words("问"), (Question("new", Words("一年级新生 女"), CellSpec()),))
    draft = designing.begin_version(
        form=again, by=cast.basic_officer, definition=Definition((Part("a", Words("甲"), (block,)),))
    )
    second = designing.freeze(version=draft, by=cast.basic_officer)
    record = collection(second, cast)
    with pytest.raises(Invalid, match="Say why you ask again"):
        issuing.issue_now(collection=record, by=cast.basic_officer)
    issued = issuing.issue_now(collection=record, by=cast.basic_officer, repeat_reason="核对")
    assert issued.repeat_reason == "核对"


def test_cancelled_and_locked_collections_ask_nothing_any_more(version: FormVersion, cast: Cast) -> None:
    issued = issuing.issue_now(collection=collection(version, cast), by=cast.basic_officer)
    assert issuing.lock_due(TODAY + timedelta(days=20)) == []
    cancelled = perform(issued, "cancel", by=cast.basic_officer, reason="取消")
    assert issuing.settle_some(cancelled, after=0) == 0
    assert not WorkItem.objects.filter(kind="schools.return").exists()
    other = issuing.issue_now(collection=collection(version, cast, year=2024), by=cast.basic_officer)
    assert [row.pk for row in issuing.lock_due(TODAY + timedelta(days=21))] == [other.pk]
    assert Collection.objects.get(pk=other.pk).status == CollectionStatus.LOCKED
