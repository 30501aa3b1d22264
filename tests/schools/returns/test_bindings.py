"""Collect once: register facts fill in cells, differences show, accepted figures go back; moving to a later version."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import SimpleTestCase
from django.utils import timezone

from bureau.accounts.models import User
from bureau.audit.models import Event
from bureau.charter.choices import Role
from bureau.charter.models import Unit
from bureau.workflow.services import perform
from schools.models import PupilCount, SchoolFacts
from schools.returns import bindings
from schools.returns.choices import CellSource, Period, ReturnStatus
from schools.returns.definition import CellSpec, Definition, Part, Question, Questions, Words
from schools.returns.designer import editing
from schools.returns.designer.held import Held
from schools.returns.models import CellChange, Collection, Form, FormVersion, Return
from schools.returns.services import designing, issuing, moving
from tests.cast import Cast, person

TODAY = timezone.localdate()


def ask(key: str, words: str, **spec: object) -> Question:
    return Question(key, Words(words), CellSpec(**spec))  # type: ignore[arg-type]


def content(*more: Question) -> Definition:
    items = (
        ask("books", "图书册数", bound="facts.books", writes_back=True),
        ask("boys", "一年级男生", bound="pupils.primary.g1.boys", writes_back=True),
        ask("pupils", "全校学生", bound="facts.pupils"),
        ask("free", "其他", kind="text"),
        *more,
    )
    return Definition((Part("a", Words("甲"), (Questions("q", Words("问"), items),)),))


@pytest.fixture
def officer(cast: Cast) -> User:
    """Of the section that keeps the figures of primary schools."""
    return person("keeper", (Unit.objects.get(key="basic"), Role.OFFICER))


@pytest.fixture
def facts(cast: Cast) -> SchoolFacts:
    old = SchoolFacts.objects.create(
        school=cast.school, year=2024, as_of=date(2024, 9, 1), source="学籍", books=800
    )
    assert old.pk
    row = SchoolFacts.objects.create(school=cast.school, year=2025, as_of=date(2025, 9, 1), source="学籍")
    PupilCount.objects.create(facts=row, stage="primary", grade=1, boys=20, girls=18)
    return row


@pytest.fixture
def issued(cast: Cast, facts: SchoolFacts, officer: User) -> Collection:
    form = designing.create_form(
        by=officer,
        code="held",
        name_zh="已有",
        owner=Unit.objects.get(key="basic"),
        legal_basis="统计法",
        period=Period.SCHOOL_YEAR,
        minutes=5,
    )
    draft = designing.begin_version(form=form, by=officer, definition=content(ask("gone", "旧项")))
    version = designing.freeze(version=draft, by=officer)
    days = {"opens_on": TODAY, "due_on": TODAY + timedelta(9), "locks_on": TODAY + timedelta(19)}
    record = Collection(version_of_form=version, owner=form.owner, title_zh="已有 2025", year=2025, **days)
    return issuing.issue_now(
        collection=perform(record, "prepare", by=officer), by=officer, repeat_reason="试"
    )


def mine(issued: Collection, cast: Cast) -> Return:
    return Return.objects.select_related("collection", "form_version", "school").get(
        collection=issued, school=cast.school
    )


class Fitting(SimpleTestCase):
    def test_a_fact_fits_cells_of_its_kind(self) -> None:
        assert bindings.fits("number", "decimal") and not bindings.fits("number", "money")
        assert bindings.fits("text", "text") and not bindings.fits("number", "text")
        cell = editing.part_of(content(), "a").blocks[0]
        wrong = content(ask("wrong", "设备", kind="number", bound="facts.equipment"))
        assert cell and "q.wrong" not in dict(bindings.bound_cells(wrong))

    def test_a_quarter_belongs_to_the_school_year_in_which_it_ends(self) -> None:
        def year(period: str, part: int) -> int:
            version = FormVersion(form=Form(period=period))
            return bindings.school_year(Collection(version_of_form=version, year=2026, part=part))

        assert [year("quarter", part) for part in (1, 2, 3, 4)] == [2025, 2025, 2026, 2026]
        assert [year("month", part) for part in (8, 9)] == [2025, 2026]
        assert year("school_year", 0) == 2026

    def test_words_of_a_register_fact_are_noticed_where_they_are_not_bound(self) -> None:
        held = Held(content(ask("staff", "教职工 总数")), FormVersion(form=Form()))
        assert [(one.cell.key, one.fact.name) for one in held.alike] == [("q.staff", "facts.staff")]


def test_what_outlasts_a_year_is_carried_on_and_a_sum_needs_all_its_parts(
    issued: Collection, cast: Cast, facts: SchoolFacts
) -> None:
    record = mine(issued, cast)
    assert record.values == {"q.books": "800", "q.boys": "20", "q.pupils": "38"}
    assert bindings.prefill(record) == record.values
    PupilCount.objects.create(facts=facts, stage="primary", grade=2, boys=5, girls=None)
    assert bindings.fact_value("facts.pupils", cast.school, 2025) == ""
    assert bindings.fact_value("facts.nothing", cast.school, 2025) == ""


def test_differences_show_and_accepted_figures_go_back_with_their_source(
    issued: Collection, cast: Cast, facts: SchoolFacts, officer: User
) -> None:
    record = mine(issued, cast)
    record.values = {"q.books": "900", "q.boys": "21", "q.pupils": "40"}
    found = {one.cell: (one.figure, one.register) for one in bindings.differences(record)}
    assert found == {"q.books": ("900", "800"), "q.boys": ("21", "20"), "q.pupils": ("40", "38")}
    written = bindings.write_back(record, officer)
    assert written == bindings.Written(("facts.books", "pupils.primary.g1.boys"), ())
    facts.refresh_from_db()
    counts = facts.pupil_counts.get()
    assert (facts.books, facts.source) == (900, "报表：已有 2025")
    assert (counts.boys, counts.girls) == (21, 18)  # the other sex stays
    event = Event.objects.get(action="schools.return.written_back")
    assert event.fields == ["facts.books", "pupils.primary.g1.boys"]


def test_who_does_not_keep_the_register_changes_nothing_there(
    issued: Collection, cast: Cast, facts: SchoolFacts
) -> None:
    record = mine(issued, cast)
    record.values = {"q.books": "900"}
    written = bindings.write_back(record, cast.personnel_clerk)
    assert written.facts == () and "kept by another section" in written.refused[0]
    facts.refresh_from_db()
    assert facts.books is None


def test_open_returns_move_to_the_later_version_after_a_look(
    issued: Collection, cast: Cast, officer: User
) -> None:
    record = mine(issued, cast)
    Return.objects.filter(pk=record.pk).update(values={"q.books": "800", "q.gone": "7"}, entry=3)
    sent = Return.objects.get(collection=issued, school=cast.other_school)
    Return.objects.filter(pk=sent.pk).update(status=ReturnStatus.SECTION)
    assert moving.later_version(issued) is None
    draft = designing.begin_version(
        form=issued.version_of_form.form, by=officer, definition=content(ask("new", "新项"))
    )
    later = designing.freeze(version=draft, by=officer)
    issued = Collection.objects.get(pk=issued.pk)
    seen = moving.preview(issued, later)
    assert (seen.lost, seen.moving, seen.staying) == ({"q.gone": 1}, Return.objects.count() - 1, 1)
    assert [cell.key for cell in seen.differences.added] == ["q.new"]
    moved = moving.move_collection(collection=issued, version=later, by=officer)
    while moving.move_some(moved, by=officer):
        pass
    record.refresh_from_db()
    assert (record.form_version, record.values, record.entry) == (later, {"q.books": "800"}, 4)
    change = CellChange.objects.get(owner_return=record, cell="q.gone")
    assert (change.old, change.new, change.source) == ("7", "", CellSource.MOVED)
    sent.refresh_from_db()
    assert sent.form_version_id != later.pk


def test_the_register_of_teachers_counts_who_teaches_today(cast: Cast) -> None:
    from personnel.facts import FIRST_MONTH
    from tests.factories.teachers import TeacherFactory

    year = TODAY.year if TODAY.month >= FIRST_MONTH else TODAY.year - 1
    assert bindings.fact_value("teachers.all", cast.school, year) == ""
    TeacherFactory(school=cast.school)
    TeacherFactory(school=cast.school, sex="male")
    fresh = type(cast.school).objects.get(pk=cast.school.pk)
    found = [bindings.fact_value(f"teachers.{name}", fresh, year) for name in ("all", "women", "primary.all")]
    assert found == ["2", "1", "2"]
    assert bindings.fact_value("teachers.all", fresh, year - 1) == ""
