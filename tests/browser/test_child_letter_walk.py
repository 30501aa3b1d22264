"""A child on a phone, without JavaScript: an urgent letter with a picture, saved, gone on with, sent and followed."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from bureau.files.models import Attachment
from sections.office.letters.models import Letter, LetterDraft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "zh": SimpleNamespace(
        under_18="在这里写：简短、好懂",
        what="发生了什么事？",
        yes="是",
        files="选择文件",
        add="添加文件",
        take_out="取消此文件 我家.png",
        next="下一步",
        call_first="请先打电话",
        go_on="继续写信",
        save="保存，以后再写",
        saved="来信已保存",
        later="继续写已保存的来信",
        code="提取码",
        open="打开来信",
        name="你叫什么名字？",
        check="发送前请核对来信",
        send="发送来信",
        sent="来信已发送",
        number="编号",
        secret="查询码",
        progress="查询进度",
        arrived="您的来信已收到",
        who="当前办理单位",
        append="补充来信内容",
        more="您要补充什么？",
        send_more="提交补充内容",
        picture="我家.png",
        story="下课后有人在校门口打我的同学。",
        later_story="今天又打了。",
    ),
    "en": SimpleNamespace(
        under_18="Write here: short, in plain words",
        what="What happened?",
        yes="Yes",
        files="Choose files",
        add="Add the files",
        take_out="Take out 我家.png",
        next="Next",
        call_first="Please call first",
        go_on="Go on with the letter",
        save="Save and go on later",
        saved="Your letter is saved",
        later="Go on with a saved letter",
        code="Code of the saved letter",
        open="Open the letter",
        name="What is your name?",
        check="Check your letter before you send it",
        send="Send the letter",
        sent="Your letter was sent",
        number="Number",
        secret="Code",
        progress="See progress",
        arrived="Your letter has arrived",
        who="Your letter is with",
        append="Add something to the letter",
        more="What do you want to add?",
        send_more="Send the addition",
        picture="我家.png",
        story="After school somebody beats my friend at the gate.",
        later_story="It happened again today.",
    ),
}


def picture(name: str) -> dict[str, Any]:
    content = io.BytesIO()
    Image.new("RGB", (32, 32), "red").save(content, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": content.getvalue()}


def heading(opened: Any) -> str:
    return str(opened.page.locator("h1").inner_text())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_child_writes_an_urgent_letter_goes_on_later_and_follows_it(visit, cast, phone, language):
    words = WORDS[language]
    writer = visit(f"/{language}/letters/new/", viewport=phone, javascript=False)
    writer.follow(words.under_18)
    code = told_with_a_picture(writer, words)
    # On another device: nothing of the first browser is there.
    other = visit(f"/{language}/letters/new/", viewport=phone, javascript=False)
    number, secret = gone_on_and_sent(other, words, code)
    followed(other, words, language, number, secret)
    assert writer.messages == other.messages == []


def told_with_a_picture(writer: Any, words: SimpleNamespace) -> str:
    """Told, a picture added, the numbers to call shown, the letter saved; gives the code."""
    writer.fill(words.what, words.story)
    writer.page.get_by_label(words.yes, exact=True).check()
    writer.page.get_by_label(words.files).set_input_files(picture(words.picture))
    writer.press(words.add)
    assert writer.page.get_by_role("button", name=words.take_out).is_visible()
    assert writer.box(words.what).input_value() == words.story
    writer.press(words.next)
    assert heading(writer) == words.call_first
    assert writer.page.locator('main a[href="tel:110"]').is_visible()
    assert not writer.scrolls_sideways()
    writer.press(words.go_on)
    writer.press(words.save)
    assert heading(writer) == words.saved
    assert not Letter.objects.exists()
    return str(writer.page.locator(".code.big").inner_text())


def gone_on_and_sent(other: Any, words: SimpleNamespace, code: str) -> tuple[str, str]:
    other.follow(words.later).fill(words.code, code.lower()).press(words.open)
    assert code.lower() not in other.page.url.lower()
    other.fill(words.name, "小明").press(words.next)
    assert heading(other) == words.check
    assert words.story in other.text() and words.picture in other.text()
    assert not other.scrolls_sideways()
    other.press(words.send)
    assert heading(other) == words.sent
    letter = Letter.objects.get()
    assert letter.is_urgent and letter.is_by_child
    assert [row.name for row in Attachment.objects.of(letter)] == [f"{letter.number}-1.png"]
    assert not LetterDraft.objects.exists()
    number, secret = other.page.locator(".receipt .code.big").all_inner_texts()
    return number, secret


def followed(other: Any, words: SimpleNamespace, language: str, number: str, secret: str) -> None:
    other.go(f"/{language}/track/").fill(words.number, number).fill(words.secret, secret).press(
        words.progress
    )
    assert words.arrived in other.text() and words.who in other.text()
    other.page.get_by_text(words.append, exact=True).click()
    other.fill(words.more, words.later_story).press(words.send_more)
    assert words.later_story in other.text()
    assert not other.scrolls_sideways()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_these_pages_are_open_to_everybody(visit, phone, cast, language):
    """What axe finds on each page, in care mode on a phone; none scrolls sideways."""
    words = WORDS[language]
    writer = visit(f"/{language}/letters/urgent/", viewport=phone, cookies={"portal_mode": "care"})
    faults = look_at(writer)
    for place in ("child", "resume", "code"):
        faults += look_at(writer.go(f"/{language}/letters/{place}/"))
    writer.go(f"/{language}/letters/child/").press(words.next)
    faults += look_at(writer)
    writer.fill(words.what, words.story)
    writer.page.get_by_label(words.yes, exact=True).check()
    writer.page.get_by_label(words.files).set_input_files(picture("not a picture.exe"))
    faults += look_at(writer.press(words.next))
    writer.page.get_by_label(words.files).set_input_files(picture(words.picture))
    faults += look_at(writer.press(words.next))
    faults += look_at(writer.press(words.go_on))
    writer.press(words.save)
    faults += look_at(writer)
    writer.page.locator("main form button").first.click()
    writer.fill(words.name, "小明").press(words.next)
    faults += look_at(writer)
    faults += look_at(writer.press(words.send))
    number, secret = writer.page.locator(".receipt .code.big").all_inner_texts()
    writer.go(f"/{language}/track/").fill(words.number, number).fill(words.secret, secret).press(
        words.progress
    )
    faults += look_at(writer)
    assert faults == []
    assert [text for text in writer.messages if "422" not in text] == []


def look_at(opened: Any) -> list[str]:
    wide = ["scrolls sideways"] if opened.scrolls_sideways() else []
    return [f"{opened.page.title()}: {fault}" for fault in [*wide, *opened.complaints()]]
