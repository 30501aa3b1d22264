"""A report on a person: a visitor writes it, the discipline officer closes it, the visitor learns that it is done."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bureau.files.invented import invented_pdf
from sections.office.person_reports.models import PersonReport

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "zh": SimpleNamespace(
        code="zh-hans",
        write="在这里填写检举控告",
        accused="被检举控告人姓名",
        post="职务",
        unit="所在学校或单位",
        subject="标题",
        body="检举控告内容",
        named="实名：告知受理情况，反馈处理结果",
        name="您的姓名",
        phone="您的电话",
        send="提交检举控告",
        number="编号",
        secret="查询码",
        progress="查询进度",
        register="登记",
        verify="开始初步核实",
        note="添加核实记录",
        note_text="核实经过和发现",
        close="了结",
        unsubstantiated="不属实",
        finding="核实结果",
        who="查看检举控告人",
        ground="核实是否实名",
        done="已办结",
        add="添加文件",
        new_code="补发查询码",
    ),
    "en": SimpleNamespace(
        code="en",
        write="Write the report here",
        accused="Name of the person you report",
        post="Post of this person",
        unit="School or unit of this person",
        subject="Subject",
        body="Your report",
        named="With my name: I am told whether it is accepted, and the result",
        name="Your name",
        phone="Your phone number",
        send="Send the report",
        number="Number",
        secret="Code",
        progress="See progress",
        register="Register",
        verify="Begin the preliminary verification",
        note="Add a note",
        note_text="What was done and found",
        close="Close with the result",
        unsubstantiated="not substantiated",
        finding="What the verification found",
        who="Show who wrote it",
        ground="to check that the report is by real name",
        done="Concluded",
        add="Add the files",
        new_code="Issue a new code",
    ),
}

PASSWORD = "river-harbour-maple-12"


@pytest.fixture(autouse=True)
def no_least_time(settings: Any) -> None:
    settings.LETTERS_MIN_SECONDS = 0


@pytest.mark.parametrize(("language", "chart"), [("zh", "jinzhong"), ("en", "compact")])
def test_a_report_is_written_verified_and_closed_and_the_writer_reads_a_state_alone(
    visit, signed_in, cast, phone, language, on_chart, chart
):
    on_chart(chart)
    words = WORDS[language]
    writer = visit(f"/{language}/letters/reports/", viewport=phone)
    faults = look_at(writer)
    faults += look_at(writer.follow(words.write))
    writer.press(words.send)
    faults += look_at(writer)
    assert not PersonReport.objects.exists()
    writer.fill(words.accused, "赵某").fill(words.post, "校长").fill(words.unit, "演员小学")
    writer.fill(words.subject, "食堂经费").fill(words.body, "食堂经费给了亲戚。")
    writer.page.locator("#id_files").set_input_files(
        {
            "name": "李示例.pdf",
            "mimeType": "application/pdf",
            "buffer": invented_pdf(["Evidence"], "x.pdf").read(),
        }
    )
    writer.press(words.add)
    assert "1.pdf" in writer.text() and "李示例" not in writer.text()
    faults += look_at(writer)
    writer.page.get_by_label(words.named, exact=True).check()
    writer.fill(words.name, "李示例").fill(words.phone, "138 0000 0000").press(words.send)
    faults += look_at(writer)
    number, code = writer.page.locator(".receipt .code.big").all_inner_texts()
    assert PersonReport.objects.get().number == number

    cast.discipline_officer.set_password(PASSWORD)
    cast.discipline_officer.save()
    officer = signed_in("discipline_officer", "/desk/", language=words.code)
    faults += handled_by(officer, words, number)
    old, code = code, new_code(officer, words)
    assert code != old

    writer.go(f"/{language}/track/").fill(words.number, number).fill(words.secret, code)
    writer.press(words.progress)
    faults += look_at(writer)
    assert words.done in writer.text()
    assert not [word for word in ("赵某", "食堂", "李示例", words.unsubstantiated) if word in writer.text()]
    assert faults == []
    assert [text for text in writer.messages if "422" not in text] == []


def handled_by(officer: Any, words: SimpleNamespace, number: str) -> list[str]:
    """From the inbox to the closing; the reporter is shown for a ground only."""
    officer.click(officer.page.locator(".box li").filter(has_text=number).locator(".go a"))
    faults = look_at(officer)
    assert "食堂经费给了亲戚。" in officer.text() and "李示例" not in officer.text()
    step(officer, words.register)
    officer.follow(words.who, within=officer.page.locator("#main"))
    faults += look_at(officer)
    officer.page.get_by_label(words.ground, exact=True).check()
    officer.press(words.who, within=officer.page.locator("#main form"))
    faults += look_at(officer)  # the password once more
    officer.page.locator("input[type=password]").fill(PASSWORD)
    officer.click(officer.page.locator("#main form button[type=submit], #main form button.btn").first)
    assert "李示例" in officer.text()
    report = PersonReport.objects.get()
    officer.go(f"/desk/office/person-reports/{report.pk}/").take_step(words.verify)
    officer.take_step(words.note).fill(words.note_text, "已调阅账目。")
    finish(officer, words.note)
    assert "已调阅账目。" in officer.text()
    officer.take_step(words.close)
    faults += look_at(officer)
    officer.page.get_by_label(words.unsubstantiated, exact=True).check()
    officer.fill(words.finding, "反映问题不属实。")
    finish(officer, words.close)
    # The browser itself notes that the password was asked for.
    assert [text for text in officer.messages if "401" not in text] == []
    report.refresh_from_db()
    assert report.status == "unsubstantiated"
    return faults


def new_code(officer: Any, words: SimpleNamespace) -> str:
    """The writer lost the old one and stands at the counter."""
    officer.go(f"/desk/office/person-reports/{PersonReport.objects.get().pk}/code/")
    assert look_at(officer) == []
    officer.press(words.new_code)
    assert look_at(officer) == []
    return str(officer.page.locator(".receipt .code.big").last.inner_text())


def step(opened: Any, name: str) -> Any:
    opened.take_step(name)
    return finish(opened, name)


def finish(opened: Any, name: str) -> Any:
    return opened.press(name, within=opened.page.locator("#main form"))


def look_at(opened: Any) -> list[str]:
    wide = ["scrolls sideways"] if opened.scrolls_sideways() else []
    return [f"{opened.page.title()}: {fault}" for fault in [*wide, *opened.complaints()]]
