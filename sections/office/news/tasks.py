"""What the portal does with its pages on its own."""

from __future__ import annotations

from datetime import time

from django.db import transaction
from django.utils import timezone

from bureau.jobs.registry import Hold, Payload, long_task
from bureau.jobs.schedule import every
from bureau.outbox.services import enqueue


@every(name="news.publish", minutes=1)
def publish_and_expire() -> None:
    """At the minute: what is scheduled goes out, what has expired goes."""
    from sections.office.news.publication import expire_due, publish_due

    expire_due()
    publish_due()


@every(name="news.reviewers", minutes=10)
def follow_reviewers() -> None:
    from sections.office.news.publication import renew_reviewers

    renew_reviewers()


@every(name="news.reminders", daily_at=time(5, 20))
def remind() -> None:
    """Columns that grow stale, pages that somebody should read again."""
    from sections.office.news.freshness import renew_all
    from sections.office.news.loaders import load_columns
    from sections.office.news.publication import remind_of_reviews

    load_columns()  # reference data may have been loaded before there was a chart
    renew_all()
    remind_of_reviews()


@every(name="news.links", daily_at=time(2, 40))
def begin_link_check() -> None:
    enqueue("news.check_links", key=f"news.check_links:{timezone.localdate():%Y%m%d}")


@long_task("news.check_links")
def check_links(payload: Payload, hold: Hold) -> None:
    """Page by page; each answers in a request of its own, outside any transaction."""
    from sections.office.news.publication import check_links_of, public_pages

    for article in public_pages():
        with transaction.atomic():
            hold()
        check_links_of(article)
