"""Fifty who write and three hundred who read, for two minutes, on the whole stack; and whether every letter is there.

`size` is the number of seconds. Everybody comes from one address, so nginx's and the portal's limits per address are
raised. A letter counts as answered when its writer saw the receipt; its number must then stand in the register.
"""

from __future__ import annotations

import json
import os
import random
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import database
from bench.measuring import Report
from bench.visitors import Form, Tally, Visitor

HAS_OWN_STACK = True
SECONDS = 120
READERS, CITIZENS, CLERKS, SCHOOLS = 300, 30, 10, 10
PAUSE = (2.0, 6.0)  # between two pages of one person
NAME = f"portal_load_{os.getpid()}"
MOST_P95_READING, MOST_P95_WRITING = 1000, 3000  # milliseconds
MARK = "测量来信"
CARRIED = ("csrfmiddlewaretoken", "draft", "step")
OPEN_LIMITS = {
    "STAFF_SECOND_FACTOR": "false",
    "LETTERS_PER_SENDER": "1000000",
    "LETTERS_GLOBAL": "1000000",
    "LETTERS_PER_CONTACT": "1000000",
    "LETTERS_MIN_SECONDS": "0",
    "SIGN_IN_TRIES_PER_SENDER": "100000",
    "SESSIONS_PER_PERSON": "100",
}
ASK = """
import json
from bureau.models import DemoMark
from sections.office.letters.models import Letter
from schools.returns.models import Return
from sections.office.news.models import Article
print("ANSWER" + json.dumps({{
    "password": DemoMark.objects.get().password,
    "letters": list(Letter.objects.filter(title__startswith="{mark}").values_list("number", flat=True)),
    "received": list(Letter.objects.filter(status="received").order_by("pk").values_list("pk", flat=True)),
    "drafts": [[r.pk, r.school_id] for r in Return.objects.filter(status="draft").order_by("pk")],
    "articles": list(Article.objects.filter(status="published").order_by("-pk").values_list("pk", flat=True)[:50]),
}}))
"""


def run(size: int = SECONDS) -> Report:
    from deploy.stack import Stack

    report = Report(f"{READERS} readers and {CITIZENS + CLERKS + SCHOOLS} writers for {size} s on the stack")
    tally, receipts = Tally(), list[str]()
    with _own_database() as url, tempfile.TemporaryDirectory() as home:
        redis = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/5")
        limits = {"rate": 100_000, "burst": 100_000, "connections": 10_000}
        stack = Stack(url, redis, Path(home), env=OPEN_LIMITS, seed="small", **limits)
        with stack:
            known = _asked(stack)
            _visit(stack, known, tally, receipts, size)
            memory = _memory(stack)
            letters = set(_asked(stack)["letters"])
    for row in tally.rows():
        report.row("Requests", **row)
    for part, megabytes in memory.items():
        report.row("Memory, MB", part=part, together=megabytes)
    _judge(report, tally, receipts, letters)
    report.note_machine()
    return report


# --- the stack ------------------------------------------------------------------------------------------


@contextmanager
def _own_database() -> Iterator[str]:
    url = os.environ["DATABASE_URL"]
    database._server(f"DROP DATABASE IF EXISTS {NAME}", "postgres")
    database._server(f"CREATE DATABASE {NAME}", "postgres")
    try:
        yield f"{url.rsplit('/', 1)[0]}/{NAME}"
    finally:
        database._server(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", "postgres")


def _asked(stack: Any) -> dict[str, Any]:
    """What only the register knows: the password of the invented people, and what there is to work on."""
    said = stack.manage("shell", "--verbosity", "0", "-c", ASK.format(mark=MARK))
    found: dict[str, Any] = json.loads(said.split("ANSWER", 1)[1])
    return found


def _memory(stack: Any) -> dict[str, float]:
    """Of each part with its children, what they hold now: shared pages are divided among those who share them."""
    return {part.name: sum(_held(pid) for pid in _group(part.pid)) / 1024 for part in stack.parts}


def _group(leader: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rsplit(")", 1)[1].split()[2]) == leader:
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def _held(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


# --- the people -----------------------------------------------------------------------------------------


def _visit(stack: Any, known: dict[str, Any], tally: Tally, receipts: list[str], seconds: int) -> None:
    certificate = stack.home / "certificate.pem"

    def visitor() -> Visitor:
        return Visitor(stack.https_port, certificate, tally)

    waiting, drafts = iter(known["received"]), known["drafts"]
    lock, password = threading.Lock(), known["password"]
    people: list[Callable[[], Callable[[], None]]] = [lambda: _reader(visitor(), known["articles"])] * READERS
    people += [lambda: _citizen(visitor(), receipts)] * CITIZENS
    people += [lambda: _clerk(visitor(), password, waiting, lock)] * CLERKS
    people += [
        lambda place=place: _school(visitor(), password, drafts, place, receipts) for place in range(SCHOOLS)
    ]  # type: ignore[misc]
    begin = threading.Barrier(len(people) + 1)
    threads = [threading.Thread(target=_stay, args=(one, begin, seconds), daemon=True) for one in people]
    for thread in threads:
        thread.start()
    begin.wait(600)
    for thread in threads:
        thread.join(seconds + 120)


def _stay(arrive: Callable[[], Callable[[], None]], begin: threading.Barrier, seconds: int) -> None:
    """Sign in before the clock runs, then one act after the other with a pause between them."""
    dice = random.Random()  # noqa: S311
    act = arrive()
    begin.wait(600)
    until = time.monotonic() + seconds
    time.sleep(dice.uniform(0, PAUSE[1]))
    while time.monotonic() < until:
        act()
        time.sleep(dice.uniform(*PAUSE))


def _reader(me: Visitor, articles: list[int]) -> Callable[[], None]:
    pages = ["/zh/", "/zh/news/", "/zh/news/", "/zh/schools/", "/en/", "/zh/letters/new/", "/zh/sitemap/"]

    def act() -> None:
        toss = random.random()  # noqa: S311
        if toss < 0.1:
            me.get("/zh/search/?q=" + random.choice(("%E5%AD%A6%E6%A0%A1", "%E6%8B%9B%E7%94%9F")), "search")  # noqa: S311
        elif toss < 0.5 and articles:
            me.get(f"/zh/news/{random.choice(articles)}/", "article")  # noqa: S311
        else:
            me.get(random.choice(pages), "public page")  # noqa: S311

    return act


def _citizen(me: Visitor, receipts: list[str]) -> Callable[[], None]:
    """A whole letter: kind, text, name, check, receipt."""

    def act() -> None:
        status, page = me.get("/zh/letters/new/", "letter: a step")
        steps: list[dict[str, str]] = [
            {"kind": "request"},
            {"title": f"{MARK}{random.random()}", "body": "公交车什么时候到？请说明。", "school": ""},  # noqa: S311
            {"name": "示例", "phone": f"139{random.randrange(10**8):08d}", "email": ""},  # noqa: S311
        ]
        for fields in steps:
            if status != 200:
                return
            status, page = me.post("/zh/letters/new/", {**_carried(page), **fields}, "letter: a step")
            if 'name="draft"' in page and 'name="step"' not in page:  # likely answers, numbers to call
                status, page = me.post("/zh/letters/new/", {**_carried(page), "go": "on"}, "letter: a step")
        status, page = me.post("/zh/letters/new/", {**_carried(page), "go": "send"}, "letter: sent")
        found = re.search(r"\bL\d{4}-[0-9A-Z-]+", page)
        if status == 200 and found:
            receipts.append(found.group(0))

    return act


def _carried(page: str) -> dict[str, str]:
    return {name: value for name, value in Form(page).fields.items() if name in CARRIED}


def _signed_in(me: Visitor, name: str, password: str) -> None:
    _status, page = me.get("/account/login/")
    status, _page = me.post("/account/login/", {**Form(page).fields, "login": name, "password": password})
    if status not in (302, 303):
        raise RuntimeError(f"{name} could not sign in: {status}")


def _clerk(me: Visitor, password: str, waiting: Iterator[int], lock: threading.Lock) -> Callable[[], None]:
    """Looks at the inbox and the list, registers a letter while there are any."""
    _signed_in(me, "office.clerk", password)

    def act() -> None:
        me.get("/desk/", "desk: a page")
        me.get("/desk/office/letters/", "desk: a page")
        with lock:
            letter = next(waiting, None)
        if letter is not None:
            _send_back(me, f"/desk/office/letters/{letter}/do/register/", "desk: a step", {})

    return act


def _school(
    me: Visitor, password: str, drafts: list[list[int]], place: int, receipts: list[str]
) -> Callable[[], None]:
    """Saves a part of a return of its own again and again; whoever finds none left writes letters."""
    _signed_in(me, "school.clerk", password)
    _status, page = me.get("/school/schools/returns/")
    own = [pk for pk, _school in drafts if f"/returns/{pk}/" in page]
    if place >= len(own):
        return _citizen(Visitor(me.port, me.certificate, me.tally), receipts)
    _status, page = me.get(f"/school/schools/returns/{own[place]}/")
    found = re.search(rf"/school/schools/returns/{own[place]}/parts/[\w-]+/", page)
    if not found:
        return _citizen(Visitor(me.port, me.certificate, me.tally), receipts)
    return lambda: _send_back(me, found.group(0), "school: a draft saved", {})


def _send_back(me: Visitor, address: str, sort: str, changes: dict[str, str]) -> None:
    status, page = me.get(address, "work: a form")
    if status == 200:
        me.post(address, {**Form(page).fields, **changes}, sort)


# --- the verdict ----------------------------------------------------------------------------------------


def _judge(report: Report, tally: Tally, receipts: list[str], letters: set[str]) -> None:
    lost, extra = len(set(receipts) - letters), len(letters - set(receipts))
    report.row("Letters", receipts=len(receipts), in_the_register=len(letters), receipts_without_letter=lost)
    report.goal("receipts without a letter", "0", lost, is_met=lost == 0 and bool(receipts))
    report.goal("letters without a receipt", "0", extra, is_met=extra == 0)
    faults = sum(sum(kinds.values()) for kinds in tally.errors.values())
    asked = sum(len(taken) for taken in tally.seconds.values())
    report.goal(f"errors of {asked:,} requests", "0", faults, is_met=faults == 0)
    for row in tally.rows():
        is_reading = row["request"] in ("article", "public page", "search")
        most = MOST_P95_READING if is_reading else MOST_P95_WRITING
        report.goal(f"p95 ms, {row['request']}", f"≤ {most}", row["p95 ms"], is_met=row["p95 ms"] <= most)
