"""Search in 100,000 texts: our index beside `icontains` and pg_trgm, and whether it finds the same."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from bench.measuring import Report, in_turn, milliseconds

if TYPE_CHECKING:
    from bureau.search.models import SearchEntry

TEXTS = 100_000
BATCH = 5_000
KIND = "bench.text"
# The characters of names and addresses of schools, and enough others that a pair is not everywhere.
COMMON = "晋中市榆次区平遥太谷祁县寿阳昔左权和顺社灵石介休第一二三四五六七八九十实验小学中学幼儿园教育局路街镇村号城关东西南北"
OTHERS = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 1500))
GOAL = 50


def texts(count: int) -> Iterator[str]:
    """The same made-up texts every time: 40 to 120 characters, half of them common ones."""
    dice = random.Random(42)  # noqa: S311
    signs = COMMON * (len(OTHERS) // len(COMMON)) + OTHERS
    for _number in range(count):
        yield "".join(dice.choices(signs, k=dice.randint(40, 120)))


def without_word_index(act: Callable[[], object]) -> None:
    """As a first load does it: the rows first, the word index over them afterwards."""
    from django.db import connection

    from bureau.search import storage

    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX search_words")
        cursor.execute("SET maintenance_work_mem = '512MB'")  # as for a first load; for the peers as well
    act()
    storage.install(connection)


def fill(count: int) -> None:
    from bureau.search.declare import Searchable
    from bureau.search.entries import entry_of
    from bureau.search.models import SearchEntry

    class Kind(Searchable):
        kind = KIND  # type: ignore[assignment]

    class Text:
        def __init__(self, pk: int, text: str) -> None:
            self.pk, self.text = pk, text

    searchable = Kind(SearchEntry, names=lambda record: (), words=lambda record: [record.text])
    copy_entries(entry_of(searchable, Text(key, text)) for key, text in enumerate(texts(count), start=1))


def copy_entries(entries: Iterable[SearchEntry]) -> None:
    """The portal's own entries, by COPY: the tokens are made as always, only the way in is short."""
    from django.db import connection

    from bureau.search.models import SearchEntry

    names = [field.column for field in SearchEntry._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(names)
    table = SearchEntry._meta.db_table
    statement = f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL ({columns}))"
    waiting = iter(entries)
    while batch := list(islice(waiting, BATCH)):
        file = io.StringIO()
        csv.writer(file).writerows([getattr(entry, name) for name in names] for entry in batch)
        file.seek(0)
        with connection.cursor() as cursor:
            cursor.copy_expert(statement, file)


def plain_copy() -> None:
    """The texts in a table of their own twice: with nothing, and with a trigram index."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for name in ("plain", "trigrams"):
            copy = f"bench_text_{name}"
            cursor.execute(f"CREATE TABLE {copy} AS SELECT object_id, text FROM search_searchentry")  # noqa: S608
        cursor.execute("CREATE INDEX ON bench_text_trigrams USING gin (upper(text) gin_trgm_ops)")
        cursor.execute("VACUUM ANALYZE")


def ours(text: str) -> int:
    from bureau.search.models import SearchEntry
    from bureau.search.queries import parse

    return SearchEntry.objects.filter(parse(text).matches(), kind=KIND).count()


def scanned(table: str, text: str, *, is_upper: bool) -> int:
    """What Django's `icontains` sends, or a plain LIKE."""
    from django.db import connection

    condition = "upper(text) LIKE upper(%s)" if is_upper else "text LIKE %s"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM bench_text_{table} WHERE {condition}", [f"%{text}%"])  # noqa: S608
        return int(cursor.fetchone()[0])


def questions() -> dict[str, list[str]]:
    """Stretches that stand in some text, of two and of four characters: common and rare."""
    dice = random.Random(7)  # noqa: S311
    sample = list(texts(400))
    return {
        f"{length} characters": [
            text[start : start + length]
            for text in dice.sample(sample, 6)
            for start in [dice.randrange(len(text) - length)]
        ]
        for length in (2, 4)
    } | {"2 characters, everywhere": ["小学", "榆次", "教育"]}


def index_megabytes(name: str) -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size(%s::regclass) / 1048576.0", [name])
        return float(cursor.fetchone()[0])


def run(size: int = TEXTS) -> Report:
    report = Report(f"Search in {size:,} Chinese texts")
    taken = milliseconds(lambda: without_word_index(partial(fill, size)))
    plain_copy()
    report.row(
        "Index",
        what="making the entries and the index, texts per second",
        value=size / taken * 1000,
    )
    report.row("Index", what="word index, MB", value=index_megabytes("search_words"))
    report.row("Index", what="trigram index, MB", value=index_megabytes("bench_text_trigrams_upper_idx"))
    for label, asked in questions().items():
        _compare(report, label, asked)
    return report


def _compare(report: Report, label: str, asked: list[str]) -> None:
    acts = {
        "ours": lambda: [ours(text) for text in asked],
        "icontains": lambda: [scanned("plain", text, is_upper=True) for text in asked],
        "pg_trgm": lambda: [scanned("trigrams", text, is_upper=True) for text in asked],
    }
    found = in_turn(acts, rounds=2)
    each = {name: total / len(asked) for name, total in found.items()}
    is_exact = [ours(text) for text in asked] == [scanned("plain", text, is_upper=False) for text in asked]
    report.row(
        "Milliseconds for a count, median of two rounds",
        question=label,
        **{name: round(value, 2) for name, value in each.items()},
        **{
            "icontains / ours": each["icontains"] / each["ours"],
            "pg_trgm / ours": each["pg_trgm"] / each["ours"],
            "same hits as a scan": is_exact,
        },
    )
    ratio = each["icontains"] / each["ours"]
    report.goal(f"search, {label}", f"≥ {GOAL}× icontains, exact", ratio, is_met=ratio >= GOAL and is_exact)
