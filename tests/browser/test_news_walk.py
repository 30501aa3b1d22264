"""A section writes, three people review, the office publishes, a visitor reads, and the page is withdrawn."""

from __future__ import annotations

from typing import Any

import pytest

from sections.office.news.models import Article
from tests.bureau.rich_text.test_cleaning import WORD
from tests.factories import news

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LANGUAGES = {"zh": "zh-hans", "en": "en"}
TITLE = {"zh": "秋季学期开学工作安排", "en": "How schools open this autumn"}
WORDS = {"zh": "九月一日", "en": "Lessons begin"}
REASON = {"zh": "通知中的时间有误。", "en": "It named wrong dates."}
PASTE = """([area, html]) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    area.focus();
    area.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_a_draft_to_a_withdrawn_page(visit, signed_in, cast, phone, tmp_path, language):
    names = ("basic_clerk", "basic_officer", "office_chief", "bureau_leader")
    staff = {name: signed_in(name, language=LANGUAGES[language]) for name in names}
    article = written(staff["basic_clerk"])
    with_picture(staff["basic_clerk"], article, tmp_path)
    take(staff["basic_clerk"], article, "send_to_review")
    for name, step in zip(names[1:], ("pass_first", "pass_second", "pass_final"), strict=True):
        reviewed(staff[name], article, step)
    take(staff["office_chief"], article, "publish")
    finish(staff["office_chief"])
    read(visit, article, language, phone)
    withdrawn(staff["office_chief"], article)
    gone(visit, article, language)


def take(opened: Any, article: Article, step: str) -> None:
    """The step beside the record, whatever it is called in the reader's language."""
    opened.go(f"/desk/office/articles/{article.pk}/")
    act = f"/do/{step}/"
    beside = opened.page.locator("aside")
    opened.click(beside.locator(f"form[action$='{act}'] button, a[href*='{act}']"))
    assert opened.complaints() == []


def finish(opened: Any) -> None:
    opened.click(opened.page.locator("#act-form .btns button"))


def written(opened: Any) -> Article:
    """In the editor: typed, pasted from Word, put under a heading; nothing that the policy of the site refuses."""
    opened.go("/desk/office/articles/new/")
    page = opened.page
    page.locator("select[name=column]").select_option(str(news.column().pk))
    page.locator("input[name=title_zh]").fill(TITLE["zh"])
    page.locator("input[name=title]").fill(TITLE["en"])
    chinese, english = (page.locator(".rich-text-area").nth(place) for place in (0, 1))
    chinese.wait_for()
    chinese.evaluate(f"(area) => ({PASTE})([area, {WORD!r}])")
    english.click()
    page.keyboard.type("Dates")
    page.locator(".rich-text").nth(1).locator("[data-tool=heading2]").click()
    page.keyboard.press("Enter")
    page.keyboard.type("Lessons begin on 1 September.")
    assert opened.complaints() == []
    assert [said for said in opened.messages if "Content Security Policy" in said] == []
    opened.click(page.locator("#main form .btns button"))
    article = Article.objects.get()
    assert article.body == "<h2>Dates</h2><p>Lessons begin on 1 September.</p>"
    assert "<h2>一、时间</h2>" in article.body_zh and "style" not in article.body_zh
    return article


def with_picture(opened: Any, article: Article, folder: Any) -> None:
    """Without words it is not taken."""
    picture = folder / "yard.png"
    picture.write_bytes(news.png((320, 180)).read())
    opened.go(f"/desk/office/articles/{article.pk}/pictures/new/")
    page = opened.page
    for alt in ("", "学校操场"):
        page.locator("input[type=file]").set_input_files(picture)
        page.locator("input[name=alt_zh]").fill(alt)
        page.locator("input[name=alt]").fill("A school yard")
        opened.click(page.locator("#main form .btns button"))
    assert article.pictures.get().alt_zh == "学校操场"
    assert width(page.locator("#main img")) == 320


def width(image: Any) -> int:
    """Once it is there: pictures below the fold come when somebody looks."""
    image.scroll_into_view_if_needed()
    return image.evaluate("(image) => image.decode().then(() => image.naturalWidth)")


def reviewed(opened: Any, article: Article, step: str) -> None:
    take(opened, article, step)
    opened.page.locator("input[name=proofread]").check()
    finish(opened)


def read(visit: Any, article: Article, language: str, phone: Any) -> None:
    """With a screen reader's view, and without scripts on a telephone."""
    article.refresh_from_db()
    assert article.status == "published"
    reader = visit(f"/{language}/news/{article.pk}/")
    assert TITLE[language] in reader.page.inner_text("h1") and reader.complaints() == []
    assert width(reader.page.locator("article img")) == 320
    plain = visit(f"/{language}/news/{article.pk}/", viewport=phone, javascript=False)
    assert WORDS[language] in plain.text() and not plain.scrolls_sideways()


def withdrawn(opened: Any, article: Article) -> None:
    take(opened, article, "withdraw")
    opened.page.locator("[name=withdrawn_reason_zh]").fill(REASON["zh"])
    opened.page.locator("[name=withdrawn_reason]").fill(REASON["en"])
    finish(opened)


def gone(visit: Any, article: Article, language: str) -> None:
    reader = visit()
    response = reader.page.goto(f"http://{reader.host}/{language}/news/{article.pk}/")
    assert response.status == 410
    assert REASON[language] in reader.page.inner_text("body") and reader.complaints() == []
    assert WORDS[language] not in reader.page.content()
