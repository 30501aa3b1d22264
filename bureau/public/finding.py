"""The one public search: services and duties first, then everything that is public, asked as PUBLIC."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Case, Q, QuerySet, When
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from bureau.access.counting import MOST_COUNTED, capped_counts
from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC
from bureau.public import channels, languages, selectors, site
from bureau.public.models import PublicPage
from bureau.public.publishing import PUBLIC_KINDS, PublicKind
from bureau.public.showing import Shown, as_shown, shown
from bureau.search.models import SearchEntry
from bureau.search.queries import Query
from bureau.search.tokens import squashed

SIZE = 20
FIRST = 5  # services and records of kinds with a search of their own, above the list
AROUND = 60  # characters before and after the word that an excerpt shows
INDEX = PublicPage._meta.label_lower


@dataclass(frozen=True)
class Filters:
    """What narrows a search. `kind`: a kind of record, "services", or "" for all."""

    kind: str = ""
    since: date | None = None
    until: date | None = None

    def by_date(self) -> Q:
        found = Q()
        if self.since:
            found &= Q(date__gte=_start(self.since))
        if self.until:
            found &= Q(date__lt=_start(self.until + timedelta(days=1)))
        return found

    @property
    def has_dates(self) -> bool:
        return bool(self.since or self.until)


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class Service:
    """Something to do, or a duty with the section that has it."""

    label: str | Promise
    url: str
    hint: str | Promise = ""


def pages_found(query: Query, filters: Filters) -> QuerySet[PublicPage]:
    """Public pages with every word, within the dates."""
    entries = SearchEntry.objects.filter(query.matches(), kind=INDEX)
    rows = permitted(PUBLIC, "view", PublicPage).filter(filters.by_date())
    return rows.filter(pk__in=entries.values("object_id"))


@dataclass(frozen=True, slots=True)
class Hit:
    """What puts a page in its place among the others; the texts are fetched for the page that is read alone."""

    key: int
    kind: str
    near: int
    date: datetime | None
    rank: int

    @property
    def place(self) -> tuple[int, bool, float, int, int]:
        """The number asked for, words in the title, then newest first; a page without a date stands first."""
        moment = self.date.timestamp() if self.date else 0.0
        return self.near, self.date is not None, -moment, self.rank, -self.key


def hits(query: Query, filters: Filters, kind: str = "") -> list[Hit]:
    """The newest pages with every word, one more than are counted at most: of so many all are here, of more none
    that stands further down. One reading gives both the numbers and the order."""
    rows = pages_found(query, filters)
    if kind:
        rows = rows.filter(kind=kind)
    found = rows.annotate(near=_nearness(query)).order_by("-pk")
    names = ("pk", "kind", "near", "date", "rank")
    return [Hit(*row) for row in found.values_list(*names)[: MOST_COUNTED + 1]]


def counts(query: Query, filters: Filters, found: Sequence[Hit]) -> dict[str, int]:
    """Kind → number of hits, up to a thousand and one, in the order in which the kinds stand.

    `found`: what `hits` gave for all kinds.
    """
    kinds = sorted(PUBLIC_KINDS, key=lambda kind: kind.rank)
    known = Counter(hit.kind for hit in found)
    asked: dict[str, QuerySet[Any]] = {}
    for kind in kinds:
        if kind.find is not None:
            if not filters.has_dates:
                asked[kind.kind] = kind.find(query.text)
        elif len(found) > MOST_COUNTED >= known[kind.kind]:
            asked[kind.kind] = pages_found(query, filters).filter(kind=kind.kind)
    counted = zip(asked, capped_counts(list(asked.values())) if asked else (), strict=True)
    numbers = {**known, **dict(counted)}
    return {kind.kind: numbers.get(kind.kind, 0) for kind in kinds}


def page_of_results(query: Query, filters: Filters, found: Sequence[Hit], *, start: int) -> list[Shown]:
    """Hits in order: the number asked for, words in the title, then newest first.

    `found`: what `hits` gave for all kinds. Of more hits than are counted the newest are put in order: nobody
    turns so many pages.
    """
    own = PUBLIC_KINDS.get(filters.kind)
    if own is not None and own.find is not None:
        return of_own_search(own, query, start=start, size=SIZE)
    if filters.kind and len(found) > MOST_COUNTED:
        found = hits(query, filters, filters.kind)
    of_kind = [hit for hit in found[:MOST_COUNTED] if filters.kind in ("", hit.kind)]
    keys = [hit.key for hit in sorted(of_kind, key=lambda hit: hit.place)[start : start + SIZE]]
    by_key = PublicPage.objects.in_bulk(keys)
    pages = [by_key[key] for key in keys if key in by_key]
    allowed = {(one.kind, one.key) for one in shown(pages)}
    return [
        as_shown(page, excerpt(page.text, query)) for page in pages if (page.kind, page.object_id) in allowed
    ]


def _nearness(query: Query) -> Case:
    """0 the number asked for, 1 every word in a title, 2 the rest."""
    title = Q()
    # Chinese has no capitals, and PostgreSQL pays more for making them than for the comparison.
    contains = "contains" if query.text.lower() == query.text.upper() else "icontains"
    for word in query.text.split()[:8]:
        title &= Q(**{f"title_zh__{contains}": word}) | Q(**{f"title__{contains}": word})
    is_number = Q(**{f"numbers__{contains}": query.text})
    return Case(When(is_number, then=0), When(title, then=1), default=2)


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
