"""What must not reach the public: looked for in real files, in a process of its own."""

import pytest

from bureau.files.inspection import FindingKind, classification_marks, personal_data
from bureau.files.inspection.reading import clean, read
from bureau.files.models import ClassificationMark
from tests.bureau.files import corpus, published
from tests.bureau.files.published import ID_NUMBER, docx, paragraph, workbook

pytestmark = pytest.mark.django_db
K = FindingKind


def kinds(data, file_type):
    return {one.kind for one in read(data, file_type)}


FOUND = {
    "tracked changes": (lambda: docx(published.CHANGED), "docx", K.CHANGES),
    "comments": (lambda: docx(published.COMMENTED, **published.COMMENTS), "docx", K.COMMENTS),
    "hidden text": (
        lambda: docx("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>内部</w:t></w:r></w:p>"),
        "docx",
        K.HIDDEN_TEXT,
    ),
    "a secret": (lambda: docx(paragraph("机 密 ★ 5年")), "docx", K.CLASSIFICATION),
    "a secret in the header": (
        lambda: docx(**{"word/header1.xml": f"<w:hdr {published.W}>{paragraph('内部资料')}</w:hdr>"}),
        "docx",
        K.CLASSIFICATION,
    ),
    "a document inside": (lambda: docx(**{"word/embeddings/a.docx": "x"}), "docx", K.EMBEDDED),
    "ID number": (lambda: docx(paragraph(f"张某 {ID_NUMBER}")), "docx", K.ID_NUMBER),
    "hidden sheet": (lambda: workbook(published.with_hidden_sheet), "xlsx", K.HIDDEN_SHEET),
    "hidden row": (lambda: workbook(published.with_hidden_row), "xlsx", K.HIDDEN_CELLS),
    "hidden column": (lambda: workbook(published.with_hidden_column), "xlsx", K.HIDDEN_CELLS),
    "cell comment": (lambda: workbook(published.with_comment), "xlsx", K.COMMENTS),
    "column of ID numbers": (lambda: workbook(published.with_id_numbers), "xlsx", K.ID_NUMBER),
    "note on a PDF": (published.pdf_with_note, "pdf", K.COMMENTS),
    "scan": (published.scanned_pdf, "pdf", K.NO_TEXT),
    "mark in an OFD": (lambda: published.ofd_with("秘密★10年"), "ofd", K.CLASSIFICATION),
    "OFD of pictures": (lambda: published.ofd_with(image=True), "ofd", K.NO_TEXT),
    "place of a photograph": (published.photograph, "jpg", K.PLACE),
    "a picture of 900 million pixels": (published.huge_picture, "png", K.UNREADABLE),
    "older format": (lambda: corpus.compound({"WordDocument": b"x"}), "doc", K.UNREADABLE),
    "damaged": (lambda: docx()[:-40], "docx", K.UNREADABLE),
    "document type": (
        lambda: docx(**{"word/footer1.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "docx",
        K.UNREADABLE,
    ),
}


@pytest.mark.parametrize("what", FOUND)
def test_what_must_not_go_out_is_found_and_stops(what):
    make, file_type, kind = FOUND[what]
    found = read(make(), file_type)
    assert kind in {one.kind for one in found}
    assert found.stops


def test_a_plain_document_may_go_out_and_gives_its_text():
    found = read(docx(paragraph("关于做好秋季开学工作的通知")), "docx")
    assert not found.stops  # the author's name warns, it does not stop
    assert [one.kind for one in found] == [K.METADATA]
    assert "秋季开学" in found.text
    assert not read(workbook(), "xlsx").stops
    assert "演示小学" in read(workbook(), "xlsx").text
    assert read(corpus.pdf(), "pdf").text.strip() == "Invented"


def test_a_list_of_numbers_is_one_finding_and_shows_none_of_them():
    (found,) = (one for one in read(workbook(published.with_id_numbers), "xlsx") if one.kind == K.ID_NUMBER)
    assert found.where == "名单!C"
    assert found.excerpt.endswith("(+1)")
    assert ID_NUMBER[:10] not in found.excerpt


def test_a_file_that_unpacks_without_end_is_not_read(settings):
    settings.FILES_INSPECTION_UNPACKED_MB = 1
    assert kinds(docx(paragraph("一" * 800_000)), "docx") == {K.UNREADABLE}


@pytest.mark.parametrize(
    "make, file_type, gone",
    [
        (lambda: docx(published.CHANGED), "docx", K.CHANGES),
        (lambda: docx(published.COMMENTED, **published.COMMENTS), "docx", K.COMMENTS),
        (lambda: workbook(published.with_comment), "xlsx", K.COMMENTS),
        (published.pdf_with_note, "pdf", K.COMMENTS),
        (published.photograph, "jpg", K.PLACE),
    ],
)
def test_a_cleaned_copy_lost_what_hides_and_kept_what_it_says(make, file_type, gone):
    before = read(make(), file_type)
    copy = clean(make(), file_type)
    after = read(copy, file_type)
    assert gone in {one.kind for one in before}
    assert not {gone, K.METADATA} & {one.kind for one in after}
    assert not after.stops
    assert after.text == before.text.replace("五百元", "")


def test_nothing_is_cleaned_where_that_would_change_what_the_file_says():
    assert clean(workbook(published.with_hidden_sheet), "xlsx") is None
    assert clean(workbook(published.with_hidden_row), "xlsx") is None
    joined = '<w:p><w:pPr><w:rPr><w:del w:author="a"/></w:rPr></w:pPr></w:p>'
    assert clean(docx(joined), "docx") is None
    assert clean(published.ofd_with("正文"), "ofd") is None
    assert clean(b"no file at all", "pdf") is None


@pytest.mark.parametrize(
    "text",
    [
        "机密★",
        "秘密 ★ 10年",
        "绝密☆长期",
        "<p>机<b>密</b></p>",
        "【内部资料】",
        "密级：机密",
        "机\u200b密★",
        "此件不公开",
    ],
)
def test_a_mark_of_secrecy_is_seen_through_its_disguises(text):
    assert classification_marks(f"标题\n{text}\n正文")


@pytest.mark.parametrize(
    "text", ["学习《保守国家秘密法》，认识绝密、机密、秘密三个等级", "商业秘密保护", "内部资料室开放时间"]
)
def test_an_article_on_secrecy_is_no_secret(text):
    assert classification_marks(text) == []


def test_the_table_of_marks_can_be_edited():
    ClassificationMark.objects.create(form="anywhere", text="仅限局内")
    assert classification_marks("本稿仅限局内传阅")
    ClassificationMark.objects.update(is_active=False)
    assert classification_marks("本稿仅限局内传阅") == []


def test_personal_numbers_are_told_from_telephones_of_an_office():
    found = personal_data(f"<p>张某，{ID_NUMBER}，138 0000 1234</p><p>咨询电话 0354-2030000</p>")
    assert {one.kind for one in found} == {K.ID_NUMBER, K.PHONE}
    assert personal_data("咨询电话 0354-2030000") == []


def test_a_number_that_may_be_anything_does_not_stop_a_page():
    (card,) = personal_data("卡号 6222 0000 0000 0000 012")
    assert card.kind == K.CARD and card.stops
    assert personal_data("对公账户 1400000000000004") == []
    (old,) = personal_data("编号 140702900101123")
    assert not old.stops


def test_what_was_found_is_said_in_words():
    (old,) = read(corpus.compound({"WordDocument": b"x"}), "doc")
    assert old.sentence == "cannot be read: save it as .docx, .xlsx or PDF"
    (scan,) = read(published.scanned_pdf(), "pdf")
    assert scan.sentence == "pages without text that can be read: page 1"
