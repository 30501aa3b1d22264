"""Rosters in the layout that a bureau sends round: found, read, checked, corrected, saved."""

import pytest

from bench import workbooks
from bureau.charter.choices import Role
from bureau.charter.models import Unit
from bureau.sheets.declare import SHEETS
from bureau.sheets.saving import NotSaved, save_upload
from bureau.sheets.uploading import check_upload, correct, take
from finance.models import BudgetCode, Fund
from personnel.models import Post, Teacher
from schools.models import District, School
from tests.cast import person
from tests.factories.schools import SchoolFactory
from tests.factories.teachers import hiring_form, subject

YEAR = "2026"


@pytest.fixture
def chiefs(cast):
    """Whoever keeps the whole of a register."""
    keys = ("planning_finance", "personnel")
    return {key: person(f"chief_{key}", (Unit.objects.get(key=key), Role.CHIEF)) for key in keys}


@pytest.fixture
def districts(cast):
    return list(District.objects.values_list("code", "name_zh"))


@pytest.fixture
def stages(cast):
    """Two schools beside those of the cast, by code and stage."""
    subject(), hiring_form()
    found = [*SchoolFactory.create_batch(2), cast.school]
    return [(school.code, school.stages.get().stage) for school in found]


def taken(key, workbook, by, scope=""):
    sheet = SHEETS[key]
    chosen = next(one for one in sheet.scopes(by) if one.key == scope)
    upload = take(sheet=sheet, scope=chosen, name="花名册.xlsx", content=workbook.content, by=by)
    return check_upload(upload, by=by)


def counts(upload):
    return upload.report["counts"]


def wrong_rows(upload):
    return {fault["row"] for fault in upload.report["faults"]}


def confirmed(upload, by):
    """Everything that is unusual, ticked as right."""
    upload.refresh_from_db()
    correct(upload, corrections={}, right=upload.report["doubt_signs"], by=by)
    upload.refresh_from_db()
    return upload


def test_schools_are_read_below_two_rows_of_heads_and_saved(chiefs, districts):
    by = chiefs["planning_finance"]
    upload = taken("schools.roster", workbooks.schools(24, districts, with_faults=False), by)
    assert (counts(upload)["read"], counts(upload)["new"], counts(upload)["faulty"]) == (24, 24, 0)
    before = School.objects.count()
    save_upload(confirmed(upload, by), by=by)
    assert School.objects.count() == before + 24
    assert all(school.name_zh == school.name_zh.strip() for school in School.objects.all())
    assert all(school.code.isascii() for school in School.objects.all())


def test_the_wrong_schools_are_named_by_row_and_nothing_is_saved(chiefs, districts):
    by = chiefs["planning_finance"]
    workbook = workbooks.schools(50, districts)
    upload = taken("schools.roster", workbook, by)
    assert (counts(upload)["faulty"], wrong_rows(upload)) == (4, set(workbook.wrong))
    before = School.objects.count()
    with pytest.raises(NotSaved):
        save_upload(upload, by=by)
    assert School.objects.count() == before


def test_teachers_come_in_with_posts_numbers_and_full_width_digits(chiefs, stages):
    by = chiefs["personnel"]
    upload = taken("personnel.roster", workbooks.teachers(40, stages, with_faults=False), by)
    assert (counts(upload)["read"], counts(upload)["new"], counts(upload)["faulty"]) == (40, 40, 0)
    save_upload(confirmed(upload, by), by=by)
    assert Teacher.objects.count() == Post.objects.in_force().count() == 40
    assert all(
        teacher.id_number.isascii() and len(teacher.id_number) == 18 for teacher in Teacher.objects.all()
    )


def test_the_wrong_teachers_are_named_by_row(chiefs, stages):
    workbook = workbooks.teachers(70, stages)
    upload = taken("personnel.roster", workbook, chiefs["personnel"])
    assert counts(upload)["faulty"] == len(workbook.wrong) == 6
    assert wrong_rows(upload) == set(workbook.wrong)


def test_the_same_roster_twice_changes_nothing_the_second_time(chiefs, districts):
    by = chiefs["planning_finance"]
    workbook = workbooks.schools(10, districts, with_faults=False)
    save_upload(confirmed(taken("schools.roster", workbook, by), by), by=by)
    again = taken("schools.roster", workbook, by)
    assert (counts(again)["same"], counts(again)["new"], counts(again)["changed"]) == (10, 0, 0)


def test_funds_come_in_as_drafts_in_whole_fen(chiefs):
    by = chiefs["planning_finance"]
    codes = list(
        BudgetCode.objects.filter(is_in_use=True, code__regex=r"^\d{7}$").values_list("code", flat=True)
    )
    workbook = workbooks.funds(30, int(YEAR), codes, with_faults=False)
    upload = taken("finance.funds", workbook, by, scope=YEAR)
    assert (counts(upload)["read"], counts(upload)["new"], counts(upload)["faulty"]) == (30, 30, 0)
    save_upload(confirmed(upload, by), by=by)
    assert Fund.objects.filter(year=int(YEAR)).count() == 30
    assert all(fund.amount % 1_000_000 < 100 for fund in Fund.objects.all())


def test_a_workbook_is_the_same_every_time(stages):
    first, second = (workbooks.teachers(20, stages) for _round in range(2))
    assert (first.rows, first.wrong) == (second.rows, second.wrong)


def test_no_two_invented_persons_share_a_number():
    rows = list(workbooks._teachers(38_000, [("2114000001", "primary")], 1))
    assert len({row[5] for row in rows}) == 38_000
