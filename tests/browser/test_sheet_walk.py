"""A roster in a workbook: download the template, upload it with errors, correct them on the page, save."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from schools.models import School

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "en": {
        "workbook": "Workbook: Roster of schools",
        "template": "Template",
        "show": "Show what would change",
        "nothing": "Nothing has been saved yet",
        "check": "Keep corrections and check again",
        "save": "Save: 0 new, 1 changed",
        "saved": "Saved",
    },
    "zh-hans": {
        "workbook": "工作簿：学校名册",
        "template": "模板",
        "show": "查看将发生的变更",
        "nothing": "尚未保存",
        "check": "保留更正并重新检查",
        "save": "保存：新增 0 条，变更 1 条",
        "saved": "已保存",
    },
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_roster_is_corrected_on_the_page_and_saved(signed_in, cast, tmp_path, language):
    words = WORDS[language]
    clerk = signed_in("basic_clerk", "/desk/schools/schools/", language=language)
    clerk.follow(words["workbook"])
    assert clerk.complaints() == []
    with clerk.page.expect_download() as download:
        clerk.page.get_by_role("link", name=words["template"], exact=True).click()
    book = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()))
    file = tmp_path / "名册.xlsx"
    spoiled(book, cast.school).save(file)

    clerk.page.locator("input[type=file]").set_input_files(file)
    clerk.press(words["show"])
    assert words["nothing"] in clerk.page.inner_text("h1")
    assert clerk.complaints() == []
    assert School.objects.get(pk=cast.school.pk).township == ""

    box = clerk.page.locator("input[name^=cell-]")
    box.fill("1985-09-02")
    clerk.press(words["check"])
    clerk.press(words["save"])
    assert words["saved"] in clerk.page.inner_text("h1")
    school = School.objects.get(pk=cast.school.pk)
    assert (school.township, school.founded_on.isoformat()) == ("郭家堡乡", "1985-09-02")
    assert clerk.messages == []
    assert clerk.foreign_requests() == []


def spoiled(book, school):
    """The row of the school with a new township and a day that does not exist."""
    sheet = book.worksheets[0]
    row = next(cells[0].row for cells in sheet.iter_rows(min_row=2) if cells[0].value == school.code)
    places = {column: place for place, column in enumerate(COLUMNS, start=1)}
    sheet.cell(row, places["township"]).value = "郭家堡乡　"
    sheet.cell(row, places["founded_on"]).value = "1985年2月30日"
    return book


COLUMNS = (
    "code",
    "name_zh",
    "name",
    "school_type",
    "organiser",
    "is_private",
    "area_class",
    "district",
    "managed_by",
    "township",
    "address",
    "longitude",
    "latitude",
    "credit_code",
    "founded_on",
)
