"""Reading public answers: the list, the search, what may already answer a letter, what the scan still finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from hashlib import blake2s
from operator import or_

from django.conf import settings
from django.db.models import Q, QuerySet

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC
from bureau.charter.models import Unit
from bureau.identifiers.encryption import Digest, keyed_digest
from bureau.search.tokens import tokens_of, wanted
from sections.office.answers.choices import TextField
from sections.office.answers.models import PublishedAnswer
from sections.office.letters import leaks

PER_PAGE = 20
NEWEST = 20  # entries of the feed
LONGEST_QUERY = 100
DIGEST_PURPOSE = "answers.finding"


# -- what the public reads ----------------------------------------------------------------------------------


def public_answers() -> QuerySet[PublishedAnswer]:
    return permitted(PUBLIC, "view", PublishedAnswer).select_related("unit")


def found_answers(
    text: str = "", *, unit: str = "", kind: str = "", month: date | None = None
) -> QuerySet[PublishedAnswer]:
    """Public answers with every word of `text`, of one section (key), kind and month of publication."""
    rows = public_answers()
    for token, is_beginning in wanted(text[:LONGEST_QUERY]):
        rows = rows.filter(words__contains=f" {token}" if is_beginning else f" {token} ")
    if unit:
        rows = rows.filter(unit__key=unit)
    if kind:
        rows = rows.filter(kind=kind)
    if month is not None:
        rows = rows.filter(published_on__year=month.year, published_on__month=month.month)
    return rows


def sections_with_answers() -> list[Unit]:
    return list(
        Unit.objects.filter(pk__in=public_answers().values("unit").order_by()).order_by("order", "pk")
    )


def months_with_answers() -> list[date]:
    """Newest first."""
    return list(public_answers().dates("published_on", "month", order="DESC"))


def words_of(*texts: str) -> str:
    """The index of a public answer: a space before and after each character, pair and word."""
    found = dict.fromkeys(
        token
        for text in texts
        for start in range(0, len(text), 1900)  # the index of the house looks at 2,000 characters at once
        for token in tokens_of(text[max(0, start - 1) : start + 1900])
    )
    return f" {' '.join(found)} " if found else ""


def likely_answers(text: str, limit: int = 3) -> list[PublishedAnswer]:
    """Public answers that may answer what somebody is about to write, the likeliest first.

    Counted are the pairs of characters and the words that both have, rare ones more than common ones; what shares
    less than LIKELY_ANSWER_SHARE of the text's weight is left out.
    """
    asked = [token for token in words_of(text[:1000]).split() if len(token) > 1][:200]
    if not asked:
        return []
    rows = list(
        public_answers()
        .filter(reduce(or_, (Q(words__contains=f" {token} ") for token in asked[:60])))
        .order_by("-published_on", "-pk")[: settings.LIKELY_ANSWER_POOL]
    )
    return [row for _score, row in _ranked(rows, asked)[:limit]]


def _ranked(rows: list[PublishedAnswer], asked: list[str]) -> list[tuple[float, PublishedAnswer]]:
    present = {row.pk: set(row.words.split()) for row in rows}
    common = Counter(token for words in present.values() for token in words.intersection(asked))
    weights = {token: 1 / common[token] for token in asked if common[token]}
    unknown = sum(1 for token in asked if not common[token])
    whole = len(weights) + unknown
    found = []
    for row in rows:
        shared = present[row.pk].intersection(weights)
        if len(shared) / whole >= settings.LIKELY_ANSWER_PERCENT / 100:
            found.append((sum(weights[token] for token in shared) + len(shared), row))
    return sorted(found, key=lambda pair: -pair[0])


# -- what must be looked at before ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """One finding of the scan in one of the three texts; `digest` knows it again."""

    field: str
    label: str
    kind: str
    text: str
    digest: Digest


def findings(published: PublishedAnswer) -> list[Found]:
    """What the scan finds in the copies as they stand."""
    found: dict[str, Found] = {}
    for name in TextField.values:
        for one in leaks.scan(getattr(published, name), letter=published.letter):
            digest = keyed_digest(DIGEST_PURPOSE, f"{name}:{one.kind}:{one.text}")
            found.setdefault(digest, Found(name, str(one.kind.label), str(one.kind.value), one.text, digest))
    return list(found.values())


def not_dismissed(published: PublishedAnswer) -> list[Found]:
    """What nobody but the author has looked at."""
    let_pass = set(published.dismissed.exclude(by=published.prepared_by_id).values_list("digest", flat=True))
    return [one for one in findings(published) if not let_pass.intersection(one.digest.every)]


def field_names(found: Iterable[Found]) -> dict[str, Found]:
    """Name of a form field → the finding that it asks about. An open form outlives a change of keys."""
    return {f"why_{_short(one)}": one for one in found}


def _short(found: Found) -> str:
    said = f"{found.field}:{found.kind}:{found.text}"
    return blake2s(said.encode(), digest_size=8).hexdigest()
