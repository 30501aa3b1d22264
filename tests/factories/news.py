"""Articles, one function per stretch of their way; each walks the real way."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from bureau.workflow import services as workflow
from sections.office.news.enclosures import add_picture
from sections.office.news.models import Article, Column, Picture
from tests.cast import Cast

READ = {"proofread": True}
TEXTS = {
    "title_zh": "全市中小学秋季开学工作安排",
    "title": "How schools open this autumn",
    "summary_zh": "九月一日开学，八月三十一日报到。",
    "body_zh": "<h2>时间</h2><p>九月一日正式上课。</p>",
    "body": "<h2>Dates</h2><p>Lessons begin on 1 September.</p>",
}


def column(key: str = "news") -> Column:
    return Column.objects.get(key=key)


def draft(cast: Cast, by: Any = None, **changes: Any) -> Article:
    """By the clerk of the Basic Education Section."""
    values = {**TEXTS, "column": column(), **changes}
    return workflow.perform(Article(), "write", by=by or cast.basic_clerk, data=values)


def in_first_review(cast: Cast, **changes: Any) -> Article:
    return workflow.perform(draft(cast, **changes), "send_to_review", by=cast.basic_clerk)


def in_second_review(cast: Cast, **changes: Any) -> Article:
    return workflow.perform(in_first_review(cast, **changes), "pass_first", by=cast.basic_officer, data=READ)


def in_final_review(cast: Cast, **changes: Any) -> Article:
    return workflow.perform(in_second_review(cast, **changes), "pass_second", by=cast.office_chief, data=READ)


def approved(cast: Cast, **changes: Any) -> Article:
    return workflow.perform(in_final_review(cast, **changes), "pass_final", by=cast.bureau_leader, data=READ)


def scheduled(cast: Cast, at: Any, **changes: Any) -> Article:
    return workflow.perform(
        approved(cast, **changes), "schedule", by=cast.office_chief, data={"publish_at": at}
    )


def published(cast: Cast, dates: dict[str, Any] | None = None, **changes: Any) -> Article:
    return workflow.perform(approved(cast, **changes), "publish", by=cast.office_chief, data=dates or {})


def withdrawn(cast: Cast, **changes: Any) -> Article:
    data = {"withdrawn_reason_zh": "内容有误，更正后重新发布。", "withdrawn_reason": "It was wrong."}
    return workflow.perform(published(cast, **changes), "withdraw", by=cast.office_chief, data=data)


def png(size: tuple[int, int] = (40, 30)) -> ContentFile[bytes]:
    out = io.BytesIO()
    Image.new("RGB", size, (20, 82, 140)).save(out, "PNG")
    return ContentFile(out.getvalue(), name="yard.png")


def picture(cast: Cast, article: Article | None = None) -> Picture:
    article = article or draft(cast)
    return add_picture(article, upload=png(), alt_zh="学校操场", alt="A school yard", by=cast.basic_clerk)


def stored(count: int = 1, **changes: Any) -> list[Article]:
    """Published ones past the engine, which is slow."""
    values = {
        **TEXTS,
        "column": column(),
        "owner": column().owner,
        "status": "published",
        "published_at": timezone.now(),
    }
    return Article.objects.bulk_create(Article(**{**values, **changes}) for _number in range(count))


def stored_anyhow() -> Article:
    """One that the table accepts in every status."""
    from tests.site.test_transitions import build

    now = timezone.now()
    return build(Article, publish_at=now, published_at=now, withdrawn_reason_zh="有误。")
