"""What people upload: read as they meant it, or refused with a sentence, within the limits of the child process."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from bureau.sheets.child import ROWS_TOLD
from bureau.sheets.reading import Raw, Unreadable, limits, read
from tests.bureau.sheets.books import HEADS, book, replaced, saved, sheet_xml, xlsx

SHEET = "xl/worksheets/sheet1.xml"


def refusal(content):
    with pytest.raises(Unreadable) as caught:
        read(content)
    return caught.value.sentence


def texts(raw: Raw):
    return [cells for _number, cells in raw.rows]


def test_rows_keep_their_real_numbers_and_days_their_kind():
    made = openpyxl.Workbook()
    made.active["B3"], made.active["C3"] = "甲", date(2024, 9, 1)
    made.active["B5"] = 12
    assert read(saved(made)).rows == [(3, ["", "甲", {"d": "2024-09-01"}]), (4, []), (5, ["", 12.0])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_files_are_read_in_every_encoding_of_chinese_spreadsheets(encoding):
    content = "姓名,电话\r\n李敏,0354\r\n".encode(encoding)
    assert texts(read(content)) == [["姓名", "电话"], ["李敏", "0354"]]


def test_text_with_tabs_and_quoted_lines_is_one_row_each():
    assert texts(read('姓名\t备注\n李敏\t"一\n二"\n'.encode())) == [["姓名", "备注"], ["李敏", "一\n二"]]


def test_more_rows_than_are_told_at_once_come_whole_and_in_order(monkeypatch):
    wanted = [[str(number), "李敏"] for number in range(2 * ROWS_TOLD + 1)]
    content = "\n".join(map(",".join, wanted)).encode()
    assert texts(read(content)) == wanted
    monkeypatch.setattr("bureau.sheets.reading.MOST_SHARED", 3)
    assert texts(read(content)) == wanted


def test_hidden_sheets_are_named_and_not_read():
    made = book([HEADS, ("1", "甲", "乙")])
    made.create_sheet("旧数据").append(["2", "丙"])
    made["旧数据"].sheet_state = "hidden"
    raw = read(saved(made))
    assert raw.hidden == ["旧数据"]
    assert ["2", "丙"] not in texts(raw)


def test_a_workbook_of_hidden_sheets_alone_is_refused():
    made = book([])
    made.create_sheet("数据").append(["甲"])
    made["数据"].sheet_state = "hidden"
    assert "hidden" in refusal(saved(made))


def test_a_formula_without_a_value_is_marked_and_one_with_a_value_is_read():
    body = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>NOW()</f></c></row>'
    raw = read(replaced(xlsx(("x",)), SHEET, sheet_xml(body)))
    assert raw.rows == [(1, [2.0, {"f": True}])]


def test_a_cell_at_the_end_of_the_sheet_is_refused_by_its_address():
    body = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert "XFD1048576" in refusal(replaced(xlsx(("x",)), SHEET, sheet_xml(body)))


def test_three_million_rows_are_refused():
    content = replaced(xlsx(("x",)), SHEET, sheet_xml("<row/>" * 3_000_000))
    assert len(content) < 300_000
    assert "too large" in refusal(content)


def test_more_rows_than_the_limit_are_refused(settings):
    settings.SHEET_MAX_ROWS = 5
    assert "at most 5 rows" in refusal(b"a,b\n" * 6)


def test_a_bomb_in_the_shared_strings_is_refused_before_it_is_unpacked():
    bomb = "<sst>" + "<si><t>" + "A" * 200 + "</t></si>" * 1_000_000
    assert "too large" in refusal(replaced(xlsx(("x",)), "xl/sharedStrings.xml", bomb))


def test_an_archive_of_many_parts_is_refused():
    target = io.BytesIO(xlsx(("x",)))
    with zipfile.ZipFile(target, "a") as archive:
        for number in range(limits()["entries"]):
            archive.writestr(f"xl/media/{number}.txt", "")
    assert "too large" in refusal(target.getvalue())


def test_document_types_are_refused():
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    )
    assert "damaged" in refusal(replaced(xlsx(("x",)), SHEET, bomb))


def test_what_eats_time_or_memory_ends_with_the_child_and_a_sentence(settings):
    content = xlsx(*[("字" * 50,)] * 10)
    settings.SHEET_WALL_SECONDS = 0.001
    assert "too large" in refusal(content)
    settings.SHEET_WALL_SECONDS, settings.SHEET_MEMORY_MB = 15, 1
    assert "too large" in refusal(content)


def test_the_limits_keep_what_the_issue_promises():
    assert limits()["cpu_seconds"] <= 3
    assert limits()["memory_mb"] <= 512


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"  \r\n ", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old kind"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"x" * 600,
            "password",
        ),
        (b"PK\x03\x04 but no archive", "damaged"),
        (b"%PDF-1.7\n1 0 obj, x", "not a workbook"),
        (b"<html><table><tr><td>a,b</td></tr></table>", "not a workbook"),
        (b"one line without any separator", "not a workbook"),
        (b"\x00\x01\x02\x03", "not a workbook"),
    ],
)
def test_what_is_no_workbook_gets_a_plain_sentence(content, said):
    assert said in refusal(content)


def test_another_office_file_macros_and_a_cut_off_file_get_their_sentences():
    document = io.BytesIO()
    with zipfile.ZipFile(document, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "not a workbook" in refusal(document.getvalue())
    assert "macros" in refusal(replaced(xlsx(("x",)), "xl/vbaProject.bin", "x"))
    assert "damaged" in refusal(xlsx(*[("a", "b")] * 50)[:-400])


def test_a_file_above_the_size_is_refused_without_being_read(settings):
    settings.SHEET_MAX_MB = 0
    assert "at most 0 MB" in refusal(b"a,b\n")
