"""What happens by itself: publication and expiry at the minute, reminders, the check of links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from bureau.accounts.principals import System
from bureau.workflow.refusals import Refusal
from bureau.workflow.services import perform, refresh_items
from sections.office.news import terms
from sections.office.news.choices import IN_REVIEW, LinkKind, LinkState, Status
from sections.office.news.links import record_links, write_results
from sections.office.news.models import Article, ArticleLink
from sections.office.news.visiting import answer_outside, answer_within

STEPS = ("go_live", "hold_back", "expire", "remind", "note_links", "publish")
BY = System("news", frozenset(f"office.article.{step}" for step in STEPS))


def publish_due() -> int:
    """Everything whose moment has come; what a check stops waits for a person again. Returns how many."""
    due = Article.objects.filter(status=Status.SCHEDULED, publish_at__lte=timezone.now())
    return sum(_go_live(article) for article in due.order_by("publish_at", "pk"))


def _go_live(article: Article) -> bool:
    try:
        perform(article, "go_live", by=BY)
    except Refusal as refusal:
        # The reason stands in the history, for whoever publishes.
        perform(article, "hold_back", by=BY, reason=str(refusal.sentence)[:1000])
        return False
    return True


def expire_due() -> int:
    rows = Article.objects.filter(status=Status.PUBLISHED, expires_at__lte=timezone.now())
    return len([perform(article, "expire", by=BY) for article in rows.order_by("expires_at", "pk")])


def remind_of_reviews() -> int:
    """Pages that somebody should read again soon, or should have."""
    ahead = timezone.localdate() + timedelta(days=terms.days(terms.REMIND_REVIEW) or 0)
    rows = Article.objects.filter(status=Status.PUBLISHED, review_by__lte=ahead, is_review_due=False)
    return len([perform(article, "remind", by=BY) for article in rows.order_by("pk")])


def renew_reviewers() -> None:
    """A reviewer may have left since: the step goes to whoever has the right now."""
    for article in Article.objects.filter(status__in=IN_REVIEW):
        refresh_items(article)


def public_pages() -> list[Article]:
    """What the public reads now: rows for the check of links."""
    now = timezone.now()
    rows = Article.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), status=Status.PUBLISHED)
    return list(rows.order_by("pk"))


def check_links_of(article: Article) -> int:
    """Fetch what is ours, other sites where the setting allows; returns how many lead nowhere."""
    write_results(_answers(record_links(article)))
    broken = article.links.filter(state=LinkState.BROKEN).count()
    if broken != article.broken_links:
        perform(article, "note_links", by=BY, data={"broken_links": broken})
    return broken


def _answers(links: Iterable[ArticleLink]) -> Iterator[tuple[ArticleLink, int]]:
    for link in links:
        answer = (
            answer_outside(link.address) if link.kind == LinkKind.OUTSIDE else answer_within(link.address)
        )
        if answer is not None:
            yield link, answer
