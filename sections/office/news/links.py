"""Links in published texts: where they lead, and whether anything is there."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from bureau.rich_text.reading import outline
from sections.office.news.choices import LinkKind, LinkState
from sections.office.news.models import Article, ArticleLink

LONGEST = 500


def is_inside(address: str) -> bool:
    """Whether an address is one of this site: a path, or its own host."""
    parts = urlsplit(address)
    if parts.scheme in ("mailto", "tel"):
        return False
    return (address.startswith("/") and not parts.netloc) or parts.netloc == urlsplit(
        settings.PUBLIC_URL
    ).netloc


def path_of(address: str) -> str:
    return urlsplit(address).path or "/"


def kind_of(address: str) -> str:
    if not is_inside(address):
        return LinkKind.OUTSIDE
    return LinkKind.FILE if "/files/" in path_of(address) else LinkKind.PAGE


def links_in(article: Article) -> dict[str, str]:
    """Address → words, of both languages; places on the page and mail addresses left out."""
    found: dict[str, str] = {}
    for html in (article.body_zh, article.body):
        for address, words in outline(html).links:
            if address.startswith(("http://", "https://", "/")):
                found.setdefault(address[:LONGEST], words[:200])
    return found


def record_links(article: Article) -> list[ArticleLink]:
    """Rows for the links that the text has now, none for those that it lost."""
    wanted = links_in(article)
    article.links.exclude(address__in=wanted).delete()
    present = set(article.links.values_list("address", flat=True))
    ArticleLink.objects.bulk_create(
        ArticleLink(article=article, address=address, words=words, kind=kind_of(address))
        for address, words in wanted.items()
        if address not in present
    )
    return list(article.links.all())


def write_results(rows: Iterable[tuple[ArticleLink, int]]) -> None:
    """What each address answered; 0: nothing."""
    now = timezone.now()
    checked = []
    for link, answer in rows:
        link.answer = answer or None
        link.state = LinkState.WORKS if 200 <= answer < 400 else LinkState.BROKEN
        link.checked_at = now
        checked.append(link)
    ArticleLink.objects.bulk_update(checked, ["answer", "state", "checked_at"])
