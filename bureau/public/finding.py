"""The one public search: services and duties first, then everything that is public, asked as PUBLIC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from bureau.access.counting import MOST_COUNTED, capped_counts
from bureau.public import channels, languages, selectors, site
from bureau.public.hits import Filters, Hits, hits, numbers_of
from bureau.public.models import PublicPage
from bureau.public.publishing import PUBLIC_KINDS, PublicKind
from bureau.public.showing import Shown, allowed_of, as_shown
from bureau.search.queries import Query
from bureau.search.tokens import squashed

SIZE = 20
FIRST = 5  # services and records of kinds with a search of their own, above the list
AROUND = 60  # characters before and after the word that an excerpt shows


@dataclass(frozen=True)
class Service:
    """Something to do, or a duty with the section that has it."""

    label: str | Promise
    url: str
    hint: str | Promise = ""


def counts(query: Query, filters: Filters, found: Hits) -> dict[str, int]:
    """Kind → number of hits, up to a thousand and one, in the order in which the kinds stand.

    `found`: what `hits` gave for all kinds.
    """
    kinds = sorted(PUBLIC_KINDS, key=lambda kind: kind.rank)
    known = found.numbers
    listed = [kind.kind for kind in kinds if kind.find is None and known[kind.kind] <= MOST_COUNTED]
    more = numbers_of(listed, query, filters) if found.are_more else {}
    own = {kind.kind: kind.find(query.text) for kind in kinds if kind.find and not filters.has_dates}
    of_own = dict(zip(own, capped_counts(list(own.values())) if own else (), strict=True))
    numbers = {**known, **more, **of_own}
    return {kind.kind: numbers.get(kind.kind, 0) for kind in kinds}


def page_of_results(query: Query, filters: Filters, found: Hits, *, start: int) -> list[Shown]:
    """Hits in order: the number asked for, words in the title, then newest first.

    `found`: what `hits` gave for all kinds. Of more hits than are counted the newest are put in order: nobody
    turns so many pages.
    """
    own = PUBLIC_KINDS.get(filters.kind)
    if own is not None and own.find is not None:
        return of_own_search(own, query, start=start, size=SIZE)
    if filters.kind and found.are_more:
        found = hits(query, filters, filters.kind)
    keys = found.keys(filters.kind)[start : start + SIZE]
    by_key = PublicPage.objects.order_by().in_bulk(keys)
    pages = [by_key[key] for key in keys if key in by_key]
    allowed = allowed_of(pages)
    return [
        as_shown(page, excerpt(page.text, query)) for page in pages if (page.kind, page.object_id) in allowed
    ]


def of_own_search(kind: PublicKind, query: Query, *, start: int = 0, size: int = FIRST) -> list[Shown]:
    """Hits of a kind that searches by itself."""
    if kind.find is None:
        return []
    code = languages.current()
    return [
        Shown(
            key=record.pk,
            kind=kind.kind,
            label=kind.label,
            title=kind.title(record, code) or kind.title(record, languages.other(code)),
            summary=kind.summary(record, code),
            address=kind.address(record, code),
            date=None,
            column="",
            lang="" if kind.title(record, code) else languages.HTML_LANG[languages.other(code)],
        )
        for record in kind.find(query.text)[start : start + size]
    ]


def services_found(query: Query) -> list[Service]:
    """Tasks, pages and duties with every word, in either language; what people can do comes first."""
    found: dict[str, Service] = {}
    for service, text in _kept_offer():
        if all(word in text for word in query.words):
            found.setdefault(service.url, service)
    return list(found.values())


def _kept_offer() -> list[tuple[Service, str]]:
    """What is offered and the words to compare, in this language; as old as a kept page may be."""
    key = f"public.offer.{languages.current()}"
    found: list[tuple[Service, str]] | None = cache.get(key)
    if found is None:
        found = [
            (Service(str(one.label), one.url, str(one.hint)), squashed(words)) for one, words in _offered()
        ]
        cache.set(key, found, settings.PAGE_KEPT_SECONDS)
    return found


def _offered() -> Iterator[tuple[Service, str]]:
    for task in site.tasks():
        url = channels.public_address(task.url_name)
        if url:
            yield Service(task.label, url, task.hint), _in_both(task.label, task.hint)
    for channel in channels.filled():
        for entry in channel.entries:
            yield Service(entry.label, entry.url, entry.hint), _in_both(entry.label, entry.hint)
    yield from _duties()


def _duties() -> Iterator[tuple[Service, str]]:
    page = channels.public_address("duties")
    for section in selectors.sections_with_duties():
        for line in section.duties:
            links = [channels.public_address(name) for name, _text in line.links]
            url = next(filter(None, links), "") or f"{page}#{section.unit.key}-{line.duty.code}"
            label = line.duty.name_zh if languages.current() == "zh-hans" else line.duty.name
            yield Service(label, url, section.unit.label), f"{line.duty.name_zh} {line.duty.name}"


def _in_both(*texts: str | Promise) -> str:
    found: list[str] = []
    for code in languages.PREFIXES:
        with translation.override(code):
            found += [str(text) for text in texts]
    return " ".join(found)


def excerpt(text: str, query: Query) -> SafeString | str:
    """The words around the first hit in the text, every hit marked; "" where the text holds none."""
    words = [word for word in query.text.split() if word]
    lowered = text.casefold()
    places = [place for place in (lowered.find(word.casefold()) for word in words) if place >= 0]
    if not places or len(lowered) != len(text):
        return ""
    start = max(0, min(places) - AROUND)
    part = text[start : min(places) + AROUND * 2].replace("\n", " ")
    marked = _marked(part, words)
    return mark_safe(f"{'…' if start else ''}{marked}…")


def _marked(text: str, words: Sequence[str]) -> str:
    """Escaped, with <mark> around the words."""
    lowered, done, pieces = text.casefold(), 0, []
    while done < len(text):
        hits = _hits(lowered, words, done)
        place, length = min(hits, default=(len(text), 0))
        pieces.append(str(escape(text[done:place])))
        if length:
            pieces.append(f"<mark>{escape(text[place : place + length])}</mark>")
        done = place + length
    return "".join(pieces)


def _hits(lowered: str, words: Iterable[str], start: int) -> list[tuple[int, int]]:
    found = ((lowered.find(word.casefold(), start), len(word)) for word in words)
    return [(place, length) for place, length in found if place >= 0]
