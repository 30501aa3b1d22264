"""A workbook without code of its own: looked up, compared and written in bulk, all or nothing."""

import random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bureau.audit.models import Event
from bureau.sheets import checking, saving
from bureau.sheets.checking import Asked
from bureau.sheets.declare import SHEETS, Scope
from bureau.sheets.models import SheetUpload
from bureau.sheets.saving import NotSaved, save_upload
from bureau.sheets.template import template
from bureau.sheets.uploading import check_upload, correct, take
from tests.bureau.pages.conftest import Clubs
from tests.bureau.sheets.books import loaded, saved, xlsx
from tests.pages_app.models import Club

SHEET = SHEETS["pages_app.clubs"]
HEADS = ("Number", "Name", "Kind", "Owner", "Seats")


@pytest.fixture
def clubs(db):
    return Clubs()


@pytest.fixture
def row(clubs):
    """A row of the file: a club of the office unless told otherwise."""

    def made(number, name="Club", kind="chess", owner="office", seats=3):
        return (number, name, kind, owner, seats)

    return made


@pytest.fixture
def uploaded(clubs):
    def done(*rows, by=None):
        by = by or clubs.officer
        content = rows[0] if isinstance(rows[0], bytes) else xlsx(HEADS, *rows)
        return check_upload(take(sheet=SHEET, scope=Scope(), name="x.xlsx", content=content, by=by), by=by)

    return done


def sentences(upload, kind="faults"):
    return [(one["address"], one["sentence"]) for one in upload.report[kind]]


def test_new_and_changed_rows_are_written_and_equal_ones_left_alone(clubs, row, uploaded):
    clubs.club("C1", name="Club", kind="chess", seats=3)
    clubs.club("C2", name="Old name", kind="chess", seats=3)
    upload = uploaded(row("C1"), row("C2"), row("C3"))
    counts = upload.report["counts"]
    assert (counts["same"], counts["changed"], counts["new"]) == (1, 1, 1)
    save_upload(upload, by=clubs.officer)
    assert list(Club.objects.values_list("number", "name")) == [
        ("C1", "Club"),
        ("C2", "Club"),
        ("C3", "Club"),
    ]
    event = Event.objects.get(action="sheets.upload.saved")
    assert event.detail == {"sheet": "pages_app.clubs", "new": 1, "changed": 1, "same": 1}


def test_an_import_killed_at_a_random_row_leaves_nothing(clubs, row, uploaded, monkeypatch):
    class Killed(BaseException):
        pass

    upload = uploaded(*[row(f"C{number}") for number in range(12)])
    monkeypatch.setattr(saving, "SHEET_BATCH", 1)
    real, chance = SHEET.save, random.Random(20)
    for _run in range(20):
        at, calls = chance.randrange(12), iter(range(12))

        def killed(rows, scope, by, at=at, calls=calls):
            real(rows, scope, by)
            if next(calls) == at:
                raise Killed

        monkeypatch.setattr(type(SHEET), "save", staticmethod(killed))
        with pytest.raises(Killed), transaction.atomic():
            save_upload(upload, by=clubs.officer)
        assert not Club.objects.exists()
        assert SheetUpload.objects.get().saved_at is None
    monkeypatch.undo()
    save_upload(upload, by=clubs.officer)
    assert Club.objects.count() == 12


def test_checking_costs_the_same_queries_for_two_rows_and_for_two_hundred(clubs, row, uploaded):
    clubs.many(200)

    def queries(count):
        upload = uploaded(*[row(f"N{number:05}") for number in range(count)])
        with CaptureQueriesContext(
            connection,
        ) as few:
            check_upload(upload, by=clubs.officer)
        return len(few)

    assert queries(200) == queries(2)


def test_saving_costs_no_query_per_row(clubs, row, uploaded):
    def queries(start, count):
        upload = uploaded(*[row(f"C{number}") for number in range(start, start + count)])
        with CaptureQueriesContext(connection) as found:
            save_upload(upload, by=clubs.officer)
        return len(found)

    queries(0, 1)  # the first file of a kind makes its lock
    assert queries(10, 2) == queries(100, 90)


def test_a_club_of_another_unit_is_neither_seen_nor_taken_over(clubs, row, uploaded):
    clubs.club("X1", owner=clubs.section, name="Theirs")
    upload = uploaded(row("X1", name="Mine now"))
    assert upload.report["counts"]["new"] == 1  # it does not exist for this person
    with pytest.raises(NotSaved):
        save_upload(upload, by=clubs.officer)
    assert Club.objects.get(number="X1").name == "Theirs"


def test_a_record_moved_or_begun_out_of_reach_is_refused_with_its_row(clubs, row, uploaded):
    upload = uploaded(row("C1", owner=clubs.section.key))
    with pytest.raises(NotSaved) as caught:
        save_upload(upload, by=clubs.officer)
    assert caught.value.report["faults"][0]["row"] == 2
    assert not Club.objects.exists()


def test_an_emptied_cell_is_asked_about_before_the_register_is_emptied(clubs, row, uploaded):
    clubs.club("C1", name="Club", kind="chess", seats=3)
    upload = uploaded(row("C1", seats=None))
    assert sentences(upload, "doubts")[0][0] == "E2"
    with pytest.raises(NotSaved, match="unusual"):
        save_upload(upload, by=clubs.officer)
    correct(upload, corrections={}, right=upload.report["doubt_signs"], by=clubs.officer)
    save_upload(upload, by=clubs.officer)
    assert Club.objects.get().seats is None


def test_a_tick_lapses_when_the_row_becomes_unusual_for_another_reason(clubs, row, uploaded):
    clubs.club("C1", name="Club", kind="chess", seats=3)
    upload = uploaded(row("C1", seats=None))
    correct(upload, corrections={}, right={"2": "of something else"}, by=clubs.officer)
    with pytest.raises(NotSaved, match="unusual"):
        save_upload(upload, by=clubs.officer)


def test_a_correction_replaces_the_cell_and_only_cells_of_the_file_are_taken(clubs, row, uploaded):
    upload = uploaded(row("C1", kind="swimming"))
    assert sentences(upload)[0][0] == "C2"
    typed = {"2": {"kind": "sport", "note": "x"}, "99": {"kind": "sport"}}
    correct(upload, corrections=typed, right={}, by=clubs.officer)
    fresh = check_upload(SheetUpload.objects.get(), by=clubs.officer)
    assert fresh.corrections == {"2": {"kind": "sport"}}
    save_upload(fresh, by=clubs.officer)
    assert Club.objects.get().kind == "sport"


def test_a_code_taken_by_somebody_elses_hand_while_saving_is_told(clubs, row, uploaded, monkeypatch):
    upload = uploaded(row("C1"))
    real = SHEET.save

    def late(rows, scope, by):
        clubs.club("C1")
        real(rows, scope, by)

    monkeypatch.setattr(type(SHEET), "save", staticmethod(late))
    with pytest.raises(NotSaved, match="at the same moment"):
        save_upload(upload, by=clubs.officer)


def test_the_template_holds_drop_downs_notes_and_text_and_no_formula(clubs):
    clubs.club("007", name="=SUM(A1)", phone="0354")
    made = loaded(template(Asked(SHEET, Scope(), clubs.officer)))
    sheet = made.worksheets[0]
    assert [cell.value for cell in sheet[1]][:3] == ["Number *", "Name *", "Kind *"]
    assert (sheet["A2"].value, sheet["B2"].value, sheet["B2"].data_type) == ("007", "=SUM(A1)", "s")
    assert sheet["A2"].number_format == "@"
    assert sheet["E1"].comment is not None
    assert sheet.freeze_panes == "B2"
    assert len(sheet.data_validations.dataValidation) == 2
    assert made["_lists"].sheet_state == "hidden"
    assert made["_portal"].sheet_state == "veryHidden"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_template_comes_back_unchanged_in_either_language(clubs, uploaded, language):
    from django.utils import translation

    clubs.club("007", name="Club (A)", kind="music", seats=5, phone="0354-1", founded_on="2020-02-29")
    with translation.override(language):
        content = template(Asked(SHEET, Scope(), clubs.officer))
    upload = uploaded(saved(loaded(content)))
    assert (upload.report["counts"]["same"], upload.report["faults"]) == (1, [])


def test_rows_are_checked_in_batches_with_progress(clubs, row, uploaded, monkeypatch):
    upload, told = uploaded(*[row(f"C{number}") for number in range(5)]), []
    monkeypatch.setattr(checking, "SHEET_BATCH", 2)
    check_upload(upload, by=clubs.officer, tell=told.append)
    assert told == [2, 4, 5]
