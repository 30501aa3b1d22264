"""A document is entered without scripts, its file cleaned, published by a second person, read, and withdrawn."""

from __future__ import annotations

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext

from sections.office.policies.models import PolicyDocument
from tests.bureau.files import published as files
from tests.factories import policies

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CODES = {"zh": "zh-hans", "en": "en"}
TEXTS = {"zh": "演示正文", "en": "Invented text."}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.FILES_ROOT = str(tmp_path / "files")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_document_goes_to_the_public_and_back(visit, signed_in, cast, phone, language):
    code = CODES[language]
    for kind, key in (("issuer", "bureau"), ("genre", "notice"), ("topic", "safety")):
        policies.code(kind, key)
    with translation.override(code):
        words = {
            name: gettext(name)
            for name in ("Hand in for a second look", "Publish", "Withdraw from the public")
        }
        words["Clean"] = gettext("Clean")
        stops = gettext("Stops publication")

    clerk = signed_in("office_clerk", "/desk/office/policies/new/", language=code, javascript=False)
    document = entered(clerk)
    clerk.page.locator("section:has(#files) summary").click()
    clerk.page.locator("section:has(#files) input[type=file]").set_input_files(
        {"name": "修改稿.docx", "mimeType": DOCX, "buffer": files.docx(files.CHANGED)}
    )
    clerk.click(clerk.page.locator("section:has(#files) form button"))
    assert stops in clerk.text()
    clerk.click(clerk.page.locator("section:has(#files) td a").first)
    clerk.click(clerk.page.locator("#main form button").first)
    assert stops not in clerk.text()
    step(clerk, words["Hand in for a second look"])

    chief = signed_in("office_chief", f"/desk/office/policies/{document.pk}/", language=code)
    assert chief.complaints() == []
    step(chief, words["Publish"])

    reader = visit(f"/{language}/open/documents/", viewport=phone)
    assert not reader.scrolls_sideways() and reader.complaints() == []
    reader.page.locator("#f_topic").select_option("safety")
    reader.click(reader.page.locator("#filter button"))
    reader.click(reader.page.locator("tbody a").first)
    assert "市教字〔2026〕415号" in reader.text() and TEXTS[language] in reader.text()
    assert not reader.scrolls_sideways() and reader.complaints() == []
    with reader.page.expect_download() as waiting:
        reader.page.locator("section:has(#files) a").first.click()
    with open(waiting.value.path(), "rb") as content:
        assert content.read(2) == b"PK"

    chief.take_step(words["Withdraw from the public"])
    chief.page.locator("[name=withdrawn_reason_zh]").fill("文号有误。")
    assert chief.complaints() == []
    chief.click(chief.page.locator("#main form button.btn").first)
    gone = visit(f"/{language}/open/documents/{document.pk}/")
    assert "文号有误。" in gone.page.inner_text("body") and TEXTS[language] not in gone.page.content()
    assert chief.messages == [] and reader.messages == []


def entered(clerk) -> PolicyDocument:
    """What stands in the form after a mistake is still there."""
    today = timezone.localdate().isoformat()
    typed = {"title_zh": "关于演示安全工作的通知", "title": "Notice on safety", "number": "市教字[2026]415号"}
    for name, value in {**typed, "body_zh": "演示正文", "body": "Invented text."}.items():
        clerk.page.locator(f"[name={name}]").fill(value)
    for name, value in (("issued_on", today), ("in_force_on", today)):
        clerk.page.locator(f"[name={name}]").fill(value)
    for name in ("issuer", "genre", "topic"):
        key = {"issuer": "bureau", "genre": "notice", "topic": "safety"}[name]
        clerk.page.locator(f"select[name={name}]").select_option(str(policies.code(name, key).pk))
    clerk.click(clerk.page.locator("#main form button.btn").first)
    assert not PolicyDocument.objects.exists()
    assert "演示正文" in clerk.page.locator("[name=body_zh]").input_value()
    clerk.page.locator("[name=number]").fill("市教字〔2026〕415号")
    clerk.click(clerk.page.locator("#main form button.btn").first)
    return PolicyDocument.objects.get()


def step(opened, name: str) -> None:
    """The step, and its page of confirmation where it has one."""
    opened.take_step(name)
    if "/do/" in opened.page.url:
        opened.click(opened.page.locator("#main form button.btn").first)
