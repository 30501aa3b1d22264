"""Consultations and opinions, one function per stretch of their way; each walks the real way."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from django.utils import timezone

from bureau.workflow import services as workflow
from sections.office.consultations.models import Consultation, Opinion, OpinionGroup
from sections.office.consultations.opinions import Receipt, send_opinion
from sections.office.consultations.services import CALENDAR
from tests.cast import Cast

_tokens = itertools.count()


def entered(cast: Cast, by: Any = None, **changes: Any) -> Consultation:
    """A draft of the office's clerk."""
    values: dict[str, Any] = {
        "kind": "normative",
        "title_zh": "演示管理办法（征求意见稿）",
        "title": "Measures on an invented matter (draft)",
        "body_zh": "<p>第一条　为演示而制定本办法。</p>",
        "body": "<p>Article 1. These measures are invented.</p>",
        "explanation_zh": "<p>为什么起草：演示。</p>",
        "closes_on": timezone.localdate() + timedelta(days=31),
        "is_invented": True,
    }
    return workflow.perform(Consultation(), "enter", by=by or cast.office_clerk, data={**values, **changes})


def submitted(cast: Cast, **changes: Any) -> Consultation:
    return workflow.perform(entered(cast, **changes), "submit", by=cast.office_clerk)


def opened(cast: Cast, **changes: Any) -> Consultation:
    return workflow.perform(submitted(cast, **changes), "publish", by=cast.office_chief)


def withdrawn(cast: Cast, **changes: Any) -> Consultation:
    data = {"withdrawn_reason_zh": "草案有误。", "withdrawn_reason": "The draft was wrong."}
    return workflow.perform(opened(cast, **changes), "withdraw", by=cast.office_chief, data=data)


def opinion(consultation: Consultation, **changes: Any) -> Receipt:
    values = {
        "sender": "citizen",
        "name": "王示例",
        "phone": "13800000000",
        "about": "第五条",
        "body": "建议把期限改为十五日。",
    }
    token = f"opinion-{next(_tokens)}"
    return send_opinion(consultation=consultation, values={**values, **changes}, token=token)


def grouped(cast: Cast, sent: Opinion, title: str = "期限", **decision: str) -> OpinionGroup:
    """Under a point of this title, decided where `decision` says so."""
    workflow.perform(sent, "sort", by=cast.office_clerk, data={"new_point": title})
    point = OpinionGroup.objects.get(consultation=sent.consultation, title_zh=title)
    for name, value in decision.items():
        setattr(point, name, value)
    point.save()
    return point


def closed(consultation: Consultation) -> Consultation:
    """As the calendar does it after the last day."""
    return workflow.perform(consultation, "close", by=CALENDAR)


def stored() -> Consultation:
    """One that the table accepts in every status, past the engine."""
    from tests.site.test_transitions import build

    today = timezone.localdate()
    return build(Consultation, opens_on=today, closes_on=today)


def stored_opinion() -> Opinion:
    from tests.site.test_transitions import build

    consultation = stored()
    point = OpinionGroup.objects.create(consultation=consultation, title_zh="点")
    return build(Opinion, consultation=consultation, group=point)
