"""Ten workbooks as they come: what is in them, and what the person reads about it."""

from datetime import date

import openpyxl
import pytest

from bureau.access.remits import apply_remits
from bureau.sheets.checking import Asked
from bureau.sheets.declare import SHEETS, Scope
from bureau.sheets.models import SheetUpload
from bureau.sheets.reading import Unreadable
from bureau.sheets.saving import save_upload
from bureau.sheets.template import template
from bureau.sheets.uploading import check_upload, take
from schools.models import School
from tests.bureau.sheets.books import HEADS, book, loaded, replaced, saved, sheet_xml, xlsx
from tests.factories.schools import SchoolFactory

ROSTER = SHEETS["schools.roster"]


@pytest.fixture
def clerk(cast):
    return cast.basic_clerk


@pytest.fixture
def uploaded(clerk):
    def done(content, name="x.xlsx"):
        return check_upload(take(sheet=ROSTER, scope=Scope(), name=name, content=content, by=clerk), by=clerk)

    return done


def faults(upload):
    return [(one["address"], one["sentence"]) for one in upload.report["faults"]]


def refusal(uploaded, content):
    with pytest.raises(Unreadable) as caught:
        uploaded(content)
    assert not SheetUpload.objects.exists()
    return caught.value.sentence


def test_1_the_layout_of_a_bureau_with_two_header_rows_wide_digits_and_trailing_spaces(cast, uploaded, clerk):
    other = SchoolFactory(name_zh="第二小学")
    apply_remits(objects=[other])
    made = openpyxl.Workbook()
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in cast.school.code)
    for row in (
        ("晋中市2026年小学基本情况一览表",),
        ("序号", "学校标识码", "学校名称", "地理位置", "", "备注"),
        ("", "", "", "所在乡镇", "详细地址", ""),
        (1, wide, "演员小学 ", "　郭家堡乡", "迎宾街１２号 ", "x"),
        (),
        (2, int(other.code), "第二小学", "张庆乡 ", "新建路3号", None),
        ("合计", 2),
    ):
        made.active.append(row)
    for cells in ("A1:F1", "D2:E2", "A2:A3", "B2:B3", "C2:C3", "F2:F3"):
        made.active.merge_cells(cells)
    upload = uploaded(saved(made))
    assert (upload.report["counts"]["changed"], faults(upload)) == (2, [])
    save_upload(upload, by=clerk)
    school = School.objects.get(pk=cast.school.pk)
    assert (school.township, school.address) == ("郭家堡乡", "迎宾街12号")


def test_2_the_template_of_another_year(uploaded, clerk):
    made = loaded(template(Asked(ROSTER, Scope(), clerk)))
    made["_portal"]["B2"] = "2019"
    assert "template of 2019" in refusal(uploaded, saved(made))


def test_3_the_template_of_another_place_or_kind(uploaded, clerk, cast):
    district = ROSTER.scopes(cast.district_reviewer)[0]
    content = template(Asked(ROSTER, district, cast.district_reviewer))
    assert district.label in refusal(uploaded, content)
    made = loaded(template(Asked(ROSTER, Scope(), clerk)))
    made["_portal"]["B1"] = "finance.funds"
    assert "but this page takes" in refusal(uploaded, saved(made))


def test_4_formulas_with_and_without_a_value(cast, uploaded):
    heads = "".join(
        f'<c r="{place}1" t="inlineStr"><is><t>{text}</t></is></c>'
        for place, text in zip("ABC", HEADS, strict=True)
    )
    cells = (
        f'<c r="A2" t="str"><f>A9</f><v>{cast.school.code}</v></c>'
        '<c r="B2" t="str"><f>B9</f><v>演员小学</v></c><c r="C2"><f>C9</f></c>'
    )
    body = f'<row r="1">{heads}</row><row r="2">{cells}</row>'
    upload = uploaded(replaced(xlsx(("x",)), "xl/worksheets/sheet1.xml", sheet_xml(body)))
    assert faults(upload) == [("C2", "There is a formula without a result here. Replace it by its value.")]


def test_5_hidden_sheets_are_left_alone_and_named(cast, uploaded):
    made = book([HEADS, (cast.school.code, "演员小学", "新址")])
    made.create_sheet("去年").append(HEADS)
    made["去年"].sheet_state = "veryHidden"
    upload = uploaded(saved(made))
    assert upload.report["counts"]["read"] == 1
    assert any("去年" in note for note in upload.report["notes"])


def test_6_three_million_rows_and_a_cell_at_the_far_end(uploaded):
    sheet = "xl/worksheets/sheet1.xml"
    assert "too large" in refusal(uploaded, replaced(xlsx(("x",)), sheet, sheet_xml("<row/>" * 3_000_000)))
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert "XFD1048576" in refusal(uploaded, replaced(xlsx(("x",)), sheet, sheet_xml(far)))


def test_7_codes_that_the_spreadsheet_turned_into_numbers(uploaded):
    heads = ("学校标识码", "学校名称", "信用代码")
    upload = uploaded(xlsx(heads, ("1.1E+17", "甲小学", 1.1e17)))
    assert {address for address, _said in faults(upload)} >= {"A2", "C2"}
    assert all("last digits are lost" in said for address, said in faults(upload)[:2])


def test_8_the_same_school_twice_in_the_file_and_one_that_is_another_remits(cast, uploaded):
    kindergarten = SchoolFactory(kindergarten=True)
    upload = uploaded(
        xlsx(
            HEADS,
            (cast.school.code, "演员小学", "甲路1号"),
            (f" {cast.school.code}", "演员小学", "乙路2号"),
            (kindergarten.code, "幼儿园", "丙路3号"),
        )
    )
    said = dict(faults(upload))
    assert "row 2 already" in said["A3"]
    assert upload.report["counts"]["faulty"] >= 2


def test_9_columns_that_would_give_more_than_the_form_gives(cast, uploaded, clerk):
    heads = (*HEADS, "status", "unit", "closed_on", "is_staff")
    upload = uploaded(xlsx(heads, (cast.school.code, "演员小学", "新址", "closed", "1", "2020-01-01", "1")))
    save_upload(upload, by=clerk)
    school = School.objects.get(pk=cast.school.pk)
    assert (school.address, school.status, school.closed_on) == ("新址", cast.school.status, None)
    assert school.unit_id == cast.school.unit_id


def test_10_a_few_wrong_rows_stop_all_of_them(cast, uploaded, clerk):
    heads = (*HEADS, "办学类型", "经度", "建校时间", "是否民办")
    row = (cast.school.code, "演员小学", "新址", "大学堂", "12度", date(2999, 1, 1), "也许")
    upload = uploaded(xlsx(heads, row))
    found = faults(upload)
    assert [address for address, _said in found] == ["D2", "E2", "G2"]
    assert upload.report["faults"][0]["who"] == str(cast.school)
    with pytest.raises(Exception, match="Some rows have errors"):
        save_upload(upload, by=clerk)
    assert School.objects.get(pk=cast.school.pk).address == cast.school.address
