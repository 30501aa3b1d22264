"""What an editor should look at before a text goes out, and what stops it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from bureau.files.inspection import classification_marks, personal_data, why_not_public
from bureau.rich_text.reading import Outline, outline
from sections.office.news.choices import ColumnKind
from sections.office.news.links import is_inside, path_of
from sections.office.news.models import Article, WrongWord

# Words that say nothing about where a link leads: a list of links is all that some readers hear.
EMPTY_WORDS = frozenset(
    [
        "点击这里",
        "点击此处",
        "点此",
        "这里",
        "此处",
        "链接",
        "详情",
        "更多",
        "查看",
        "here",
        "click",
        "read",
        "more",
        "link",
        "this",
        "page",
        "click here",
        "read more",
        "this page",
    ]
)
_ADDRESS = re.compile(r"^(https?://|www\.)", re.IGNORECASE)


@dataclass(frozen=True)
class Problem:
    """One thing to look at. `where`: the text or file; `stops`: nothing is published while it is there."""

    where: str
    sentence: str
    stops: bool = False


def problems(article: Article) -> list[Problem]:
    """Everything that the checks find, what stops a publication first."""
    found = [
        *_missing(article),
        *_in_texts(article),
        *_pictures(article),
        *_files(article),
        *_period(article),
    ]
    return sorted(found, key=lambda one: not one.stops)


def obstacle(article: Article) -> str:
    """The first thing that stops a publication, as a sentence; "" when nothing does."""
    first = next((one for one in problems(article) if one.stops), None)
    return f"{first.where}: {first.sentence}" if first and first.where else first.sentence if first else ""


def _label(name: str) -> str:
    label = str(Article._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def _missing(article: Article) -> Iterator[Problem]:
    if not article.body_zh:
        yield Problem(_label("body_zh"), _("There is no text yet."), stops=True)
    if bool(article.title) != bool(article.body):
        name = "body" if article.title else "title"
        yield Problem(_label(name), _("The English page has a title or a text, but not both."))
    if article.revision_of_id and not article.change_note_zh:
        yield Problem(_label("change_note_zh"), _("Say in a sentence what was changed."), stops=True)


def _in_texts(article: Article) -> Iterator[Problem]:
    words = list(WrongWord.objects.filter(is_active=True))
    for name in ("title_zh", "title", "summary_zh", "summary", "body_zh", "body", "keywords", "author"):
        text = getattr(article, name)
        if not text:
            continue
        where = _label(name)
        read = outline(text) if name.startswith("body") else Outline(text=text)
        yield from _of_people(where, read.text)
        yield from _wrong(where, read.text, words)
        yield from _headings(where, read.headings)
        yield from _links(where, read.links)


def _of_people(where: str, text: str) -> Iterator[Problem]:
    for mark in classification_marks(text):
        yield Problem(
            where, _("“%(mark)s” marks a secret. It must not be published.") % {"mark": mark}, stops=True
        )
    for one in personal_data(text):
        yield Problem(where, one.sentence, stops=one.stops)


def _wrong(where: str, text: str, words: list[WrongWord]) -> Iterator[Problem]:
    for word in words:
        if not _stands_in(word.wrong, text):
            continue
        if word.right:
            said = _("“%(wrong)s”: write “%(right)s”.") % {"wrong": word.wrong, "right": word.right}
        else:
            said = _("“%(wrong)s” must not be written.") % {"wrong": word.wrong}
        yield Problem(where, f"{said} {word.note}".strip(), stops=word.stops)


def _stands_in(wrong: str, text: str) -> bool:
    """Latin words whole, Chinese ones anywhere."""
    if wrong.isascii():
        return re.search(rf"\b{re.escape(wrong)}\b", text, re.IGNORECASE) is not None
    return wrong in text


def _headings(where: str, headings: list[tuple[int, str]]) -> Iterator[Problem]:
    """The title of the page is level 1: a text begins with level 2 and leaves no level out."""
    before = 1
    for level, words in headings:
        if level > before + 1:
            yield Problem(
                where,
                _("The heading “%(words)s” leaves a level out. Make it larger.") % {"words": words[:40]},
            )
        before = level


def _links(where: str, links: list[tuple[str, str]]) -> Iterator[Problem]:
    for address, words in links:
        if words.lower().strip(" .。>»→") in EMPTY_WORDS or _ADDRESS.match(words):
            yield Problem(
                where, _("The link “%(words)s” does not say where it leads.") % {"words": words[:60]}
            )
        if is_inside(address) and not _leads_somewhere(path_of(address)):
            yield Problem(where, _("This site has no page at %(address)s.") % {"address": address[:100]})


def _leads_somewhere(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def _pictures(article: Article) -> Iterator[Problem]:
    for number, picture in enumerate(article.pictures.all(), start=1):
        where = _("Picture %(number)d") % {"number": number}
        if article.title and not picture.alt:
            yield Problem(where, _("The English page has no words for this picture."))
        why = why_not_public(picture)
        if why:
            yield Problem(where, why, stops=True)


def _files(article: Article) -> Iterator[Problem]:
    why = why_not_public(article)
    if why:
        yield Problem(_("Attachments"), why, stops=True)


def _period(article: Article) -> Iterator[Problem]:
    is_notice = article.column.kind == ColumnKind.PUBLIC_NOTICES
    if is_notice and article.objections_until is None:
        yield Problem(
            _label("objections_until"), _("A public notice needs the last day for objections."), stops=True
        )
