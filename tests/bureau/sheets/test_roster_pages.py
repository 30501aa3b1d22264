"""The whole way of a roster through the pages: template, upload, correction, saving."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bureau.audit.models import Event
from bureau.sheets.models import SheetUpload
from schools.models import ChangeRequest, School
from tests.bureau.pages.conftest import client_of
from tests.bureau.sheets.books import HEADS, loaded, saved, xlsx

PAGE = reverse("desk:schools:school_sheet_roster")
TEMPLATE = reverse("desk:schools:school_sheet_roster_template")


def upload(client, content, name="roster.xlsx", **fields):
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content), "scope": "", **fields})


def at(kind, pk):
    return reverse(f"desk:schools:school_sheet_roster_{kind}", args=[pk])


@pytest.fixture
def clerk(cast):
    return client_of(cast.basic_clerk)


def test_the_template_holds_the_schools_that_the_person_sees(cast, clerk):
    sheet = loaded(clerk.get(TEMPLATE).content).worksheets[0]
    codes = {row[0].value for row in sheet.iter_rows(min_row=2)}
    assert codes == {cast.school.code, cast.other_school.code}


def test_a_template_uploaded_unchanged_changes_nothing(cast, clerk):
    answer = upload(clerk, clerk.get(TEMPLATE).content)
    page = clerk.get(answer.url).content.decode()
    counts = SheetUpload.objects.get().report["counts"]
    assert (counts["read"], counts["same"], counts["faulty"], counts["unusual"]) == (2, 2, 0, 0)
    assert "Nothing has been saved yet" in page
    assert "There is nothing to save" in page


def test_a_changed_cell_is_shown_first_and_written_on_saving(cast, clerk):
    book = loaded(clerk.get(TEMPLATE).content)
    sheet = book.worksheets[0]
    place = [cell.value for cell in sheet[1]].index("Address") + 1
    sheet.cell(2, place).value = "晋中市榆次区新建北路９号 "
    address = upload(clerk, saved(book)).url
    assert School.objects.get(code=sheet["A2"].value).address != "晋中市榆次区新建北路9号"
    assert "1 changed" in clerk.get(address).content.decode()
    clerk.post(at("save", SheetUpload.objects.get().pk))
    assert School.objects.get(code=sheet["A2"].value).address == "晋中市榆次区新建北路9号"
    assert Event.objects.filter(action="sheets.upload.saved").count() == 1


def test_an_error_is_corrected_on_the_page_and_then_saved(cast, clerk):
    content = xlsx((*HEADS, "建校时间"), (cast.school.code, "新名小学", "新址1号", "1985年13月1日"))
    address = upload(clerk, content).url
    page = clerk.get(address).content.decode()
    assert "D2" in page
    assert "There is no such day in the calendar." in page
    pk = SheetUpload.objects.get().pk
    clerk.post(at("save", pk))
    assert School.objects.get(pk=cast.school.pk).name_zh != "新名小学"
    clerk.post(address, {"cell-2-founded_on": "1985-12-01"})
    clerk.post(at("save", pk))
    school = School.objects.get(pk=cast.school.pk)
    assert (school.name_zh, school.founded_on.isoformat()) == ("新名小学", "1985-12-01")


def test_saving_twice_writes_once_and_says_so(cast, clerk):
    upload(clerk, xlsx(HEADS, (cast.school.code, "新名小学", "新址1号")))
    pk = SheetUpload.objects.get().pk
    clerk.post(at("save", pk))
    version = School.objects.get(pk=cast.school.pk).version
    page = clerk.post(at("save", pk), follow=True).content.decode()
    assert "This file has been saved already" in page
    assert School.objects.get(pk=cast.school.pk).version == version


def test_the_register_changed_meanwhile_is_told_and_nothing_is_saved(cast, clerk):
    upload(clerk, xlsx(HEADS, (cast.school.code, "新名小学", "新址1号")))
    School.objects.filter(pk=cast.school.pk).update(address="别人的地址")
    page = clerk.post(at("save", SheetUpload.objects.get().pk), follow=True).content.decode()
    assert "The register was changed since this file was checked" in page
    assert School.objects.get(pk=cast.school.pk).address == "别人的地址"


def test_an_upload_is_its_owners_alone(cast, clerk):
    upload(clerk, xlsx(HEADS, (cast.school.code, "新名小学", "新址1号")))
    pk = SheetUpload.objects.get().pk
    other = client_of(cast.office_clerk)
    assert other.get(at("upload", pk)).status_code == 404
    assert other.post(at("save", pk)).status_code == 404
    assert other.get(at("returned", pk)).status_code == 404


def test_the_returned_file_says_what_is_wrong_beside_each_row_and_can_be_uploaded_again(cast, clerk):
    upload(clerk, xlsx(HEADS, (cast.school.code, "新名小学", "=1+1"), ("９９９", "无名小学", "x")))
    pk = SheetUpload.objects.get().pk
    content = b"".join(clerk.get(at("returned", pk)).streaming_content)
    sheet = loaded(content).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][-2:] == ["Result", "What to do"]
    assert rows[2][3] == "error"
    assert rows[2][4]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert upload(clerk, content, "again.xlsx").status_code == 302


def test_a_district_asks_for_its_changes_and_says_why(cast):
    reviewer = client_of(cast.district_reviewer)
    scope = f"district:{cast.school.district.code}"
    book = loaded(reviewer.get(TEMPLATE, {"scope": scope}).content)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [cast.school.code]
    sheet.cell(2, heads.index("Chinese name *") + 1).value = "更名小学"
    sheet.cell(2, heads.index("Reason of the change") + 1).value = "区政府批复"
    upload(reviewer, saved(book), scope=scope)
    reviewer.post(at("save", SheetUpload.objects.get().pk))
    request = ChangeRequest.objects.get()
    assert (request.field, request.new, request.status) == ("name_zh", "更名小学", "open")
    assert School.objects.get(pk=cast.school.pk).name_zh != "更名小学"


def test_the_template_of_another_district_is_refused(cast):
    own = client_of(cast.district_reviewer)
    content = own.get(TEMPLATE, {"scope": f"district:{cast.school.district.code}"}).content
    other = client_of(cast.other_district)
    page = upload(other, content, scope=f"district:{cast.other_school.district.code}")
    assert page.status_code == 422
    assert "This template was made for" in page.content.decode()
    assert not SheetUpload.objects.exists()


def test_who_may_not_change_schools_gets_no_page(cast):
    assert client_of(cast.office_clerk).get(PAGE).status_code == 403
    assert client_of(cast.auditor).get(PAGE).status_code == 403
