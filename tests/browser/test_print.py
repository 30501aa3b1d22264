"""On paper: the status of a letter and every receipt take one A4 page, an article two, without menus."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader

from tests.factories import consultations, letters, news, policies

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def printed(opened: Any) -> list[str]:
    """The text of each A4 page."""
    content = opened.page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "15mm"))
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_status_of_an_answered_letter_is_one_page(visit: Any, cast: Any, language: str) -> None:
    receipt = letters.sent()
    letters.to_answer(cast, receipt.letter)
    opened = visit(f"/{language}/track/")
    opened.page.locator("#id_number").fill(receipt.letter.number)
    opened.page.locator("#id_code").fill(receipt.code)
    opened.click(opened.page.locator("form.form button"))
    pages = printed(opened)
    assert len(pages) == 1 and receipt.letter.number in pages[0]


def test_a_receipt_is_one_page_with_its_code_and_without_buttons(
    visit: Any, cast: Any, settings: Any
) -> None:
    settings.LETTERS_MIN_SECONDS = 0
    consultation = consultations.opened(cast)
    opened = visit(f"/en/consultations/{consultation.pk}/opinion/", javascript=False)
    opened.page.locator("#id_body").fill("Article 5 should give more time.")
    opened.click(opened.page.locator("#main form button.btn").last)
    code = opened.page.locator("b.code").nth(1).inner_text()
    pages = printed(opened)
    assert len(pages) == 1 and code in pages[0]
    assert "Track progress" not in pages[0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_published_prints_on_two_pages_at_most_without_the_menu(
    visit: Any, cast: Any, language: str
) -> None:
    article, document = news.published(cast), policies.published(cast)
    opened = visit(f"/{language}/")
    for page, record in (
        (f"news/{article.pk}/", article),
        (f"open/documents/{document.pk}/", document),
    ):
        opened.go(f"/{language}/{page}")
        title = record.title_zh if language == "zh" else record.title
        assert opened.page.locator("#nav").is_visible() and title in opened.text()
        assert 1 <= len(printed(opened)) <= 2, page
        opened.page.emulate_media(media="print")
        assert not opened.page.locator("#nav").is_visible(), page
        opened.page.emulate_media(media="screen")
