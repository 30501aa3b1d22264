"""Policy documents: two people before the public, validity told to everybody, gone with a reason."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone, translation

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC
from bureau.files.inspection.copies import replace_by_cleaned
from bureau.files.models import Attachment, Inspection
from bureau.files.refusals import FileRefused
from bureau.files.services import attach, withdraw
from bureau.public.models import PublicPage
from bureau.workflow import services as workflow
from bureau.workflow.models import WorkItem
from sections.office.policies import selectors
from sections.office.policies.choices import Status, Validity
from sections.office.policies.forms import DocumentForm
from sections.office.policies.services import follow_calendar
from tests.bureau.files import corpus
from tests.bureau.files import published as files
from tests.factories import news, policies

pytestmark = pytest.mark.django_db


def see(path):
    response = Client().get(path)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, content.decode(errors="replace")


def test_a_second_person_publishes_and_everybody_finds_it(cast):
    document = policies.submitted(cast)
    with pytest.raises(workflow.Refusal, match="second person"):
        workflow.perform(document, "publish", by=_as_chief(cast, document))
    document = policies.published(cast, number="市教字〔2026〕415号", title_zh="关于校园体育的意见")
    address = f"/zh/open/documents/{document.pk}/"
    status, page = see(address)
    assert status == 200
    assert "市教字〔2026〕415号" in page and document.index_number in page
    assert address in see("/zh/open/documents/?q=%E4%BD%93%E8%82%B2")[1]
    assert address not in see("/zh/open/documents/?validity=repealed")[1]
    assert "市教字〔2026〕415号" in PublicPage.objects.get(object_id=document.pk).numbers


def _as_chief(cast, document):
    """The writer has the right to publish, and still may not publish alone."""
    document.written_by = cast.office_chief
    document.save()
    return cast.office_chief


@pytest.mark.parametrize("number", ["市教字[2026]15号", "市教字〔26〕15号", "市教字〔2026〕015号", "第15号"])
def test_a_wrong_document_number_gets_one_sentence(cast, number):
    form = DocumentForm({"number": number}, principal=cast.office_clerk)
    assert not form.is_valid()
    assert len(form.errors["number"]) == 1


def test_one_number_is_one_document(cast):
    policies.entered(cast, number="市教字〔2026〕1号")
    with pytest.raises(workflow.Refusal, match="number already"):
        policies.entered(cast, number="市教字〔2026〕1号")


def test_a_section_enters_its_own_and_sees_no_others(cast):
    own = policies.entered(cast, by=cast.basic_officer)
    other = policies.entered(cast, by=cast.personnel_clerk)
    seen = permitted(cast.basic_officer, "view", type(own))
    assert list(seen) == [own]
    assert own.owner.key == "basic"
    assert set(permitted(cast.office_clerk, "view", type(own))) == {own, other}
    assert not permitted(cast.basic_officer, "publish", type(own)).exists()


def test_validity_stands_at_the_head_and_leads_on(cast):
    old, new = policies.published(cast, title_zh="旧办法"), policies.published(cast, title_zh="新办法")
    data = {
        "validity": Validity.REPEALED,
        "validity_on": timezone.localdate(),
        "validity_reason_zh": "由新办法代替。",
        "replaced_by": new,
    }
    workflow.perform(old, "change_validity", by=cast.office_chief, data=data)
    page = see(f"/zh/open/documents/{old.pk}/")[1]
    assert "由新办法代替。" in page and f"/zh/open/documents/{new.pk}/" in page
    assert f"/zh/open/documents/{old.pk}/" in see(f"/zh/open/documents/{new.pk}/")[1]
    with translation.override("en"), pytest.raises(workflow.Refusal, match="replace itself"):
        workflow.perform(new, "change_validity", by=cast.office_chief, data={**data, "replaced_by": new})


def test_a_withdrawn_document_is_gone_with_its_files_and_says_why(cast):
    document = policies.entered(cast)
    file = policies.with_file(document, cast.office_clerk)
    address = f"/zh/files/{file.pk}/"
    before = see(address)
    assert before[0] == 404
    workflow.perform(document, "submit", by=cast.office_clerk)
    document = workflow.perform(document, "publish", by=cast.office_chief)
    assert see(address)[0] == 200
    assert "作息时间" in PublicPage.objects.get(object_id=document.pk).text
    data = {"withdrawn_reason_zh": "文号有误。", "withdrawn_reason": ""}
    workflow.perform(document, "withdraw", by=cast.office_chief, data=data)
    status, page = see(f"/zh/open/documents/{document.pk}/")
    assert status == 410 and "文号有误。" in page
    assert see(address) == before == see("/zh/files/999999/")
    assert not PublicPage.objects.filter(object_id=document.pk, kind="office.policydocument").exists()


@pytest.mark.parametrize(
    "make, name, words",
    [
        (lambda: files.docx(files.CHANGED), "修改稿.docx", "tracked changes"),
        (lambda: files.workbook(files.with_hidden_sheet), "表.xlsx", "hidden sheet"),
        (lambda: files.docx(files.paragraph("机密★5年")), "件.docx", "mark of secrecy"),
        (lambda: files.workbook(files.with_id_numbers), "名单.xlsx", "ID numbers"),
        (files.scanned_pdf, "扫描.pdf", "without text"),
        (lambda: corpus.compound({"WordDocument": b"\xec\xa5\xc1\0" * 4}), "旧.doc", "cannot be read"),
    ],
)
def test_what_hides_in_a_file_stops_the_document(cast, make, name, words):
    document = policies.entered(cast)
    policies.with_file(document, cast.office_clerk, make(), name)
    with pytest.raises(workflow.Refusal, match=words):
        workflow.perform(document, "submit", by=cast.office_clerk)


def test_macros_and_a_picture_without_end_are_not_even_taken(cast):
    document = policies.entered(cast)
    macros = corpus.office("docx", **{"word/vbaProject.bin": b"x"})
    with pytest.raises(FileRefused, match="macros"):
        policies.with_file(document, cast.office_clerk, macros)
    with pytest.raises(FileRefused):
        attach(
            record=document,
            upload=ContentFile(files.huge_picture(), name="图.png"),
            kind="attachment",
            by=cast.office_clerk,
        )
    assert not Attachment.objects.of(document).exists()


def test_a_cleaned_copy_takes_the_place_of_the_file(cast):
    document = policies.entered(cast)
    file = policies.with_file(document, cast.office_clerk, files.docx(files.CHANGED), "修改稿.docx")
    client = Client()
    client.force_login(cast.office_clerk)
    page = client.get(f"/desk/files/{file.pk}/clean/").content.decode()
    assert "李编辑" in page
    assert client.post(f"/desk/files/{file.pk}/clean/").status_code == 302
    (left,) = Attachment.objects.of(document).in_force()
    assert left.name == "修改稿.docx" and not left.inspection.found
    workflow.perform(document, "submit", by=cast.office_clerk)


def test_where_nothing_can_be_cleaned_the_file_stays(cast):
    document = policies.entered(cast)
    hidden = files.workbook(files.with_hidden_sheet)
    file = policies.with_file(document, cast.office_clerk, hidden, "表.xlsx")
    with pytest.raises(FileRefused, match="No cleaned copy"):
        replace_by_cleaned(file, by=cast.office_clerk)
    assert list(Attachment.objects.of(document).in_force()) == [file]


def test_a_file_of_a_public_page_that_must_not_go_out_stays_out_of_reach(cast):
    document = policies.entered(cast)
    file = policies.with_file(document, cast.office_clerk, files.docx(files.CHANGED), "修改稿.docx")
    # Past the engine: whatever brings such a file onto a public page, the file itself says no.
    type(document).objects.filter(pk=document.pk).update(status=Status.PUBLISHED, published_at=timezone.now())
    assert not permitted(PUBLIC, "view", Attachment).filter(pk=file.pk).exists()
    assert see(f"/zh/files/{file.pk}/")[0] == 404


def test_a_withdrawn_file_leaves_the_public_page(cast):
    document = policies.entered(cast)
    file = policies.with_file(document, cast.office_clerk)
    withdraw(file, by=cast.office_clerk, reason="另附新版。")
    workflow.perform(document, "submit", by=cast.office_clerk)
    document = workflow.perform(document, "publish", by=cast.office_chief)
    assert selectors.files(document) == []
    assert Inspection.objects.get(attachment=file).text == ""
    assert see(f"/zh/files/{file.pk}/")[0] == 404


def test_a_mark_of_secrecy_in_the_text_stops_the_document(cast):
    document = policies.entered(cast, body_zh="<p>秘密★10年</p><p>正文</p>")
    with pytest.raises(workflow.Refusal, match="marks a secret"):
        workflow.perform(document, "submit", by=cast.office_clerk)


def test_the_last_day_becomes_a_task_and_then_ends_the_document(cast):
    today = timezone.localdate()
    near = policies.published(cast, expires_on=today + timedelta(days=30))
    far = policies.published(cast, expires_on=today + timedelta(days=900))
    over = policies.published(
        cast, in_force_on=today - timedelta(days=9), expires_on=today - timedelta(days=1)
    )
    assert follow_calendar() == 2
    assert follow_calendar() == 0
    over.refresh_from_db()
    assert over.validity == Validity.EXPIRED and over.validity_on == over.expires_on
    (item,) = WorkItem.objects.filter(kind="office.policydocument", due=near.expires_on)
    assert item.object_id == near.pk
    extended = {
        "validity": Validity.IN_FORCE,
        "validity_on": today,
        "validity_reason_zh": "经评估继续有效。",
        "expires_on": today + timedelta(days=1000),
    }
    workflow.perform(near, "change_validity", by=cast.office_chief, data=extended)
    assert not WorkItem.objects.filter(kind="office.policydocument", due=near.expires_on).exists()
    assert far.validity == Validity.IN_FORCE


def test_an_interpretation_is_added_afterwards_and_the_text_stays(cast):
    document = policies.published(cast)
    data = {"interpretation_zh": "<p>解读：为什么出台</p><script>alert(1)</script>", "title": "T", "body": ""}
    done = workflow.perform(document, "complete", by=cast.office_chief, data=data)
    page = see(f"/zh/open/documents/{document.pk}/")[1]
    assert "解读：为什么出台" in page and "alert(1)" not in page
    assert done.body_zh == document.body_zh


def test_an_article_and_the_document_that_it_explains_lead_to_each_other(cast):
    article = news.published(cast)
    document = policies.published(cast)
    assert f"/zh/open/documents/{document.pk}/" not in see(f"/zh/news/{article.pk}/")[1]
    workflow.perform(document, "complete", by=cast.office_chief, data={"interpreted_in": article})
    assert f"/zh/news/{article.pk}/" in see(f"/zh/open/documents/{document.pk}/")[1]
    assert f"/zh/open/documents/{document.pk}/" in see(f"/zh/news/{article.pk}/")[1]
