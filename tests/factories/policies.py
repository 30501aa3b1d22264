"""Policy documents, one function per stretch of their way; each walks the real way."""

from __future__ import annotations

import itertools
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from bureau.files.models import Attachment
from bureau.files.services import attach
from bureau.workflow import services as workflow
from sections.office.policies.models import PolicyCode, PolicyDocument
from tests.bureau.files import published as files
from tests.cast import Cast

_numbers = itertools.count(1)


def code(kind: str, key: str) -> PolicyCode:
    return PolicyCode.objects.get_or_create(kind=kind, key=key, defaults={"name": key, "name_zh": key})[0]


def entered(cast: Cast, by: Any = None, **changes: Any) -> PolicyDocument:
    """A draft of the office's clerk."""
    today = timezone.localdate()
    place = next(_numbers)
    values: dict[str, Any] = {
        "title_zh": f"关于演示事项的通知（{place}）",
        "title": f"Notice on an invented matter ({place})",
        "number": f"市教字〔{today.year}〕{place}号",
        "body_zh": "<p>各学校：</p><p>请做好演示工作。</p>",
        "body": "<p>Do the invented work.</p>",
        "issuer": code("issuer", "bureau"),
        "genre": code("genre", "notice"),
        "topic": code("topic", "compulsory"),
        "issued_on": today,
        "in_force_on": today,
        "is_invented": True,
    }
    return workflow.perform(PolicyDocument(), "enter", by=by or cast.office_clerk, data={**values, **changes})


def submitted(cast: Cast, **changes: Any) -> PolicyDocument:
    return workflow.perform(entered(cast, **changes), "submit", by=cast.office_clerk)


def published(cast: Cast, **changes: Any) -> PolicyDocument:
    return workflow.perform(submitted(cast, **changes), "publish", by=cast.office_chief)


def withdrawn(cast: Cast, **changes: Any) -> PolicyDocument:
    data = {"withdrawn_reason_zh": "文号有误。", "withdrawn_reason": "Its number was wrong."}
    return workflow.perform(published(cast, **changes), "withdraw", by=cast.office_chief, data=data)


def with_file(document: PolicyDocument, by: Any, content: bytes = b"", name: str = "附件.docx") -> Attachment:
    content = content or files.docx(files.paragraph("附件正文：作息时间"))
    return attach(record=document, upload=ContentFile(content, name=name), kind="attachment", by=by)


def stored() -> PolicyDocument:
    """One that the table accepts in every status, past the engine."""
    from tests.site.test_transitions import build

    return build(PolicyDocument, published_at=timezone.now())
