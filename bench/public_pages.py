"""Public pages: an article and a list, made and kept, beside a bare Django view and Wagtail; and the public search.

"Made" is a page that is not kept, as the portal makes it in use: what many pages show alike (parts) is at hand.
"From nothing" is the same without any part. Wagtail runs in an environment of its own (bench/peers.py).
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench import database, peers
from bench.measuring import Report, in_turn
from bench.search import OTHERS, copy_entries, without_word_index

PAGES = 100_000
ARTICLES = 500
ROUNDS = 25
WORDS = "全市中小学秋季开学招生入园教师资格认定学区划分课后服务校园安全食堂营养体育艺术科技高考中考学籍转学资助".strip()
# A page that is kept against one that is made; a search against a look-up by key with its page.
KEPT_GOAL, SEARCH_GOAL = 5, 3
MADE_OF_WAGTAIL, KEPT_OF_WAGTAIL, KEPT_OF_BARE = 4, 15, 0.8
PEER_ARTICLES = 500
# Whole, with the same around it as the portal's page, and with hardly anything.
PEER_PAGES = ("article", "list", "bare article", "bare list")


# Half of every text are these characters, half are others: a pair is not everywhere, as in bench/search.py.
SIGNS = WORDS * (len(OTHERS) // len(WORDS)) + OTHERS


def _text(dice: random.Random, length: int) -> str:
    return "".join(dice.choices(SIGNS, k=length))


def fill(pages: int) -> list[int]:
    """Articles with real texts, then entries of the index up to `pages`; returns the keys of the articles."""
    from django.utils import timezone

    from bureau.access import reorganisation
    from bureau.accounts.principals import System
    from bureau.deadlines.references import load_all
    from bureau.public.keeping import compare
    from bureau.public.publishing import PUBLIC_KINDS
    from sections.office.news.models import Article, Column

    reorganisation.load(reorganisation.read("jinzhong"), by=System("benchmark"))
    list(load_all())
    dice, now = random.Random(11), timezone.now()  # noqa: S311
    column = Column.objects.get(key="news")
    made = Article.objects.bulk_create(
        Article(
            column=column,
            owner=column.owner,
            title_zh=_text(dice, 20),
            summary_zh=_text(dice, 50),
            body_zh="".join(f"<p>{_text(dice, 160)}</p>" for _number in range(6)),
            source="教育局",
            status="published",
            published_at=now - timedelta(hours=number),
        )
        for number in range(min(ARTICLES, pages))
    )
    compare(PUBLIC_KINDS["office.article"])
    without_word_index(partial(_more_entries, pages - len(made), dice, now))
    return [article.pk for article in made]


def _more_entries(count: int, dice: random.Random, now: Any) -> None:
    """Entries without a record behind them: the search counts them and leaves them out of the page."""
    from bureau.public.models import PublicPage
    from bureau.search.declare import SEARCHABLES
    from bureau.search.entries import entry_of

    searchable = SEARCHABLES[PublicPage._meta.label_lower]
    for start in range(0, count, 5_000):
        rows = PublicPage.objects.bulk_create(
            PublicPage(
                kind="office.article",
                object_id=10_000_000 + start + number,
                path="/news/0/",
                title_zh=_text(dice, 20),
                text=_text(dice, 400),
                date=now - timedelta(hours=start + number),
                changed_at=now,
            )
            for number in range(min(5_000, count - start))
        )
        copy_entries(entry_of(searchable, row) for row in rows)


def bare(keys: list[int]) -> Callable[[], Any]:
    """Django alone: one row by its key into a small template, without middleware."""
    from django.http import HttpRequest, HttpResponse
    from django.template import Context, Template
    from django.test import RequestFactory

    from sections.office.news.models import Article

    page = Template(
        "<!doctype html><title>{{ a.title_zh }}</title><h1>{{ a.title_zh }}</h1>{{ a.body_zh|safe }}"
    )

    def view(request: HttpRequest, pk: int) -> HttpResponse:
        return HttpResponse(page.render(Context({"a": Article.objects.get(pk=pk)})))

    factory = RequestFactory()
    return lambda: view(factory.get("/"), random.choice(keys)).content  # noqa: S311


@contextmanager
def wagtail(python: str) -> Iterator[dict[str, Callable[[], Any]]]:
    """A Wagtail site with the same texts in a process and a database of its own."""
    with database.another("bench_wagtail") as settings, tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site.json"
        site.write_text(json.dumps(_for_wagtail(), default=str), encoding="utf-8")
        child = subprocess.Popen(  # noqa: S603
            [python, "-m", "bench.wagtail_site"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "BENCH_DATABASE": json.dumps(settings), "BENCH_SITE": str(site)},
        )
        try:
            _answer(child, "ready")
            yield {f"Wagtail {what}": partial(_ask, child, what) for what in PEER_PAGES}
        finally:
            child.communicate()


def _for_wagtail() -> list[Mapping[str, Any]]:
    from sections.office.news.models import Article

    return [
        {
            "title": one.title_zh,
            "slug": str(one.pk),
            "published_at": one.published_at,
            "source": one.source,
            "summary": one.summary_zh,
            "body": one.body_zh,
        }
        for one in Article.objects.order_by("pk")[:PEER_ARTICLES]
    ]


def _ask(child: Any, what: str) -> None:
    child.stdin.write(f"{what}\n")
    child.stdin.flush()
    _answer(child, "200")


def _answer(child: Any, wanted: str) -> None:
    said = child.stdout.readline()
    if not said.startswith(wanted):
        raise RuntimeError(f"The Wagtail site said {said!r}")


MADE, FROM_NOTHING, KEPT = "made", "from nothing", "kept"


def asked(client: Any, address: Callable[[], str], way: str) -> Callable[[], Any]:
    from django.test import override_settings

    settings = override_settings(PAGE_KEPT_SECONDS=0 if way == FROM_NOTHING else 600)

    def act() -> bytes:
        never = patch("bureau.public.kept.found", lambda page: None) if way == MADE else nullcontext()
        with settings, never:
            response = client.get(address())
        if response.status_code != 200:
            raise RuntimeError(f"{response.status_code} {response.request['PATH_INFO']}")
        return bytes(response.content)

    return act


def run(size: int = PAGES) -> Report:
    from django.test import Client

    report = Report(f"Public pages, {size:,} in the index")
    keys = fill(size)
    _settle()
    python = peers.wagtail()
    with wagtail(python) if python else nullcontext({}) as peer:
        made = _pages(report, Client(), keys[:1], peer)
    _search(report, Client(), made)
    return report


def _settle() -> None:
    """What autovacuum does in a house that is in use: the planner knows what the tables hold."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _pages(
    report: Report, client: Any, few: list[int], peer: Mapping[str, Callable[[], Any]]
) -> dict[str, float]:
    """Milliseconds of an article that is made, without parts and with them."""
    article = partial(lambda: f"/zh/news/{random.choice(few)}/")  # noqa: S311
    addresses = {"article": article, "list": lambda: "/zh/news/", "home": lambda: "/zh/"}
    acts = {
        "bare Django view": bare(few),
        **{
            f"{page}, {way}": asked(client, address, way)
            for page, address in addresses.items()
            for way in (FROM_NOTHING, MADE, KEPT)
        },
        **peer,
    }
    for act in list(acts.values()) * 3:
        act()
    found = in_turn(acts, rounds=ROUNDS)
    for name, taken in found.items():
        report.row(
            "Milliseconds, median", page=name, ms=round(taken, 2), of_bare=taken / found["bare Django view"]
        )
    for page in ("article", "list", "home"):
        ratio = found[f"{page}, made"] / found[f"{page}, kept"]
        report.goal(f"{page}: made / kept", f"≥ {KEPT_GOAL}×", ratio, is_met=ratio >= KEPT_GOAL)
    ratio = found["bare Django view"] / found["article, kept"]
    report.goal("article: bare view / kept", f"≥ {KEPT_OF_BARE}", ratio, is_met=ratio >= KEPT_OF_BARE)
    for page in ("article", "list"):
        if peer:
            _beside_wagtail(report, page, found)
        else:
            report.row("Wagtail", page=page, measured="no: its environment could not be made")
    return {way: found[f"article, {way}"] for way in (FROM_NOTHING, MADE)}


def _beside_wagtail(report: Report, page: str, found: Mapping[str, float]) -> None:
    for way, goal in (("made", MADE_OF_WAGTAIL), ("kept", KEPT_OF_WAGTAIL)):
        ratio = found[f"Wagtail {page}"] / found[f"{page}, {way}"]
        report.goal(f"{page}: Wagtail / {way}", f"≥ {goal}×", ratio, is_met=ratio >= goal)
        report.row(
            "Beside a Wagtail page with hardly anything around its text",
            page=f"{page}, {way}",
            ratio=found[f"Wagtail bare {page}"] / found[f"{page}, {way}"],
        )


def _search(report: Report, client: Any, look_up: Mapping[str, float]) -> None:
    """Two common characters, four that stand in some text, and one that stands everywhere. No answer to a search is
    ever kept.

    The goal speaks of a look-up by key and its page, so of an article from nothing; beside one whose parts are at
    hand stands in the table.
    """
    from bureau.public.models import PublicPage

    some = PublicPage.objects.order_by("pk")[PublicPage.objects.count() // 2].text
    questions = {"two characters": WORDS[5:7], "four characters": some[100:104], "everywhere": WORDS[0]}
    acts = {
        name: asked(client, partial(lambda words: f"/zh/search/?q={words}", words), KEPT)
        for name, words in questions.items()
    }
    for name, taken in in_turn(acts, rounds=5).items():
        ratio, of_made = (taken / look_up[way] for way in (FROM_NOTHING, MADE))
        report.row(
            "Search, milliseconds",
            question=name,
            ms=round(taken, 1),
            of_article_from_nothing=ratio,
            of_article_made=of_made,
        )
        report.goal(f"search, {name}", f"≤ {SEARCH_GOAL}× an article", ratio, is_met=ratio <= SEARCH_GOAL)
