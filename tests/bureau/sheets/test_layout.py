"""Headers wherever they stand, and the rows below them."""

import openpyxl
import pytest
from django.utils import translation

from bureau.sheets.declare import SHEETS, Sheet, SheetColumn
from bureau.sheets.layout import header_key, laid_out, letters, names_of
from bureau.sheets.reading import Unreadable, read
from schools.models import School
from tests.bureau.sheets.books import saved, xlsx


class Small(Sheet):
    key = "tests.small"
    model = School
    title = "Small"
    identity = ("code",)
    columns = (
        SheetColumn("code", kind="code", aliases=("学校代码",)),
        SheetColumn("name_zh", required=True, aliases=("名称",)),
        SheetColumn("phone", label="Telephone", kind="code", aliases=("办公室电话",)),
        SheetColumn("amount", label="Amount", kind="money", aliases=("金额",)),
    )


def table(content):
    return laid_out(Small(), read(content))


def refusal(content):
    with pytest.raises(Unreadable) as caught:
        table(content)
    return caught.value.sentence


def test_titles_above_the_header_and_blank_rows_between_are_passed_over():
    found = table(
        xlsx(("晋中市学校一览表",), (), ("学校代码", "名称"), ("1", "甲"), (None, " "), ("2", "乙"))
    )
    assert found.columns == {"code": 0, "name_zh": 1}
    assert [number for number, _cells in found.rows] == [4, 6]


def test_two_header_rows_with_merged_headings_are_read_together():
    made = openpyxl.Workbook()
    for row in (("学校代码", "名称", "办公室", ""), ("", "", "地点", "电话"), ("1", "甲", "一楼", "0354")):
        made.active.append(row)
    for cells in ("A1:A2", "B1:B2", "C1:D1"):
        made.active.merge_cells(cells)
    found = table(saved(made))
    assert found.columns == {"code": 0, "name_zh": 1, "phone": 3}
    assert [number for number, _cells in found.rows] == [3]


def test_two_header_rows_of_a_text_file_are_read_together():
    found = table("学校代码,名称,办公室,\n,,地点,电话\n1,甲,一楼,0354\n".encode())
    assert found.columns == {"code": 0, "name_zh": 1, "phone": 3}


def test_columns_may_be_moved_headed_in_english_or_in_full_width_and_unknown_ones_are_named():
    found = table(xlsx(("Telephone ＊", "备注", "Chinese name", "学校 代码（必填）"), ("1", "x", "甲", "2")))
    assert found.columns == {"phone": 0, "name_zh": 2, "code": 3}
    assert any("B (备注)" in note for note in found.notes)


def test_sums_and_repeated_headers_are_no_rows():
    heads = ("学校代码", "名称")
    found = table(xlsx(heads, ("1", "甲"), heads, ("2", "乙"), ("合计", "2")))
    assert [cells[0] for _number, cells in found.rows] == ["1", "2"]
    assert any("5" in note for note in found.notes)


def test_two_columns_of_one_name_and_a_missing_key_are_refused():
    assert "A, C" in refusal(xlsx(("学校代码", "名称", "学校代码"), ("1", "甲", "2")))
    assert "is missing" in refusal(xlsx(("名称", "办公室电话"), ("甲", "1")))


def test_a_file_without_headers_or_rows_is_refused():
    assert "No header row" in refusal(xlsx(("1", "甲"), ("2", "乙")))
    assert "no row below" in refusal(xlsx(("学校代码", "名称")))


def test_amounts_in_ten_thousands_are_refused():
    assert "万元" in refusal(xlsx(("学校代码", "名称", "金额（万元）"), ("1", "甲", "5")))


def test_letters_count_like_a_spreadsheet():
    assert [letters(place) for place in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.key)
def test_every_heading_of_a_template_is_found_again(sheet, language):
    with translation.override(language):
        for column in sheet.columns:
            assert names_of(sheet)[header_key(f"{sheet.label(column)} *")] == column.name
