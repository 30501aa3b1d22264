"""Two invented consultations: one that is open with a few opinions, one with its result."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from bureau.accounts.models import User
from bureau.workflow import services as workflow
from sections.office.consultations.capabilities import NAME
from sections.office.consultations.choices import Decision
from sections.office.consultations.models import Consultation, Opinion, OpinionGroup
from sections.office.consultations.opinions import send_opinion
from sections.office.consultations.services import CALENDAR
from sections.office.policies.demo import staff_of
from sections.office.policies.models import PolicyDocument

if TYPE_CHECKING:
    from bureau.demo import DemoRun

OPEN = {
    "kind": "normative",
    "title_zh": "中小学课后服务管理办法（征求意见稿）（演示）",
    "title": "Measures on after-school care, draft (demonstration)",
    "summary_zh": "规定课后服务的时间、内容、收费和退费。",
    "summary": "Hours, content, fees and refunds of after-school care.",
    "explanation_zh": "<p>现行做法各校不一，家长反映较多，拟统一规定。</p>",
    "explanation": "<p>Schools differ and parents complain; common rules are to be set.</p>",
    "body_zh": "<h2>第一章　总则</h2><p>第一条　为规范课后服务，制定本办法。</p><p>第二条　课后服务坚持学生自愿参加。</p>"
    "<h2>第二章　收费</h2><p>第五条　学生未参加的课时，按实际课时退费。</p>",
    "body": "<h2>Chapter 1</h2><p>Article 1. These measures set rules for after-school care.</p>"
    "<p>Article 2. Pupils take part of their own will.</p>"
    "<h2>Chapter 2</h2><p>Article 5. Hours that a pupil did not attend are refunded.</p>",
    "contact": "市教育局办公室（信封注明“课后服务征求意见”）",
}
DONE = {
    "kind": "decision",
    "title_zh": "市直学校学区调整方案（征求意见稿）（演示）",
    "title": "Plan for changing school districts, draft (demonstration)",
    "summary_zh": "新建小区划入相邻学区。",
    "summary": "New housing estates join the neighbouring districts.",
    "explanation_zh": "<p>三个新建小区明年入住，需要确定学区。</p>",
    "explanation": "<p>Three new estates will be inhabited next year and need a school.</p>",
    "body_zh": "<p>一、甲小区划入第一演示小学学区。</p><p>二、乙小区划入第二演示小学学区。</p>",
    "body": "<p>1. Estate A joins the district of the first school.</p>"
    "<p>2. Estate B joins the district of the second school.</p>",
}
# About what, what was said, under which point it belongs.
SAID_OPEN = (
    ("第五条", "建议明确退费的到账时间，最好一周之内。"),
    ("第二条", "建议允许按周报名，而不是按学期报名。"),
    ("", "赞成这个办法。"),
)
SAID_DONE = (
    ("第一条", "甲小区离第一小学有一点五公里，建议增设接送点。", "接送点"),
    ("第一条", "请考虑老人接送不便，增设接送点。", "接送点"),
    ("第二条", "乙小区应当划入第三小学，距离更近。", "乙小区的学区"),
)
POINTS = {
    "接送点": (
        "A stop for the bus",
        Decision.ADOPTED,
        "方案增加一处接送点。",
        "The plan now has a stop.",
    ),
    "乙小区的学区": (
        "The district of estate B",
        Decision.NOT_ADOPTED,
        "第三小学学位已满，距离相差不足二百米。",
        "The third school is full, and the way is less than 200 metres shorter.",
    ),
}


def seed(run: DemoRun) -> None:
    people = staff_of(NAME)
    if people is None:
        return
    writer, chief = people
    current = _opened(OPEN, writer, chief, run.today)
    for place, (about, body) in enumerate(SAID_OPEN):
        _said(current, about, body, f"demo-open-{place}")
    _dated(current, run.today - timedelta(days=6), run.today + timedelta(days=27))
    past = _opened(DONE, writer, chief, run.today)
    for place, (about, body, point) in enumerate(SAID_DONE):
        opinion = _said(past, about, body, f"demo-done-{place}")
        workflow.perform(opinion, "sort", by=writer, data={"new_point": point})
    _decide(past)
    _dated(past, run.today - timedelta(days=75), run.today - timedelta(days=44))
    workflow.perform(past, "close", by=CALENDAR)
    result = {
        "result_zh": "<p>意见集中在接送和学区划分两个方面，采纳情况见下表。</p>",
        "result": "<p>The opinions were about the way to school and the districts; see the table.</p>",
        "result_document": PolicyDocument.objects.filter(status="published").order_by("-issued_on").first(),
    }
    workflow.perform(past, "conclude", by=chief, data=result)
    run.step("2 consultations")


def _opened(values: dict[str, Any], writer: User, chief: User, today: date) -> Consultation:
    data = {
        **values,
        "closes_on": today + timedelta(days=32),
        "result_expected_on": today + timedelta(days=60),
        "is_invented": True,
    }
    made = workflow.perform(Consultation(), "enter", by=writer, data=data)
    workflow.perform(made, "submit", by=writer)
    return workflow.perform(made, "publish", by=chief)


def _said(consultation: Consultation, about: str, body: str, token: str) -> Opinion:
    values = {"sender": "citizen", "name": "演示人", "phone": "", "about": about, "body": body}
    return send_opinion(consultation=consultation, values=values, token=token).opinion


def _dated(consultation: Consultation, opens: date, closes: date) -> None:
    """As if it had opened then: the engine knows only today."""
    consultation.refresh_from_db()
    consultation.published_at = consultation.published_at and consultation.published_at - (
        consultation.published_at.date() - opens
    )
    consultation.opens_on, consultation.closes_on = opens, closes
    consultation.save(update_fields=["opens_on", "closes_on", "published_at"])


def _decide(consultation: Consultation) -> None:
    for point in OpinionGroup.objects.filter(consultation=consultation):
        point.title, point.decision, point.reason_zh, point.reason = POINTS[point.title_zh]
        point.full_clean()
        point.save()
