"""A letter through the bureau and back: the writer without JavaScript, the staff with it, in both languages."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from bureau.workflow.models import WorkItem
from sections.office.letters.choices import Status
from sections.office.letters.models import Letter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "zh": SimpleNamespace(
        code="zh-hans",
        write="给教育局写信",
        request="申诉求决",
        next="下一步",
        subject="标题",
        body="来信内容",
        school="涉及哪所学校？",
        name="您的姓名",
        phone="您的电话",
        check="发送前请核对来信",
        change_subject="修改 标题",
        send="发送来信",
        sent="来信已发送",
        keep="请保存这份回执",
        number="编号",
        secret="查询码",
        qr="来信进度查询页面的二维码",
        follow="查询这封来信",
        progress="查询进度",
        register="登记",
        accept="受理",
        assign="交科室办理",
        section="科室",
        draft="起草答复",
        answer="答复",
        explained="解释说明",
        propose="报办公室审核",
        send_back="退回科室",
        reason="理由",
        approve="审核通过并发出",
        arrived="您的来信已收到",
        done="您的来信已答复",
        very_good="非常满意",
        rate="提交评价",
        rated="您的评价",
        clear="已全部办结",
        basic="基础教育科",
        cast_school="演员小学",
        title="校车站点太远",
        better_title="请增设校车站点",
        text="我们小区离最近的校车站点有九百米，请问新学期线路是否调整？",
        first_answer="新学期线路正在研究。",
        back_because="请写明日期。",
        final_answer="新学期起在北门增设站点，九月一日启用。",
    ),
    "en": SimpleNamespace(
        code="en",
        write="Write to the bureau",
        request="Request",
        next="Next",
        subject="Subject",
        body="Your letter",
        school="About which school?",
        name="Your name",
        phone="Your phone number",
        check="Check your letter before you send it",
        change_subject="Change the subject",
        send="Send the letter",
        sent="Your letter was sent",
        keep="Keep this receipt",
        number="Number",
        secret="Code",
        qr="QR code of the page on which you follow your letter",
        follow="Follow this letter",
        progress="See progress",
        register="Register",
        accept="Accept",
        assign="Assign to a section",
        section="Section",
        draft="Write the answer",
        answer="Answer",
        explained="explained",
        propose="Send to the office for approval",
        send_back="Send back to the section",
        reason="Reason",
        approve="Approve and send",
        arrived="Your letter has arrived",
        done="Your letter has been answered",
        very_good="very satisfied",
        rate="Send the rating",
        rated="Your rating",
        clear="All clear",
        basic="Basic Education Section",
        cast_school="Cast Primary School",
        title="The bus stop is far away",
        better_title="Please add a bus stop",
        text="The nearest stop is 900 metres from our houses. Will the line change next term?",
        first_answer="The lines of the next term are being planned.",
        back_because="Name the day.",
        final_answer="From 1 September the bus also stops at the north gate.",
    ),
}


def fill_in(writer: Any, words: SimpleNamespace) -> None:
    """Kind, text with a school, contact: the first three pages."""
    writer.page.get_by_label(words.request, exact=True).check()
    writer.press(words.next)
    writer.fill(words.subject, words.title).fill(words.body, words.text)
    writer.fill(words.school, words.cast_school).press(words.next)
    writer.fill(words.name, "王示例").fill(words.phone, "１３８ 0000 0000").press(words.next)


def receipt_of(writer: Any) -> tuple[str, str]:
    number, code = writer.page.locator(".receipt .code.big").all_inner_texts()
    return number, code


def open_item(opened: Any, words: SimpleNamespace, action: str, title: str) -> Any:
    """From the inbox to the letter; the button names what is to be done."""
    line = opened.go("/desk/").page.locator(".box li").filter(has_text=title)
    assert line.locator(".go").inner_text().startswith(action)
    opened.clicks = 0
    return opened.click(line.locator(".go a"))


def finish(opened: Any, name: str) -> Any:
    return opened.press(name, within=opened.page.locator("#main form"))


@pytest.fixture
def people(signed_in: Any) -> Any:
    """Everybody on the desk at once, each in a browser of their own."""

    def enter(language: str) -> SimpleNamespace:
        names = ("office_clerk", "office_chief", "basic_clerk")
        return SimpleNamespace(**{name: signed_in(name, language=language) for name in names})

    return enter


@pytest.mark.parametrize(("language", "chart"), [("zh", "jinzhong"), ("en", "compact")])
def test_a_letter_goes_through_the_bureau_and_back(
    visit, people, cast, desktop, phone, language, on_chart, chart
):
    on_chart(chart)
    words = WORDS[language]
    staff = people(words.code)
    # Without JavaScript; on a phone in Chinese, on a desk in English.
    writer = visit(f"/{language}/", viewport=phone if language == "zh" else desktop, javascript=False)
    letter, number, code = sent_by(writer, words, cast)
    accepted_and_assigned(staff, words, letter)
    answered_in_two_drafts(staff, words, letter)
    read_and_rated_by(writer, words, letter, number, code)


def sent_by(writer: Any, words: SimpleNamespace, cast: Any) -> tuple[Letter, str, str]:
    """The writer changes an answer before sending, sends with a double click, reads the receipt."""
    writer.click(writer.page.locator("#main").get_by_role("link", name=re.compile(words.write)).first)
    fill_in(writer, words)
    assert writer.page.locator("h1").inner_text() == words.check
    assert not Letter.objects.exists()
    writer.press(words.change_subject)
    assert writer.box(words.subject).input_value() == words.title
    writer.fill(words.subject, words.better_title).press(words.next)
    writer.page.get_by_role("button", name=words.send, exact=True).dblclick()
    writer.page.get_by_role("heading", name=words.sent).wait_for()
    letter = Letter.objects.get()
    number, code = receipt_of(writer)
    assert number == letter.number
    assert letter.school == cast.school
    assert writer.page.get_by_role("heading", name=words.keep).is_visible()
    assert [words.number, words.secret] == writer.page.locator(".receipt dt").all_inner_texts()[:2]
    assert writer.page.get_by_role("img", name=words.qr).locator("svg").is_visible()
    assert not writer.scrolls_sideways()
    return letter, number, code


def accepted_and_assigned(staff: SimpleNamespace, words: SimpleNamespace, letter: Letter) -> None:
    clerk, chief = staff.office_clerk, staff.office_chief
    # -- the office registers: at most four clicks from the inbox -----------------------------------------
    open_item(clerk, words, words.register, letter.title)
    clerk.take_step(words.register)
    finish(clerk, words.register)
    assert clerk.clicks <= 4
    assert state(letter) == (Status.REGISTERED, "office")

    # -- the chief accepts, the clerk assigns ------------------------------------------------------------
    open_item(chief, words, words.accept, letter.title)
    chief.take_step(words.accept)
    finish(chief, words.accept)
    assert state(letter) == (Status.ACCEPTED, "office")
    open_item(clerk, words, words.assign, letter.title)
    clerk.take_step(words.assign)
    clerk.box(words.section).select_option(label=words.basic)
    finish(clerk, words.assign)
    assert state(letter) == (Status.ASSIGNED, "basic")
    assert words.clear in clerk.go("/desk/").text()


def answered_in_two_drafts(staff: SimpleNamespace, words: SimpleNamespace, letter: Letter) -> None:
    clerk, chief, section = staff.office_clerk, staff.office_chief, staff.basic_clerk
    # -- the section answers, the office sends it back, the section answers again --------------------------
    draft(section, words, letter, words.first_answer)
    open_item(chief, words, words.approve, letter.title)
    assert words.first_answer in chief.text()
    chief.take_step(words.send_back)
    chief.fill(words.reason, words.back_because)
    finish(chief, words.send_back)
    assert state(letter) == (Status.DRAFTING, "basic")
    draft(section, words, letter, words.final_answer, because=words.back_because)

    # -- the chief reads letter and answer and approves: two clicks on the letter --------------------------
    open_item(chief, words, words.approve, letter.title)
    assert words.text in chief.text() and words.final_answer in chief.text()
    chief.clicks = 0
    chief.take_step(words.approve)
    finish(chief, words.approve)
    assert chief.clicks <= 2
    assert state(letter) == (Status.ANSWERED, "")
    for opened in (clerk, chief, section):
        assert words.clear in opened.go("/desk/").text()
        assert opened.messages == []


def read_and_rated_by(writer: Any, words: SimpleNamespace, letter: Letter, number: str, code: str) -> None:
    writer.follow(words.follow)
    assert writer.box(words.number).input_value() == number
    writer.fill(words.secret, code.lower()).press(words.progress)
    assert words.done in writer.text()
    assert words.final_answer in writer.text()
    assert words.first_answer not in writer.text()
    assert words.back_because not in writer.text()
    writer.page.get_by_label(words.very_good, exact=True).check()
    writer.press(words.rate)
    assert words.rated in writer.text()
    assert not writer.scrolls_sideways()
    letter.refresh_from_db()
    assert letter.rating == 5
    assert writer.messages == []


def draft(opened: Any, words: SimpleNamespace, letter: Letter, answer: str, *, because: str = "") -> None:
    """The section opens the letter, writes its answer and hands it on."""
    open_item(opened, words, words.draft, letter.title)
    assert because in opened.text()
    opened.take_step(words.draft)
    opened.fill(words.answer, answer)
    opened.page.get_by_label(words.explained, exact=True).check()
    finish(opened, words.draft)
    assert state(letter) == (Status.DRAFTING, "basic")
    opened.take_step(words.propose)
    assert state(letter) == (Status.PROPOSED, "office")


def state(letter: Letter) -> tuple[str, str]:
    """Where the letter stands and whose inbox holds it."""
    letter.refresh_from_db()
    item = WorkItem.objects.filter(kind="office.letter", object_id=letter.pk).first()
    return letter.status, item.unit.key if item and item.unit else ""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_of_the_writer_are_open_to_everybody(visit, phone, cast, language):
    """What axe finds on each page of writing, on the receipt, on the status page and on that of one's data; none scrolls sideways."""
    words = WORDS[language]
    writer = visit(f"/{language}/letters/new/", viewport=phone)
    writer.press(words.next)
    faults = look_at(writer)
    writer.page.get_by_label(words.request, exact=True).check()
    faults += look_at(writer.press(words.next))
    writer.fill(words.subject, words.title).fill(words.body, words.text).press(words.next)
    faults += look_at(writer)
    writer.fill(words.name, "王示例").fill(words.phone, "13800000000").press(words.next)
    faults += look_at(writer)
    writer.press(words.send)
    faults += look_at(writer)
    number, code = receipt_of(writer)
    writer.go(f"/{language}/track/").fill(words.number, number).fill(words.secret, code).press(words.progress)
    faults += look_at(writer)
    faults += look_at(writer.go(f"/{language}/your-data/"))
    assert writer.page.url.endswith("/your-data/")
    faults += look_at(writer.go(f"/{language}/letters/reports/"))
    assert faults == []
    # The browser itself notes that a form was answered with 422.
    assert [text for text in writer.messages if "422" not in text] == []


def look_at(opened: Any) -> list[str]:
    wide = ["scrolls sideways"] if opened.scrolls_sideways() else []
    return [f"{opened.page.title()}: {fault}" for fault in [*wide, *opened.complaints()]]


def test_writing_takes_five_pages_and_seven_clicks(visit, cast):
    words = WORDS["en"]
    writer = visit("/en/", javascript=False)
    writer.click(writer.page.locator("#main").get_by_role("link", name=re.compile(words.write)).first)
    fill_in(writer, words)
    writer.clicks += 1  # the kind of letter
    writer.press(words.send)
    assert writer.page.locator("h1").inner_text() == words.sent
    assert writer.clicks <= 7


def test_tracking_takes_two_clicks(visit, cast):
    from tests.factories.letters import sent

    words = WORDS["en"]
    receipt = sent()
    writer = visit("/en/", javascript=False)
    writer.click(writer.page.locator("#main").get_by_role("link", name=re.compile("^Track a letter")).first)
    writer.fill(words.number, receipt.letter.number).fill(words.secret, receipt.code).press(words.progress)
    assert words.arrived in writer.text()
