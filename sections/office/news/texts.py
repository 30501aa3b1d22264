"""Versions of an article: what was written when, compared and brought back."""

from __future__ import annotations

from dataclasses import dataclass

from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.rich_text.reading import plain
from sections.office.answers.redaction import Piece, difference
from sections.office.news.choices import VersionKind
from sections.office.news.models import TEXTS, Article, ArticleVersion

RICH = ("body", "body_zh")


def texts_of(thing: Article | ArticleVersion) -> dict[str, str]:
    return {name: getattr(thing, name) for name in TEXTS}


def latest(article: Article) -> ArticleVersion | None:
    return article.versions.order_by("-number").first()


def keep_version(article: Article, by: Principal, kind: str = VersionKind.WRITTEN) -> ArticleVersion:
    """The texts as they stand now; the last version where nothing of them has changed."""
    last = latest(article)
    if last is not None and kind == VersionKind.WRITTEN and texts_of(last) == texts_of(article):
        return last
    return ArticleVersion.objects.create(
        article=article,
        number=last.number + 1 if last else 1,
        kind=kind,
        note=article.change_note,
        note_zh=article.change_note_zh,
        by=by if isinstance(by, User) else None,
        by_name=by.audit_name[:100],
        **texts_of(article),
    )


@dataclass(frozen=True)
class Difference:
    """One text of two versions: a row of stretches that are in both, gone or new."""

    label: str
    pieces: list[Piece]


def compared(old: ArticleVersion, new: ArticleVersion) -> list[Difference]:
    """The texts in which two versions differ, as words without their marking."""
    found = []
    for name in TEXTS:
        was, now = _words(old, name), _words(new, name)
        if was != now:
            label = str(ArticleVersion._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            found.append(Difference(label, difference(was, now)))
    return found


def _words(version: ArticleVersion, name: str) -> str:
    text = getattr(version, name)
    return plain(text) if name in RICH else text
