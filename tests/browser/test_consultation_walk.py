"""A visitor without scripts gives an opinion; it is grouped, decided, and the visitor reads what became of it."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.translation import gettext, pgettext

from sections.office.consultations.models import Opinion, OpinionGroup
from tests.factories import consultations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CODES = {"zh": "zh-hans", "en": "en"}
OPINION = "建议把退费期限写明为七日。"


@pytest.fixture(autouse=True)
def no_least_time(settings):
    settings.LETTERS_MIN_SECONDS = 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_opinion_is_sent_considered_and_answered(visit, signed_in, cast, phone, language):
    code = CODES[language]
    with translation.override(code):
        group, conclude, who = gettext("Group"), gettext("Publish the result"), gettext("Show who sent it")
        adopted = pgettext("opinion", "adopted")
    consultation = consultations.opened(cast)

    reader = visit(f"/{language}/consultations/", viewport=phone)
    assert not reader.scrolls_sideways() and reader.complaints() == []
    writer = visit(f"/{language}/consultations/", viewport=phone, javascript=False)
    writer.click(writer.page.locator("#main .links a").first)
    writer.click(writer.page.locator("#main .note a.btn"))
    writer.page.locator("[name=name]").fill("王示例")
    writer.click(writer.page.locator("#main form button.btn:not(.btn-2)").last)
    assert not Opinion.objects.exists()
    assert writer.page.locator("[name=name]").input_value() == "王示例"
    writer.page.locator("[name=body]").fill(OPINION)
    writer.click(writer.page.locator("#main form button.btn:not(.btn-2)").last)
    number, secret = writer.page.locator(".receipt .code.big").all_inner_texts()
    assert not writer.scrolls_sideways()

    handled(
        signed_in("office_chief", f"/desk/office/opinions/{Opinion.objects.get().pk}/", language=code),
        group,
        who,
    )
    consultations.closed(consultation)
    chief = signed_in(
        "office_chief", f"/desk/office/consultations/{consultation.pk}/", language=code, javascript=False
    )
    chief.take_step(conclude)
    chief.page.locator("[name=result_zh]").fill("采纳一条意见。")
    chief.click(chief.page.locator("#main form button.btn").first)

    page = reader.go(f"/{language}/consultations/{consultation.pk}/")
    assert "正文第七条已修改。" in page.text() and "王示例" not in page.page.content()
    assert not page.scrolls_sideways() and page.complaints() == []
    writer.go(f"/{language}/track/")
    writer.page.locator("[name=number]").fill(number)
    writer.page.locator("[name=code]").fill(secret)
    writer.click(writer.page.locator("#main form button.btn").first)
    assert adopted.lower() in writer.text().lower() and "正文第七条已修改。" in writer.text()
    assert reader.messages == []


def handled(chief, group: str, who: str) -> None:
    """Grouped under a new point, which is then decided; the sender is not on the page."""
    assert OPINION in chief.text() and "王示例" not in chief.page.content()
    assert chief.page.get_by_role("link", name=who).count() == 1
    assert chief.complaints() == []
    chief.take_step(group)
    chief.page.locator("[name=new_point]").fill("退费期限")
    assert chief.complaints() == []
    chief.click(chief.page.locator("#main form button.btn").first)
    point = OpinionGroup.objects.get()
    chief.go(f"/desk/office/opinion-points/{point.pk}/edit/")
    chief.page.locator("[name=decision][value=adopted]").check()
    chief.page.locator("[name=reason_zh]").fill("正文第七条已修改。")
    chief.click(chief.page.locator("#main form button.btn").first)
    point.refresh_from_db()
    assert point.decision == "adopted"
