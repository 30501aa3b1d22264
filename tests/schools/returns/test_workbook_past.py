"""Returns of past years: a row for each school, cells as columns, all or nothing, figures for statistics."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from bureau.sheets.declare import SHEETS
from bureau.sheets.models import SheetUpload
from bureau.sheets.saving import NotSaved, save_upload
from bureau.sheets.uploading import check_upload, correct, take
from schools.returns.choices import CellSource, Period
from schools.returns.models import CellChange, Collection, Figure, FigureTotal, Return, ReturnTerm
from schools.returns.reporting_forms import TermForm
from schools.returns.services import figures
from schools.returns.services.past import period_end
from schools.returns.services.terms import load_terms
from tests.cast import in_english
from tests.factories import returns

KEY = "schools.past_returns"
HEADS = "学校代码,年份,A·A1,A·B1,二年级 · 男生,pupils.g2.girls,B·A1"

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(cast):
    return returns.FormVersionFactory(form__code="basic_statistics").form


def file(*lines: str) -> bytes:
    return "\n".join([HEADS.replace("年份", "year"), *lines]).encode()


@pytest.fixture
def up(cast, form):
    def up(content: bytes) -> SheetUpload:
        sheet = SHEETS[KEY]
        scope = next(one for one in sheet.scopes(cast.basic_officer) if one.key == form.code)
        upload = take(sheet=sheet, scope=scope, name="past.csv", content=content, by=cast.basic_officer)
        return check_upload(upload, by=cast.basic_officer)

    return up


def test_past_figures_come_in_with_totals_source_and_sums(cast, form, up):
    upload = up(
        file(f"{cast.school.code},2023,20,18,22,21,1234.56", f"{cast.other_school.code},2023,1,2,3,4,")
    )
    assert upload.report["counts"]["new"] == 2
    assert not Return.objects.exists()
    save_upload(upload, by=cast.basic_officer)
    collection = Collection.objects.get()
    assert (collection.is_past, collection.status, collection.year) == (True, "locked", 2023)
    record = Return.objects.get(school=cast.school)
    assert record.status == "accepted"
    assert record.values == {**returns.FILLED, **returns.COMPUTED}
    assert set(CellChange.objects.values_list("source", flat=True)) == {CellSource.PAST}
    assert Figure.objects.get(owner_return=record, cell="pupils.total.total").amount == 81_000
    assert FigureTotal.objects.filter(cell="pupils.g1.boys").count() == 2  # two districts
    assert figures.faults(form, 2023) == []


def test_a_second_file_changes_what_differs_and_the_sums_follow(cast, form, up):
    save_upload(up(file(f"{cast.school.code},2023,20,18,22,21,")), by=cast.basic_officer)
    upload = up(file(f"{cast.school.code},2023,20,18,23,21,"))
    assert upload.report["counts"] | {"read": 1} == {
        "read": 1, "ready": 1, "faulty": 0, "unusual": 0, "new": 0, "changed": 1, "same": 0
    }  # fmt: skip
    save_upload(upload, by=cast.basic_officer)
    assert Return.objects.get().values["pupils.total.boys"] == "43"
    assert Collection.objects.count() == 1
    assert figures.faults(form, 2023) == []
    with pytest.raises(NotSaved, match="nothing to save"):
        save_upload(up(file(f"{cast.school.code},2023,20,18,23,21,")), by=cast.basic_officer)


def test_every_error_is_named_by_cell_and_nothing_is_written_before_all_are_mended(cast, form, up):
    this_year = date.today().year
    upload = up(
        file(
            f"{cast.school.code},2023,twenty,18,22,21,1",
            "2114999999,2023,1,2,3,4,5",
            f"{cast.other_school.code},{this_year},1,2,3,4,5",
        )
    )
    said = {one["address"]: one["sentence"] for one in upload.report["faults"]}
    assert "“twenty”" in said["C2"]
    assert said["A3"] == "No school that you see has this code."
    assert said["B4"] == "This period is not over. Issue the form instead."
    with pytest.raises(NotSaved):
        save_upload(upload, by=cast.basic_officer)
    assert not Return.objects.exists() and not Collection.objects.exists()
    right = {"2": {"pupils.g1.boys": "20"}, "3": {"code": ""}, "4": {"year": "2022"}}
    upload = correct(upload, corrections=right, right={}, by=cast.basic_officer)
    assert check_upload(upload, by=cast.basic_officer).report["counts"]["faulty"] == 1


def test_a_period_that_was_asked_for_here_is_not_replaced(cast, form, up):
    version = form.versions.get()
    collection = returns.CollectionFactory(version_of_form=version, year=2023)
    returns.stored(collection=collection, school=cast.school)
    upload = up(file(f"{cast.school.code},2023,20,18,22,21,"))
    assert upload.report["faults"][0]["sentence"].startswith("There is a return of this school")


def test_a_total_that_disagrees_is_asked_about_and_one_without_parts_is_kept(cast, form, up):
    heads = "code,year,A·A1,A·B1,A·C1,A·C3"
    lines = [f"{cast.school.code},2023,20,18,39,", f"{cast.other_school.code},2023,,,,500"]
    upload = up("\n".join([heads, *lines]).encode())
    assert [one["address"] for one in upload.report["doubts"]] == ["E2"]
    signs = upload.report["doubt_signs"]
    upload = check_upload(
        correct(upload, corrections={}, right=signs, by=cast.basic_officer), by=cast.basic_officer
    )
    save_upload(upload, by=cast.basic_officer)
    assert Return.objects.get(school=cast.school).values["pupils.g1.total"] == "38"
    assert Return.objects.get(school=cast.other_school).values == {"pupils.total.total": "500"}


def test_only_the_section_that_issues_the_form_brings_in_its_past(cast, form, client):
    assert SHEETS[KEY].may_use(cast.basic_officer)
    assert not SHEETS[KEY].may_use(cast.office_clerk)
    assert not SHEETS[KEY].may_use(cast.principal)
    client.force_login(in_english(cast.basic_officer))
    page = reverse("desk:schools:collection_sheet_past_returns")
    assert form.label in client.get(page).content.decode()
    template = client.get(
        reverse("desk:schools:collection_sheet_past_returns_template") + f"?scope={form.code}"
    )
    assert template.status_code == 200


def test_the_last_day_of_every_kind_of_period():
    load_terms()
    assert [
        period_end(Period.SCHOOL_YEAR, 2023, 0),
        period_end(Period.YEAR, 2023, 0),
        period_end(Period.TERM, 2023, 1),
        period_end(Period.QUARTER, 2024, 1),
        period_end(Period.MONTH, 2024, 2),
    ] == [date(2024, 8, 31), date(2023, 12, 31), date(2024, 1, 31), date(2024, 3, 31), date(2024, 2, 29)]


def test_a_school_year_ends_as_the_table_of_periods_says_in_its_time():
    assert period_end(Period.SCHOOL_YEAR, 2023, 0) == date(2024, 12, 31)  # no row: it may still run
    load_terms()
    ReturnTerm.objects.create(
        key="year_ends", length=715, basis="校历", valid_from=date(2030, 1, 1), changed_by="某人"
    )
    assert period_end(Period.SCHOOL_YEAR, 2025, 0) == date(2026, 8, 31)
    assert period_end(Period.TERM, 2030, 2) == date(2031, 7, 15)


@pytest.mark.parametrize(("number", "is_day"), [(831, True), (1301, False), (229, False), (31, False)])
def test_a_day_of_the_year_is_month_and_day(cast, number, is_day):
    given = {"key": "year_ends", "length": number, "basis": "校历", "valid_from": "2030-01-01"}
    assert TermForm(given, principal=cast.basic_officer).is_valid() is is_day
