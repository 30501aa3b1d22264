"""The public front with something in it: a visitor without scripts finds the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bureau.public.publishing import public_changed
from bureau.workflow import services as workflow
from sections.office.news.models import Article
from tests.factories import answers, news, policies

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "关于拟认定高级教师职称人员的公示"


@pytest.fixture
def notice(cast: Any) -> Article:
    """A public notice that is open to objections, among other things to read."""
    news.published(cast)
    policies.published(cast)
    answers.published(cast)
    until = timezone.localdate() + timedelta(days=6)
    column = news.column("public-notices")
    article = news.stored(1, column=column, title_zh=TITLE, title="", objections_until=until)[0]
    public_changed(article)  # written past the signals
    return article


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_visitor_without_scripts_finds_a_notice_objects_and_learns_that_it_is_gone(
    visit: Any, phone: Any, cast: Any, notice: Article, language: str
) -> None:
    opened = visit(f"/{language}/", viewport=phone, javascript=False)
    page = opened.page
    assert page.locator(".flash a", has_text=TITLE).is_visible()
    page.locator("#q").fill("职称")
    opened.click(page.locator(".hero button"))
    assert page.locator("#q").input_value() == "职称"
    opened.click(page.get_by_role("link", name=TITLE, exact=True))
    assert page.locator("h1").inner_text() == TITLE
    assert page.locator('meta[name="ArticleTitle"]').get_attribute("content") == TITLE

    opened.click(page.locator('button[name="mode"][value="dark"]'))
    opened.click(page.locator('button[name="mode"][value="care"]'))
    assert set(page.locator("html").get_attribute("class").split()) == {"care", "dark"}

    opened.click(page.locator('a[href*="why=objection"]'))
    page.locator('input[value="suggestion"]').check()
    opened.click(page.locator("#main form button.btn"))
    assert page.locator("#id_title").input_value()
    assert f"/{language}/news/{notice.pk}/" in page.locator("#id_body").input_value()

    reason = {"withdrawn_reason_zh": "名单有误。", "withdrawn_reason": "The list was wrong."}
    workflow.perform(notice, "withdraw", by=cast.office_chief, data=reason)
    opened.go(f"/{language}/news/{notice.pk}/")
    assert ("名单有误。" if language == "zh" else "The list was wrong.") in opened.text()
    opened.go(f"/{language}/columns/public-notices/")
    assert page.get_by_role("link", name=TITLE).count() == 0
