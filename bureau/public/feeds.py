"""Feeds over the index of public pages, and the two files that search engines ask for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.http import HttpResponse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC
from bureau.public import languages
from bureau.public.models import PublicPage
from bureau.public.showing import Shown, shown

NEWEST = 30
FORMS: dict[str, type[SyndicationFeed]] = {"atom": Atom1Feed, "rss": Rss201rev2Feed}
CONTENT_TYPES = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
}


def feed_of(
    *,
    kind: str | Sequence[str],
    title: str,
    page: str,
    here: str,
    columns: Iterable[str] | None = None,
    form: str = "atom",
) -> HttpResponse:
    """The newest pages of these kinds and columns. Titles and summaries alone: the text is read on the page."""
    kinds = [kind] if isinstance(kind, str) else list(kind)
    rows = permitted(PUBLIC, "view", PublicPage).filter(kind__in=kinds, date__isnull=False)
    if columns is not None:
        rows = rows.filter(column__in=list(columns))
    feed = FORMS[form](
        title=title,
        link=settings.PUBLIC_URL + page,
        description=title,
        language=languages.HTML_LANG[languages.current()],
        feed_url=settings.PUBLIC_URL + here,
    )
    for one in shown(rows.order_by("-date", "-pk")[:NEWEST]):
        _add(feed, one)
    return HttpResponse(feed.writeString("utf-8"), content_type=CONTENT_TYPES[form])


def _add(feed: SyndicationFeed, one: Shown) -> None:
    address = settings.PUBLIC_URL + one.address
    feed.add_item(
        title=one.title,
        link=address,
        description=one.summary or one.title,
        unique_id=address,
        pubdate=one.date,
        updateddate=one.date,
    )
