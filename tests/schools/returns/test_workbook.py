"""The workbook of a return: what stands in it, what of it is taken back in, what is refused and why."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from django.utils import translation
from openpyxl.utils import get_column_letter

from bureau.access.services import permitted
from bureau.sheets import opening
from bureau.sheets.models import SheetUpload
from bureau.sheets.reading import Raw, Unreadable, limits
from schools.returns.choices import CellSource
from schools.returns.definition import CellSpec, Question, Words
from schools.returns.models import CellChange, Return
from schools.returns.selectors.answering import asked
from schools.returns.services.entry import save_cells
from schools.returns.workbook import uploading
from schools.returns.workbook.finding import found_in
from schools.returns.workbook.making import workbook
from schools.returns.workbook.refusing import own_mark
from tests.bureau.sheets.books import loaded, saved
from tests.factories import returns

pytestmark = pytest.mark.django_db

BOYS, GIRLS, BOYS_2 = "pupils.g1.boys", "pupils.g1.girls", "pupils.g2.boys"


def fresh(record: Return) -> Return:
    return Return.objects.select_related("collection", "school", "form_version__form").get(pk=record.pk)


def book_of(record: Return) -> openpyxl.Workbook:
    return loaded(workbook(fresh(record)))


def cell(book: openpyxl.Workbook, address: str):
    """The cell of the form's address: "A·C4" is column C of line 4 on the sheet A."""
    letter, column, line = re.fullmatch(r"([A-Z])·([A-Z])(\d+)", address).groups()
    sheet = next(one for one in book.worksheets if one.title.startswith(f"{letter} "))
    heads: dict[str, int] = {}
    for row in sheet.iter_rows():
        texts = [str(one.value or "") for one in row]
        if texts[0] == "Line":
            heads = {text.split(" ")[0]: place for place, text in enumerate(texts) if place > 2 and text}
        elif texts[0] == line and heads:
            return row[heads[column]]
    raise AssertionError(address)


def raws(content: bytes) -> list[Raw]:
    """As the limited process reads it, without starting one."""
    return [Raw(**one.head, rows=list(one.rows)) for one in opening.opened_every(content, limits())]


def found(record: Return, book: openpyxl.Workbook):
    sheets = raws(saved(book))
    own_mark(fresh(record), sheets)
    return found_in(asked(fresh(record)), sheets)


def refused(record: Return, book: openpyxl.Workbook) -> str:
    with pytest.raises(Unreadable) as refusal:
        found(record, book)
    return refusal.value.sentence


@pytest.fixture
def up(cast, monkeypatch):
    """Upload a workbook and check it; read in this process, as one child for each would cost a second."""
    monkeypatch.setattr(uploading, "read_every", raws)

    def up(record: Return, book: openpyxl.Workbook, by=None) -> SheetUpload:
        person = by or cast.school_clerk
        content = book if isinstance(book, bytes) else saved(book)
        upload = uploading.take(record=fresh(record), name="r.xlsx", content=content, by=person)
        return uploading.check(upload, record=fresh(record), by=person)

    return up


def counts(upload: SheetUpload) -> dict[str, int]:
    return upload.report["counts"]


def fault(upload: SheetUpload, key: str) -> dict:
    return next(one for one in upload.report["faults"] if one["cell"] == key)


# --- what stands in it ---------------------------------------------------------------------------


def test_it_holds_the_figures_at_the_addresses_of_the_form_and_no_formula(cast):
    record = returns.filled(cast)
    book = book_of(record)
    assert cell(book, "A·A1").value == 20
    assert cell(book, "A·C1").value == 38
    assert cell(book, "B·A1").value == Decimal("1234.56") or cell(book, "B·A1").value == 1234.56
    assert not any(
        one.data_type == "f" for sheet in book.worksheets for row in sheet.iter_rows() for one in row
    )
    assert book["_portal"].sheet_state == "veryHidden"
    assert cell(book, "A·A1").protection.locked is False
    assert cell(book, "A·C1").protection.locked is True


def test_text_that_looks_like_a_formula_is_text(cast):
    record = returns.filled(cast, values={**returns.FILLED, "money.note": "=cmd|'/c calc'!A1"})
    note = cell(book_of(record), "B·A2")
    assert (note.data_type, note.value) == ("s", "=cmd|'/c calc'!A1")


def test_the_figures_of_the_period_before_stand_beside_and_are_not_read(cast):
    record = returns.issued(cast)
    version = record.form_version
    before = returns.CollectionFactory(version_of_form=version, year=2024)
    returns.stored(collection=before, school=cast.school, status="accepted", values={BOYS: "17"})
    book = book_of(record)
    heads = {one.value for row in book.worksheets[0].iter_rows() for one in row if one.value}
    assert "Before · A Boys" in heads
    assert 17 in heads
    assert found(record, book).cells[BOYS].raw == ""


def test_a_workbook_made_in_chinese_is_read_in_english(cast):
    record = returns.filled(cast)
    with translation.override("zh-hans"):
        book = book_of(record)
    assert found(record, book).cells[BOYS].raw == 20


# --- found wherever it stands --------------------------------------------------------------------


def test_moved_columns_and_rows_are_found_by_their_headings_and_said(cast):
    record = returns.filled(cast)
    book = book_of(record)
    sheet = book.worksheets[0]
    sheet.insert_cols(4)
    sheet.insert_rows(7)
    sheet.move_range("A9:G9", rows=30)
    got = found(record, book)
    assert {key: one.raw for key, one in got.cells.items() if key in (BOYS, GIRLS, BOYS_2)} == {
        BOYS: 20,
        GIRLS: 18,
        BOYS_2: 22,
    }
    assert any("stand elsewhere" in note and "A Boys" in note for note in got.notes)


def test_a_renamed_column_a_double_one_and_a_renamed_line_are_refused(cast):
    record = returns.filled(cast)
    for place, text, said in (
        ("D", "Pupils", "the column “A Boys” is not there, and column D is headed “Pupils”"),
        ("D", "B Girls", "columns D and E are both headed “B Girls”"),
    ):
        book = book_of(record)
        sheet = book.worksheets[0]
        head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Line")
        sheet[f"{place}{head}"].value = text
        assert said in refused(record, book)
    book = book_of(record)
    line = next(row for row in book.worksheets[0].iter_rows() if row[0].value == "1")
    line[2].value = "Grade 9"
    assert "line 1 is called “Grade 9” here and “Grade 1” in the form" in refused(record, book)


def test_lines_in_another_order_keep_their_figures_and_a_lost_number_is_found_by_its_words(cast):
    record = returns.filled(cast)
    book = book_of(record)
    one, two = [row for row in book.worksheets[0].iter_rows(max_col=5) if row[0].value in ("1", "2")]
    values = [a.value for a in one], [b.value for b in two]
    for cells, line in ((one, values[1]), (two, values[0])):
        for box, value in zip(cells, line, strict=True):
            box.value = value
    one[0].value = None
    got = found(record, book)
    assert (got.cells[BOYS].raw, got.cells[BOYS_2].raw) == (20, 22)


def test_deleted_lines_and_sheets_stay_as_they_are_and_are_named(cast):
    record = returns.filled(cast)
    book = book_of(record)
    sheet = book.worksheets[0]
    sheet.delete_rows(next(row[0].row for row in sheet.iter_rows() if row[0].value == "2"))
    del book[book.sheetnames[1]]
    got = found(record, book)
    assert BOYS_2 not in got.cells and "money.spent" not in got.cells
    assert "lines that are not there stay as they are: 2 Grade 2" in " ".join(got.notes)
    assert "Parts without a sheet in the file stay as they are: B Other" in " ".join(got.notes)


def test_merged_boxes_are_refused_and_hidden_sheets_are_named(cast):
    record = returns.filled(cast)
    book = book_of(record)
    first = cell(book, "A·A1")
    book.worksheets[0].merge_cells(f"{first.coordinate}:{get_column_letter(first.column + 1)}{first.row}")
    assert "are merged" in refused(record, book)
    book = book_of(record)
    book.worksheets[1].sheet_state = "hidden"
    assert "Hidden sheets were not read: B Other" in " ".join(found(record, book).notes)


# --- workbooks that belong elsewhere ---------------------------------------------------------------


def test_a_workbook_of_another_school_period_form_or_version_is_refused_by_name(cast):
    record = returns.issued(cast)
    other_school = returns.issued(cast, school=cast.other_school, collection=record.collection)
    assert "the workbook of Other Primary School" in refused(record, book_of(other_school))
    last = returns.CollectionFactory(version_of_form=record.form_version, year=2024, title="Facts of 2024")
    assert "“Facts of 2024”" in refused(record, book_of(returns.issued(cast, collection=last)))
    other_form = returns.issued(cast)
    assert str(other_form.form_version.form) in refused(record, book_of(other_form))
    book = book_of(record)
    Return.objects.filter(pk=record.pk).update(
        form_version=returns.FormVersionFactory(form=record.form_version.form, number=77)
    )
    assert "filled in on version 77" in refused(record, book)


def test_sheets_of_two_schools_and_a_file_without_a_mark_are_refused(cast):
    record = returns.issued(cast)
    other = book_of(returns.issued(cast, school=cast.other_school, collection=record.collection))
    book = book_of(record)
    for row in other.worksheets[1].iter_rows(max_row=4):
        for one in row:
            book.worksheets[1][one.coordinate].value = one.value
    assert "sheets of several schools" in refused(record, book)
    plain = book_of(record)
    del plain["_portal"]
    assert found(record, plain).cells  # the small print is enough
    for sheet in plain.worksheets:
        sheet["A4"].value = None
    assert "does not say which form and school" in refused(record, plain)


# --- what it would do --------------------------------------------------------------------------------


def test_it_is_saved_as_a_whole_with_its_source_and_totals(cast, up):
    record = returns.filled(cast)
    book = book_of(record)
    cell(book, "A·A1").value = " ２５ "
    cell(book, "B·A1").value = "1,300.50"
    upload = up(record, book)
    assert counts(upload) | {"read": 0, "same": 0} == {
        "read": 0,
        "change": 2,
        "errors": 0,
        "blocking": 0,
        "unusual": 0,
        "same": 0,
    }
    assert fresh(record).values[BOYS] == "20"
    done = uploading.confirm(upload, record=record, by=cast.school_clerk)
    values = fresh(record).values
    assert (values[BOYS], values["pupils.g1.total"], values["money.spent"]) == ("25", "43", "130050")
    assert set(done.changed) == {BOYS, "money.spent"}
    sources = set(CellChange.objects.filter(cell=BOYS).values_list("source", flat=True))
    assert sources == {CellSource.WORKBOOK}
    with pytest.raises(uploading.NotSaved, match="saved already"):
        uploading.confirm(upload, record=record, by=cast.school_clerk)


def test_unreadable_cells_are_named_all_at_once_and_corrected_on_the_page(cast, up):
    record = returns.filled(cast)
    book = book_of(record)
    cell(book, "A·A1").value = "约25"
    cell(book, "A·B1").value = "eighteen"
    cell(book, "A·A2").value = 22.5
    upload = up(record, book)
    assert counts(upload)["blocking"] == 3
    assert "no exact figure" in fault(upload, BOYS)["sentence"]
    assert fault(upload, BOYS)["address"] == "A·A1"
    assert re.fullmatch(r"A Pupils!D\d+", fault(upload, BOYS)["place"])
    with pytest.raises(uploading.NotSaved, match="cannot be read"):
        uploading.confirm(upload, record=record, by=cast.school_clerk)
    assert fresh(record).entry == record.entry
    right = {BOYS: "25", GIRLS: "18", BOYS_2: "22"}
    upload = uploading.correct(upload, cells=right, reasons={}, by=cast.school_clerk)
    upload = uploading.check(upload, record=fresh(record), by=cast.school_clerk)
    uploading.confirm(upload, record=record, by=cast.school_clerk)
    assert fresh(record).values[BOYS] == "25"


def test_the_file_handed_back_marks_the_errors_and_can_be_uploaded_again(cast, up):
    record = returns.filled(cast)
    book = book_of(record)
    cell(book, "A·A1").value = "eighteen"
    upload = up(record, book)
    again = loaded(uploading.returned(upload, record=fresh(record), by=cast.school_clerk))
    marked = cell(again, "A·A1")
    assert marked.value == "eighteen"
    assert marked.fill.fgColor.rgb == "FFFCECEA"
    line = [str(one.value or "") for one in again.worksheets[0][marked.row]]
    assert "error" in line
    assert any(text.startswith("A·A1: “eighteen”") for text in line)
    marked.value = 21
    assert counts(up(record, again)) | {"same": 0, "read": 0} == {
        "read": 0, "change": 1, "errors": 0, "blocking": 0, "unusual": 0, "same": 0
    }  # fmt: skip


def test_a_total_that_disagrees_is_an_error_and_one_left_as_downloaded_is_not(cast, up):
    record = returns.filled(cast)
    book = book_of(record)
    cell(book, "A·A1").value = 25
    assert counts(up(record, book))["errors"] == 0
    cell(book, "A·C1").value = 44
    upload = up(record, book)
    sentence = fault(upload, "pupils.g1.total")["sentence"]
    assert "“44”" in sentence and "43" in sentence
    upload = uploading.correct(upload, cells={"pupils.g1.total": "43"}, reasons={}, by=cast.school_clerk)
    assert counts(uploading.check(upload, record=fresh(record), by=cast.school_clerk))["blocking"] == 0


def test_formulas_count_by_their_result_and_none_without_one(cast, up):
    record = returns.filled(cast)
    book = book_of(record)
    cell(book, "A·A1").value = "=12+13"  # written without a result, as openpyxl cannot calculate
    assert "formula without a result" in fault(up(record, book), BOYS)["sentence"]


def test_an_emptied_box_is_a_change_and_missing_is_not_zero(cast, up):
    record = returns.filled(cast)
    book = book_of(record)
    cell(book, "A·A1").value = None
    upload = up(record, book)
    assert counts(upload)["change"] == 1
    assert counts(upload)["errors"] >= 1 and counts(upload)["blocking"] == 0
    uploading.confirm(upload, record=record, by=cast.school_clerk)
    assert BOYS not in fresh(record).values


def test_a_reason_for_an_unusual_figure_is_kept_with_it(cast, up):
    record = returns.filled(cast)
    book = book_of(record)
    cell(book, "A·B1").value = 300
    upload = up(record, book)
    assert [one["address"] for one in upload.report["unusual"]] == ["A·B3"]
    key = upload.report["unusual"][0]["key"]
    upload = uploading.correct(
        upload, cells={}, reasons={key: "A girls' school moved in."}, by=cast.school_clerk
    )
    upload = uploading.check(upload, record=fresh(record), by=cast.school_clerk)
    uploading.confirm(upload, record=record, by=cast.school_clerk)
    assert fresh(record).reasons[key]["text"] == "A girls' school moved in."


def test_repeated_rows_are_a_table_and_come_back_as_rows(cast, up):
    record = returns.filled(cast)
    Return.objects.filter(pk=record.pk).update(rows={"rooms": [{"name": "Library", "area": "80"}]})
    book = book_of(record)
    sheet = book.worksheets[1]
    first = next(row for row in sheet.iter_rows() if row[1].value == "Library")
    assert first[2].value == 80
    sheet.cell(first[0].row + 1, 2).value = "Music room"
    sheet.cell(first[0].row + 1, 3).value = "sixty"
    upload = up(record, book)
    wrong = fault(upload, "rooms.2.area")
    assert (wrong["address"], wrong["text"]) == ("Special rooms 2", "sixty")
    upload = uploading.correct(upload, cells={"rooms.2.area": "60"}, reasons={}, by=cast.school_clerk)
    upload = uploading.check(upload, record=fresh(record), by=cast.school_clerk)
    uploading.confirm(upload, record=record, by=cast.school_clerk)
    assert fresh(record).rows["rooms"] == [
        {"name": "Library", "area": "80"},
        {"name": "Music room", "area": "60"},
    ]


# --- two people --------------------------------------------------------------------------------------


def test_what_a_colleague_wrote_since_the_download_stays_or_is_a_conflict(cast, up):
    record = returns.filled(cast)
    book = book_of(record)
    typed = {BOYS: "21", GIRLS: "19"}
    save_cells(record=record, by=cast.principal, typed=typed, page_entry=record.entry, whole=False)
    cell(book, "A·B1").value = 30
    cell(book, "A·A2").value = 23
    upload = up(record, book)
    assert [one["cell"] for one in upload.report["faults"]] == [GIRLS]
    assert "Principal wrote “19” here" in fault(upload, GIRLS)["sentence"]
    assert fault(upload, GIRLS)["text"] == ""
    upload = uploading.correct(upload, cells={GIRLS: "30"}, reasons={}, by=cast.school_clerk)
    upload = uploading.check(upload, record=fresh(record), by=cast.school_clerk)
    uploading.confirm(upload, record=record, by=cast.school_clerk)
    values = fresh(record).values
    assert (values[BOYS], values[GIRLS], values[BOYS_2]) == ("21", "30", "23")


def test_of_two_uploads_at_once_the_second_writes_nothing_and_says_why(cast, up):
    record = returns.filled(cast)
    one, two = book_of(record), book_of(record)
    cell(one, "A·A1").value, cell(two, "A·A1").value = 25, 26
    first, second = up(record, one), up(record, two, by=cast.principal)
    uploading.confirm(first, record=record, by=cast.school_clerk)
    with pytest.raises(uploading.NotSaved, match="changed since this file was checked"):
        uploading.confirm(second, record=record, by=cast.principal)
    assert fresh(record).values[BOYS] == "25"
    second.refresh_from_db()
    assert second.saved_at is None
    assert [one["cell"] for one in second.report["faults"]] == [BOYS]


def test_a_locked_return_takes_no_workbook_and_an_upload_from_before_is_not_saved(cast, up):
    record = returns.filled(cast)
    book = book_of(record)
    cell(book, "A·A1").value = 25
    upload = up(record, book)
    Return.objects.filter(pk=record.pk).update(
        status="section", sent_on="2025-10-01", first_sent_on="2025-10-01"
    )
    with pytest.raises(uploading.NotSaved, match="It is with"):
        uploading.confirm(upload, record=record, by=cast.school_clerk)
    with pytest.raises(Unreadable, match="It is with"):
        up(record, book)
    assert fresh(record).values[BOYS] == "20"
    assert permitted(cast.school_clerk, "view", SheetUpload).count() == 1


def with_share(cast):
    """The small form with a percent among its questions."""
    definition = returns.small_definition()
    people, rest = definition.parts
    money, rooms = rest.blocks
    share = Question("share", Words("占比", "Share"), CellSpec("percent", unit=Words("%")))
    rest = replace(rest, blocks=(replace(money, items=(*money.items, share)), rooms))
    content = replace(definition, parts=(people, rest)).written()
    collection = returns.CollectionFactory(version_of_form__definition=content)
    return returns.filled(cast, collection=collection)


@pytest.mark.parametrize(
    ("typed", "kept"), [(0.12, "12"), (0.125, "12.5"), (12, "12"), ("12%", "12"), ("0.5%", "0.5"), (1, "1")]
)
def test_a_percent_is_read_as_the_unit_of_its_cell_says(cast, up, typed, kept):
    record = with_share(cast)
    book = book_of(record)
    target = cell(book, "B·A3")
    assert target.number_format == "@"  # a typed 12% stays what was typed
    target.value = typed
    upload = up(record, book)
    (change,) = [one for one in upload.report["changes"] if one["cell"] == "money.share"]
    assert change["new"] == kept
    is_told = any("were read as percent" in note for note in upload.report["notes"])
    assert is_told is (isinstance(typed, float))
    uploading.confirm(upload, record=fresh(record), by=cast.school_clerk)
    again = up(record, book_of(record))
    assert fresh(record).values["money.share"] == kept
    assert again.report["counts"]["change"] == 0


def test_one_part_as_text_leaves_the_others_as_they_are(cast, up):
    """A part copied out of the workbook and saved as CSV: read by its headings like a sheet."""
    record = returns.filled(cast)
    sheet = next(one for one in book_of(record).worksheets if one.title.startswith("A "))
    lines = [["" if one is None else str(one) for one in row] for row in sheet.iter_rows(values_only=True)]
    place = next((row, at) for row, line in enumerate(lines) for at, one in enumerate(line) if one == "20")
    lines[place[0]][place[1]] = "25"
    text = "\n".join(",".join(f'"{one}"' for one in line) for line in lines)
    upload = up(record, text.encode("gb18030"))
    assert [(one["cell"], one["new"]) for one in upload.report["changes"]] == [(BOYS, "25")]
    assert any("Parts without a sheet" in note for note in upload.report["notes"])
