"""A small form with everything in it, its collection, and a return in every state.

The form asks for pupils (a table with computed sums), one amount of money, a text, repeated rows. `issued`
and the functions after it take the cast: the school is the primary school of the cast, the section is that
of basic education.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import factory
from django.utils import timezone

from bureau.accounts.models import User
from bureau.accounts.principals import System
from bureau.charter.models import Unit
from bureau.workflow.services import draw_items, perform, take_over
from schools.models import School
from schools.returns.choices import CollectionStatus, Period, ReturnStatus, VersionStatus
from schools.returns.definition import (
    CellSpec,
    Check,
    Definition,
    Line,
    Part,
    Question,
    Questions,
    Rows,
    Table,
    Words,
)
from schools.returns.models import Collection, Form, FormVersion, Return
from tests.cast import Cast
from tests.factories.schools import SchoolFactory, UnitFactory

LOCKER = System("schools.returns.lock", frozenset({"schools.return.lock"}))


def _row_total(row: str) -> CellSpec:
    return CellSpec(computed=f"pupils.{row}.boys + pupils.{row}.girls")


def small_definition() -> Definition:
    """Cells: pupils.{g1,g2,total}.{boys,girls,total}, money.spent, money.note; rows in `rooms`."""
    rows = (
        Line("g1", Words("一年级", "Grade 1"), code="01"),
        Line("g2", Words("二年级", "Grade 2"), code="02"),
        Line("total", Words("合计", "Total"), code="03", is_total=True),
    )
    columns = (
        Line("boys", Words("男生", "Boys"), spec=CellSpec(required=True, least="0", change_percent=50)),
        Line("girls", Words("女生", "Girls"), spec=CellSpec(required=True, least="0")),
        Line("total", Words("小计", "All"), is_total=True),
    )
    cells = {
        "g1.total": _row_total("g1"),
        "g2.total": _row_total("g2"),
        "total.boys": CellSpec(computed="pupils.g1.boys + pupils.g2.boys"),
        "total.girls": CellSpec(computed="pupils.g1.girls + pupils.g2.girls"),
        "total.total": _row_total("total"),
    }
    pupils = Table("pupils", Words("在校学生", "Pupils"), rows, columns, cells)
    money = Questions(
        "money",
        Words("经费", "Money"),
        (
            Question(
                "spent", Words("支出", "Spent"), CellSpec("money", required=True, unit=Words("元", "yuan"))
            ),
            Question("note", Words("备注", "Note"), CellSpec("text")),
        ),
    )
    rooms = Rows(
        "rooms",
        Words("专用教室", "Special rooms"),
        (
            Question("name", Words("名称", "Name"), CellSpec("text", required=True)),
            Question("area", Words("面积", "Area"), CellSpec("decimal", least="0")),
        ),
    )
    check = Check(
        "many_girls",
        "pupils.total.girls <= pupils.total.boys * 3",
        "unusual",
        Words("女生人数异常", "Far more girls than boys."),
        ("pupils.total.girls",),
    )
    parts = (
        Part("people", Words("学生", "Pupils"), (pupils,)),
        Part("rest", Words("其他", "Other"), (money, rooms)),
    )
    return Definition(parts, (check,))


# What a school types into the small form, as canonical text; computed cells follow.
FILLED = {
    "pupils.g1.boys": "20",
    "pupils.g1.girls": "18",
    "pupils.g2.boys": "22",
    "pupils.g2.girls": "21",
    "money.spent": "123456",
}
COMPUTED = {
    "pupils.g1.total": "38",
    "pupils.g2.total": "43",
    "pupils.total.boys": "42",
    "pupils.total.girls": "39",
    "pupils.total.total": "81",
}


def section() -> Unit:
    """The section of basic education; where no chart is loaded, one like it."""
    found = Unit.objects.filter(key="basic").first()
    return found or UnitFactory(key="basic", name="Basic Education Section", name_zh="基础教育科")


class FormFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Form
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"form_{n}")
    name_zh = factory.Sequence(lambda n: f"学校情况表{n}")
    name = factory.Sequence(lambda n: f"Facts of schools {n}")
    owner = factory.LazyFunction(section)
    legal_basis = "教育统计管理规定（教育部令第44号）第十条"
    period = Period.SCHOOL_YEAR
    minutes = 60


class FormVersionFactory(factory.django.DjangoModelFactory):
    """In use; `draft=True` for one that is being designed."""

    class Meta:
        model = FormVersion

    class Params:
        draft = factory.Trait(status=VersionStatus.DRAFT, frozen_on=None)

    form = factory.SubFactory(FormFactory)
    number = factory.Sequence(lambda n: n + 1)
    definition = factory.LazyFunction(lambda: small_definition().written())
    status = VersionStatus.FROZEN
    frozen_on = date(2025, 9, 1)


class CollectionFactory(factory.django.DjangoModelFactory):
    """Issued, open since yesterday, due in ten days, locked after twenty."""

    class Meta:
        model = Collection
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(status=CollectionStatus.DRAFT, issued_on=None)

    version_of_form = factory.SubFactory(FormVersionFactory)
    owner = factory.LazyAttribute(lambda collection: collection.version_of_form.form.owner)
    title_zh = factory.Sequence(lambda n: f"学校情况填报{n}")
    title = factory.Sequence(lambda n: f"Collection of facts {n}")
    year = 2025
    opens_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=1))
    due_on = factory.LazyAttribute(lambda collection: collection.opens_on + timedelta(days=11))
    locks_on = factory.LazyAttribute(lambda collection: collection.due_on + timedelta(days=10))
    issued_on = factory.LazyAttribute(lambda collection: collection.opens_on)
    status = CollectionStatus.ISSUED


class ReturnFactory(factory.django.DjangoModelFactory):
    """A return past the engine, in any status: for lists and counts. It has no history and no work items."""

    class Meta:
        model = Return

    collection = factory.SubFactory(CollectionFactory)
    school = factory.SubFactory(SchoolFactory)
    form_version = factory.LazyAttribute(lambda record: record.collection.version_of_form)
    owner = factory.LazyAttribute(lambda record: record.collection.owner)
    status = ReturnStatus.DRAFT
    first_sent_on = factory.LazyAttribute(
        lambda record: timezone.localdate() if record.status in ("district", "section", *_DONE) else None
    )
    sent_on = factory.SelfAttribute("first_sent_on")
    round = factory.LazyAttribute(lambda record: 1 if record.first_sent_on else 0)
    accepted_on = factory.LazyAttribute(
        lambda record: timezone.localdate() if record.status in _DONE else None
    )


_DONE = ("accepted", "locked")


def stored(**given: Any) -> Return:
    """For tests that want any return at all."""
    record: Return = ReturnFactory(**given)
    return record


def stored_anyhow() -> Return:
    """With all the days that any status asks for: the site tests put it into each of them."""
    return stored(status=ReturnStatus.ACCEPTED)


# --- through the engine: one function per state -------------------------------------------------


def issue(collection: Collection, schools: list[School], *, by: User) -> list[Return]:
    """Empty returns with history and work items, as the job that issues them leaves them."""
    returns = [
        Return(
            collection=collection,
            form_version=collection.version_of_form,
            owner=collection.owner,
            school=school,
        )
        for school in schools
    ]
    made = take_over(returns, status=ReturnStatus.DRAFT, by=by, step="issue")
    draw_items(made)
    return made


def issued(
    cast: Cast,
    *,
    school: School | None = None,
    needs_district: bool = False,
    collection: Collection | None = None,
) -> Return:
    """The empty return of the cast's school. `needs_district`: the county bureau looks at it first."""
    if collection is None:
        collection = CollectionFactory(version_of_form__form__needs_district=needs_district)
    return issue(collection, [school or cast.school], by=cast.basic_officer)[0]


def filled(cast: Cast, *, values: dict[str, str] | None = None, **given: Any) -> Return:
    """Entered by the clerk of the school; written past the grid."""
    record = issued(cast, **given)
    fill(record, by=cast.school_clerk, values=values)
    return record


def fill(record: Return, *, by: User, values: dict[str, str] | None = None) -> None:
    given = {**FILLED, **COMPUTED} if values is None else values
    now = timezone.now()
    Return.objects.filter(pk=record.pk).update(values=given, entered_by=by, started_at=now, entry=1)
    record.refresh_from_db()


def checked(cast: Cast, **given: Any) -> Return:
    return perform(filled(cast, **given), "check", by=cast.school_clerk)


def signed(cast: Cast, **given: Any) -> Return:
    return perform(checked(cast, **given), "sign", by=cast.principal)


def sent(cast: Cast, **given: Any) -> Return:
    """With the section, or with the district where the form asks for it."""
    return perform(signed(cast, **given), "send", by=cast.school_clerk)


def with_district(cast: Cast, **given: Any) -> Return:
    return sent(cast, needs_district=True, **given)


def with_section(cast: Cast, **given: Any) -> Return:
    return sent(cast, **given)


def returned(cast: Cast, *, cells: dict[str, str] | None = None, **given: Any) -> Return:
    """Two cells came back, due in a week."""
    marked = {"pupils.g1.boys": "请核对", "money.spent": "单位应为元"} if cells is None else cells
    data = {"cells": marked, "due_on": timezone.localdate() + timedelta(days=7)}
    return perform(
        with_section(cast, **given), "send_back", by=cast.basic_officer, data=data, reason="请更正。"
    )


def accepted(cast: Cast, **given: Any) -> Return:
    return perform(with_section(cast, **given), "accept", by=cast.basic_officer)


def locked(cast: Cast, **given: Any) -> Return:
    return perform(accepted(cast, **given), "lock", by=LOCKER)


def excused(cast: Cast, **given: Any) -> Return:
    return perform(issued(cast, **given), "excuse", by=cast.basic_officer, reason="学校已停办。")


STATES = {
    ReturnStatus.DRAFT: issued,
    ReturnStatus.CHECKED: checked,
    ReturnStatus.SIGNED: signed,
    ReturnStatus.DISTRICT: with_district,
    ReturnStatus.SECTION: with_section,
    ReturnStatus.RETURNED: returned,
    ReturnStatus.ACCEPTED: accepted,
    ReturnStatus.LOCKED: locked,
    ReturnStatus.EXCUSED: excused,
}
