"""What the public finds: rooms register their public kinds here, in their `public.py`.

    register(PublicKind(
        Article,
        label=_("News and notices"),
        address=lambda article, language: in_language("article", language, article.pk),
        title=lambda article, language: article.title_zh if language == "zh-hans" else article.title,
        body=lambda article, language: article.body_zh if language == "zh-hans" else article.body,
        date=lambda article: article.published_at,
        column=lambda article: article.column.key,
        feed=True,
    ))

A text that does not exist in a language is "". Which records are public says the rule of the model alone:
`permitted(PUBLIC, "view", Model)`. Only what stands on the public page may be in these texts: it is searched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise

from bureau.registry import Registry

# (record, "zh-hans" or "en") → text, which may be HTML.
Text = Callable[[Any, str], str]


def _no_text(record: Any, language: str) -> str:
    return ""


def _nothing(record: Any) -> Any:
    return None


def _no_column(record: Any) -> str:
    return ""


def _no_numbers(record: Any) -> Iterable[str]:
    return ()


@dataclass(frozen=True)
class PublicKind:
    """How public records of `model` are addressed, listed and found.

    `address`: (record, language) → path. `body`: what the page says, attachments included.
    `date`: since when, `until`: how long the page is public (None: for good).
    `column`: key of its column. `numbers`: document numbers, found whole.
    `feed`: whether it stands in feeds. `rank`: lower kinds come first among results.
    `find`: words → permitted rows, for a kind with a search of its own; it is then not indexed here.
    """

    model: type[Model]
    label: str | Promise
    address: Text
    title: Text
    summary: Text = _no_text
    body: Text = _no_text
    date: Callable[[Any], datetime | None] = _nothing
    until: Callable[[Any], datetime | None] = _nothing
    column: Callable[[Any], str] = _no_column
    numbers: Callable[[Any], Iterable[str]] = _no_numbers
    feed: bool = False
    rank: int = 50
    select_related: tuple[str, ...] = ()
    find: Callable[[str], QuerySet[Any]] | None = None

    @property
    def kind(self) -> str:
        return self.model._meta.label_lower


PUBLIC_KINDS: Registry[PublicKind] = Registry("public kinds of records")


def register(kind: PublicKind) -> PublicKind:
    """Make the kind known to search, sitemap, feeds and caches; every single save and delete is followed,
    unless the kind has a search of its own."""
    from bureau.public.keeping import keep_in_step

    PUBLIC_KINDS.add(kind.kind, kind)
    if kind.find is None:  # else registers of thousands would hold each other up at one number
        keep_in_step(kind)
    return kind


def public_changed(record: Model) -> None:
    """What stands on a public page has changed: lists, feeds, search and kept pages follow with this transaction.

    Every save and delete of a registered model does this by itself. Call it where something else on the page
    changed (a picture, an attachment, a column) or rows were written in bulk.
    """
    from bureau.public.keeping import bring_up_to_date

    bring_up_to_date(record)


def in_language(url_name: str, language: str, *args: Any) -> str:
    """The path of a public page, by its name without the namespace, in one of the two languages."""
    with translation.override(language):
        return reverse(f"public:{url_name}", args=args)
