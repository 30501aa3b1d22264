"""The search reads the newest entries of the index first. It finds, counts and orders as if it had read them all."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from bureau.access.counting import MOST_COUNTED
from bureau.public.finding import counts
from bureau.public.hits import INDEX, SPARE, Filters, hits
from bureau.public.models import PublicPage
from bureau.search.declare import SEARCHABLES
from bureau.search.models import SearchEntry
from bureau.search.queries import parse
from bureau.search.services import write_entries

FIRST_DAY = datetime(2026, 1, 1, 8, tzinfo=UTC)
KINDS = {"office.article": 30, "office.policydocument": 10, "office.consultation": 20}

pytestmark = pytest.mark.django_db


def fill(count: int, ended: int = 0) -> list[PublicPage]:
    """`count` pages with 供暖 somewhere, of which the newest `ended` are not public any more."""
    dice = random.Random(5)
    kinds = [*KINDS] + ["office.article"] * 20
    pages = []
    for number in range(count):
        kind = dice.choice(kinds)
        pages.append(
            PublicPage(
                kind=kind,
                object_id=5_000_000 + number,
                path=f"/news/{number}/",
                title_zh=dice.choice(["学校供暖", "开学", "供暖通知", "招生"]),
                numbers=dice.choice(["", "", "", "市教〔2026〕供暖"]),
                text="冬季供暖安排",
                rank=KINDS[kind],
                date=dice.choice([None, *[FIRST_DAY + timedelta(days=dice.randrange(300))] * 9]),
                until=timezone.now() - timedelta(hours=1) if number >= count - ended else None,
                changed_at=timezone.now(),
            )
        )
    made = PublicPage.objects.bulk_create(pages)
    write_entries(SEARCHABLES[INDEX], [page.pk for page in made])
    return made


def expected(pages: list[PublicPage], filters: Filters) -> list[PublicPage]:
    """The newest thousand and one of those that are public, by a plain look at each."""
    found = [
        page
        for page in pages
        if page.until is None
        and filters.kind in ("", page.kind)
        and (filters.since is None or (page.date is not None and page.date.date() >= filters.since))
    ]
    return sorted(found, key=lambda page: -page.pk)[: MOST_COUNTED + 1]


def place(page: PublicPage) -> tuple[Any, ...]:
    near = 0 if "供暖" in page.numbers else 1 if "供暖" in page.title_zh else 2
    moment = page.date.timestamp() if page.date else 0
    return near, page.date is not None, -moment, page.rank, -page.pk


@pytest.mark.parametrize(
    ("count", "ended"),
    [
        (40, 0),
        (40, 40),
        (MOST_COUNTED, 0),
        (MOST_COUNTED + 1, 0),
        (MOST_COUNTED + 1, 1),
        (MOST_COUNTED + SPARE + 60, SPARE - 1),
        (MOST_COUNTED + SPARE + 60, SPARE + 20),
        (MOST_COUNTED + SPARE + 60, MOST_COUNTED + SPARE + 60),
    ],
)
def test_the_newest_hits_stand_in_their_order(count: int, ended: int) -> None:
    pages = fill(count, ended)
    for filters in (Filters(), Filters(kind="office.article"), Filters(since=FIRST_DAY.date())):
        wanted = expected(pages, filters)
        found = hits(parse("供暖"), filters, filters.kind)
        listed = wanted[:MOST_COUNTED]
        assert found.keys() == [page.pk for page in sorted(listed, key=place)]
        assert found.keys("office.consultation") == [
            page.pk for page in sorted(listed, key=place) if page.kind == "office.consultation"
        ]
        assert found.are_more == (len(wanted) > MOST_COUNTED)
        assert found.numbers == Counter(page.kind for page in wanted)


@pytest.mark.parametrize("count", [40, MOST_COUNTED + SPARE + 60])
def test_each_kind_is_counted_to_the_end(count: int) -> None:
    pages = [page for page in fill(count, 5) if page.until is None]
    query, filters = parse("供暖"), Filters()
    found = counts(query, filters, hits(query, filters))
    of_kind = Counter(page.kind for page in pages)
    for kind in KINDS:
        assert found[kind] == min(of_kind[kind], MOST_COUNTED + 1)


def test_an_entry_without_its_page_hides_no_other() -> None:
    """The entries of pages that are gone stand above those of a thousand others."""
    pages = fill(MOST_COUNTED + SPARE + 5)
    gone = SearchEntry.objects.get(kind=INDEX, object_id=pages[-1].pk)
    highest = max(page.pk for page in pages)
    for number in range(1, SPARE + 10):
        gone.pk, gone.object_id = None, highest + number
        gone.save()
    assert len(hits(parse("供暖"), Filters()).kinds) == MOST_COUNTED + 1
