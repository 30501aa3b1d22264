"""A published page changes through a revision; earlier texts are compared and brought back."""

from __future__ import annotations

import zlib

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC
from bureau.files.invented import invented_pdf
from bureau.files.models import Attachment
from bureau.files.services import attach
from bureau.workflow import services as workflow
from bureau.workflow.refusals import Invalid, NotPermitted
from sections.office.news import services, texts
from sections.office.news.choices import Status
from sections.office.news.models import Article
from tests.cast import Cast, in_english
from tests.factories import news
from tests.factories.news import READ

pytestmark = pytest.mark.django_db


def revision_of(page: Article, cast: Cast) -> Article:
    workflow.perform(page, "revise", by=cast.basic_clerk)
    return page.revisions.get(status=Status.DRAFT)


def reviewed(draft: Article, cast: Cast) -> Article:
    draft = workflow.perform(draft, "send_to_review", by=cast.basic_clerk)
    draft = workflow.perform(draft, "pass_first", by=cast.basic_officer, data=READ)
    draft = workflow.perform(draft, "pass_second", by=cast.office_chief, data=READ)
    return workflow.perform(draft, "pass_final", by=cast.bureau_leader, data=READ)


def test_a_revision_changes_the_page_at_its_address_only_when_it_is_published(cast: Cast) -> None:
    page = news.published(cast)
    draft = revision_of(page, cast)
    changes = {"body_zh": "<p>九月二日正式上课。</p>", "change_note_zh": "开学日期改为九月二日。"}
    services.change_article(draft, by=cast.basic_clerk, changes=changes)
    page.refresh_from_db()
    assert "九月一日" in page.body_zh
    done = workflow.perform(reviewed(draft, cast), "publish", by=cast.office_chief)
    first_day = page.published_at
    page.refresh_from_db()
    assert (done.status, page.status) == (Status.TAKEN_OVER, Status.PUBLISHED)
    assert page.body_zh == changes["body_zh"] and page.change_note_zh == changes["change_note_zh"]
    assert page.published_at == first_day and page.revised_at is not None
    assert not permitted(PUBLIC, "view", Article).filter(pk=done.pk).exists()


def test_files_and_pictures_of_a_revision_come_along(cast: Cast) -> None:
    page = news.published(cast)
    draft = revision_of(page, cast)
    attach(record=draft, upload=invented_pdf(["Dates"], "dates.pdf"), kind="enclosure", by=cast.basic_clerk)
    picture = news.picture(cast, draft)
    assert not permitted(PUBLIC, "view", Attachment).exists()
    services.change_article(draft, by=cast.basic_clerk, changes={"change_note_zh": "增加校历。"})
    workflow.perform(reviewed(draft, cast), "publish", by=cast.office_chief)
    picture.refresh_from_db()
    assert picture.article == page
    public = permitted(PUBLIC, "view", Attachment)
    assert set(public.values_list("record_kind", "record_id")) == {
        ("office.article", page.pk),
        ("office.picture", picture.pk),
    }
    taken = {"what": f"picture-{picture.pk}", "why": "图片有误。"}
    workflow.perform(page, "take_off", by=cast.office_chief, data=taken)
    assert permitted(PUBLIC, "view", Attachment).get().name == "dates.pdf"
    data = {"withdrawn_reason_zh": "有误。"}
    workflow.perform(page, "withdraw", by=cast.office_chief, data=data)
    assert not permitted(PUBLIC, "view", Attachment).exists()


def test_a_revision_says_what_it_changes_and_there_is_one_at_a_time(cast: Cast) -> None:
    page = news.published(cast)
    draft = revision_of(page, cast)
    with pytest.raises(Invalid, match="what was changed"):
        workflow.perform(draft, "send_to_review", by=cast.basic_clerk)
    with pytest.raises(NotPermitted, match="already"):
        workflow.perform(page, "revise", by=cast.basic_officer)


def test_the_revision_of_a_page_that_was_withdrawn_is_not_published(cast: Cast) -> None:
    page = news.published(cast)
    draft = revision_of(page, cast)
    services.change_article(draft, by=cast.basic_clerk, changes={"change_note_zh": "更正。"})
    draft = reviewed(draft, cast)
    workflow.perform(page, "withdraw", by=cast.office_chief, data={"withdrawn_reason_zh": "有误。"})
    with pytest.raises(Invalid, match="no longer public"):
        workflow.perform(draft, "publish", by=cast.office_chief)


def test_versions_are_compared_word_by_word_and_brought_back(cast: Cast) -> None:
    article = news.draft(cast)
    first = article.versions.get()
    services.change_article(article, by=cast.basic_clerk, changes={"body_zh": "<p>九月三日正式上课。</p>"})
    second = article.versions.get(number=2)
    (change,) = texts.compared(first, second)
    assert [piece.text for piece in change.pieces if piece.kind == "new"][-1:] == ["三"]
    restored = services.bring_back(first, by=cast.basic_officer)
    assert restored.body_zh == first.body_zh
    assert article.versions.get(number=3).kind == "restored"
    # Who brings a text back has written it: the reviews are for others.
    sent = workflow.perform(article, "send_to_review", by=cast.basic_clerk)
    with pytest.raises(NotPermitted):
        workflow.perform(sent, "pass_first", by=cast.basic_officer, data=READ)
    with pytest.raises(Invalid, match="being reviewed"):
        services.bring_back(first, by=cast.basic_clerk)


def test_an_earlier_text_of_a_published_page_comes_back_as_a_revision(cast: Cast) -> None:
    page = news.published(cast)
    draft = services.bring_back(page.versions.get(number=1), by=cast.basic_clerk)
    assert (draft.revision_of, draft.status) == (page, Status.DRAFT)


def test_a_picture_without_words_is_not_taken_nor_one_that_is_too_large(cast: Cast, client: Client) -> None:
    article = news.draft(cast)
    client.force_login(in_english(cast.basic_clerk))
    address = f"/desk/office/articles/{article.pk}/pictures/new/"
    response = client.post(address, {"file": news.png(), "alt_zh": ""})
    assert response.status_code == 422 and "Say what is to be seen" in response.content.decode()
    huge = ContentFile(_huge_png(), name="huge.png")
    response = client.post(address, {"file": huge, "alt_zh": "操场"})
    assert response.status_code == 422
    assert not article.pictures.exists() and not Attachment.objects.exists()
    assert client.post(address, {"file": news.png(), "alt_zh": "操场"}).status_code == 302
    assert (article.pictures.get().width, article.pictures.get().height) == (40, 30)


def _huge_png() -> bytes:
    """The head of a picture of 30,000 × 30,000: it is measured before it is drawn."""
    small = bytearray(news.png().read())
    small[16:24] = (30_000).to_bytes(4, "big") * 2
    small[29:33] = zlib.crc32(small[12:29]).to_bytes(4, "big")
    return bytes(small)
