"""Adding a file to a record, reading it in the bureau, withdrawing it: in both languages, on a telephone, without scripts."""

from __future__ import annotations

import pytest

from bureau.files.models import Attachment
from tests.bureau.files import corpus

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PANEL = "section:has(#files)"
PDF = {"name": "办学批复.pdf", "mimeType": "application/pdf", "buffer": corpus.pdf()}
PAGE = {"name": "办学批复.pdf", "mimeType": "application/pdf", "buffer": b"<html><script>alert(1)</script>"}


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.FILES_ROOT = str(tmp_path / "files")


def own_page(cast, workspace="school"):
    return f"/{workspace}/schools/schools/{cast.school.pk}/"


def add(opened, upload, *, kind, words):
    panel = opened.page.locator(PANEL)
    panel.locator("summary").filter(has_text=words).click()
    panel.locator("form select[name=kind]").select_option(kind)
    panel.locator("form input[type=file]").set_input_files(upload)
    opened.click(panel.locator("form button"))


def downloaded(opened, name):
    with opened.page.expect_download() as waiting:
        opened.page.locator(f"{PANEL} th a").filter(has_text=name).first.click()
    got = waiting.value
    assert got.suggested_filename == name
    with open(got.path(), "rb") as content:
        return content.read()


def test_a_principal_adds_a_paper_the_section_reads_it_and_it_is_withdrawn(signed_in, cast):
    principal = signed_in("principal", own_page(cast), language="zh-hans")
    add(principal, PDF, kind="approval", words="添加文件")
    assert "办学批复.pdf" in principal.text()
    assert principal.complaints() == []

    clerk = signed_in("basic_clerk", own_page(cast, "desk"))
    assert "Founding approval" in clerk.text()
    assert downloaded(clerk, "办学批复.pdf") == corpus.pdf()

    principal.click(principal.page.locator(f"{PANEL} td a").first)
    principal.page.locator("textarea[name=reason]").fill("缺少公章")
    principal.click(principal.page.locator("#main form button"))
    assert "缺少公章" in principal.text()
    assert principal.page.locator(f"{PANEL} th a").count() == 0
    assert "缺少公章" in clerk.go(own_page(cast, "desk")).text()
    assert principal.messages == [] and clerk.messages == []


def test_a_false_file_is_refused_with_a_sentence_on_a_telephone_without_scripts(signed_in, cast, phone):
    principal = signed_in("principal", own_page(cast), viewport=phone, javascript=False)
    add(principal, PAGE, kind="licence", words="Add a file")
    assert "The content of the file is not what its name says" in principal.text()
    assert principal.page.locator("select[name=kind]").input_value() == "licence"
    assert not Attachment.objects.exists()
    principal.page.locator("#main input[type=file]").set_input_files(PDF)
    principal.click(principal.page.locator("#main form button"))
    assert "办学批复.pdf" in principal.text()
    assert not principal.scrolls_sideways()
    assert downloaded(principal, "办学批复.pdf") == corpus.pdf()
