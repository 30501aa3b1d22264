"""Invented: templates of answers, and two letters about the same matter of which one is handled with the other."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from bureau.accounts.models import User
from bureau.accounts.principals import PUBLIC
from bureau.workflow import services as workflow
from sections.office.letters.choices import Kind
from sections.office.letters.handling import keep_template
from sections.office.letters.models import AnswerTemplate, Letter

if TYPE_CHECKING:
    from bureau.demo import DemoRun

TEMPLATES = (
    (
        "咨询类答复",
        Kind.REQUEST,
        "您好！来信收悉。您咨询的事项答复如下：\n一、\n二、\n如有疑问，请致电我局相关科室。（演示）",
    ),
    (
        "需要核实的事项",
        Kind.REQUEST,
        "您好！来信收悉。我局于  月  日到学校核实，情况如下：\n处理结果和完成时间：\n（演示）",
    ),
    (
        "采纳建议",
        Kind.SUGGESTION,
        "感谢您的建议。我局研究后决定：\n落实时间和负责科室：\n（演示）",
    ),
)
PAIR = (
    ("建议调整暑假作业安排", "（演示）建议小学暑假作业以阅读和劳动实践为主。"),
    ("暑假作业太多", "（演示）建议减少小学暑假书面作业，多安排阅读和劳动。"),
)
DAYS_AGO = 6


def seed_more(run: DemoRun, clerk: User) -> int:
    """How many letters."""
    for title, kind, text in TEMPLATES:
        keep_template(AnswerTemplate(title=title, kind=kind, text=text), by=clerk)
    lead, other = [_registered(run, clerk, place) for place in range(len(PAIR))]
    data = {"other": lead, "leaks_seen": True}
    workflow.perform(other, "merge", by=clerk, data=data)
    return len(PAIR)


def _registered(run: DemoRun, clerk: User, place: int) -> Letter:
    title, body = PAIR[place]
    day = run.today - timedelta(days=DAYS_AGO)
    sent = timezone.make_aware(datetime.combine(day, time(10, 5 + place)))
    fresh = Letter(
        kind=Kind.SUGGESTION,
        title=title,
        body=body,
        sender_name=f"演示人{place + 1}",
        sender_phone=f"1380000000{place + 1}",
    )
    data: dict[str, Any] = {"token": f"demo-pair-{place}", "on": day}
    letter = workflow.perform(fresh, "submit", by=PUBLIC, data=data, at=sent)
    known = {"kind": letter.kind, "school": None}
    return workflow.perform(letter, "register", by=clerk, data=known, at=sent + timedelta(hours=20))
