"""The desk of letters with 2,000 and with 20,000 open ones: inbox, list, late list, figures of the month.

Both stand in databases of their own, asked in turn. Compared is the time of the processors, of the portal and of the
server process together: it is steadier than the clock while the machine does other things.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from bench import database
from bench.measuring import Report, cpu_milliseconds

SIZE, TIMES = 2_000, 10
ANSWERED = 300  # in the last two months, as many in both
ROUNDS = 6
MOST_GROWTH = 1.5
PAGES = {
    "inbox": "/desk/",
    "list of letters": "/desk/office/letters/",
    "late and soon due": "/desk/office/letters/deadlines/",
    "figures of the month": "/desk/office/letter-reports/figures/?since={month}&until={month}",
}
PEOPLE = ("office.chief", "basic.clerk")  # of the trial
BATCH = 2_000
BODY = "希望增加学校附近的公交车次，孩子们上学更方便。" * 6


def run(size: int = SIZE) -> Report:
    report = Report(f"Letters on the desk, {size:,} and {size * TIMES:,} open")
    _house()
    _fill(size)
    with database.copied() as large:
        with database.used(large):
            _fill(size * TIMES, known=size)
            _settle()
        _settle()
        acts = {f"{what}, {name}": _page(path, name) for what, path in PAGES.items() for name in PEOPLE}
        acts["report of a month"] = _report
        _compare(report, acts, large, size)
    return report


# --- the data -------------------------------------------------------------------------------------------


def _house() -> None:
    """The chart with its people, the schools of a small city."""
    from django.core.management import call_command
    from django.utils import timezone

    from bureau.charter import demo as units
    from bureau.demo import DemoRun
    from schools import demo as schools

    call_command("reference", verbosity=0)
    call_command("charter", "load", "jinzhong", verbosity=0, stdout=io.StringIO())
    made = DemoRun("small", "jinzhong", timezone.localdate(), password_hash="!", say=lambda line: None)  # noqa: S106
    units.seed(made)
    schools.seed(made)


def _fill(count: int, known: int = 0) -> None:
    """So many open letters with their clocks and work items; and some answered ones, once."""
    from bureau.charter.selectors import sections
    from bureau.deadlines.models import Clock
    from bureau.workflow.models import WorkItem
    from schools.models import School
    from sections.office.letters.models import Letter

    units = {unit.pk: unit.key for unit in sections()}
    schools = list(School.objects.order_by("pk").values_list("pk", flat=True)[:200])
    first = 0 if known else -ANSWERED
    rows = (_letter(number, units, schools) for number in range(known + first, count))
    while batch := list(islice(rows, BATCH)):
        letters = Letter.objects.bulk_create(batch)
        Clock.objects.bulk_create(list(_clocks(letters)))
        WorkItem.objects.bulk_create(list(_items(letters)))


def _letter(number: int, units: dict[int, str], schools: list[int]) -> Any:
    """Numbers below nought are answered ones."""
    from django.utils import timezone

    from sections.office.letters.choices import Channel, Kind, Status
    from sections.office.letters.models import Letter

    today, keys = timezone.localdate(), list(units)
    office = next(pk for pk, key in units.items() if key == "office")
    received = today - timedelta(days=abs(number) % 58)
    status = (
        Status.ANSWERED
        if number < 0
        else (Status.RECEIVED, Status.ACCEPTED, Status.ASSIGNED, Status.ASSIGNED, Status.DRAFTING)[number % 5]
    )
    letter = Letter(
        number=f"L{today.year}-{number + ANSWERED + 1:06d}",
        code_digest=f"{number + ANSWERED:064d}",
        kind=Kind.values[number % len(Kind.values)],
        channel=Channel.values[number // 2 % len(Channel.values)],
        title=f"来信{number}",
        body=BODY,
        sender_name="示例",
        school_id=schools[number * 7 % len(schools)] if number % 3 and schools else None,
        owner_id=office,
        unit_id=keys[number * 5 % len(keys)] if status not in (Status.RECEIVED, Status.ACCEPTED) else None,
        received_on=received,
        answer="答复" if number < 0 else "",
        outcome="explained" if number < 0 else "",
        answered_on=received + timedelta(days=abs(number) % 20) if number < 0 else None,
        closed_on=received + timedelta(days=abs(number) % 20) if number < 0 else None,
    )
    letter.status = status
    return letter


def _clocks(letters: list[Any]) -> Iterator[Any]:
    """To be accepted in 15 days, to be answered in 60: of the open ones a few are late."""
    from bureau.deadlines.choices import ClockState
    from bureau.deadlines.models import Clock, ClockRule
    from sections.office.letters.choices import Status

    rules = {rule.matter: rule for rule in ClockRule.objects.order_by("valid_from")}
    for letter in letters:
        is_new = letter.status == Status.RECEIVED
        matter, days = ("letters.acceptance", 75) if is_new else ("letters.reply", 60)
        due = letter.received_on + timedelta(days=days - (10 if letter.pk % 40 == 0 else 0))
        yield Clock(
            matter=matter,
            rule=rules[matter],
            object_kind="office.letter",
            object_id=letter.pk,
            started_on=letter.received_on,
            due_on=due,
            unrolled_on=due,
            alarm_on=due,
            stopped_on=letter.closed_on,
            state=ClockState.STOPPED if letter.closed_on else ClockState.RUNNING,
        )


def _items(letters: list[Any]) -> Iterator[Any]:
    from bureau.workflow.models import WorkItem
    from sections.office.letters.choices import Status

    label = {Status.RECEIVED: "register", Status.ACCEPTED: "assign"}
    for letter in letters:
        if letter.status != Status.ANSWERED:
            step = label.get(letter.status, "draft")
            yield WorkItem(
                kind="office.letter",
                object_id=letter.pk,
                unit_id=letter.unit_id or letter.owner_id,
                verb=step,
                label=step,
                due=letter.received_on + timedelta(days=60),
            )


def _settle() -> None:
    """The planner's figures, as a server keeps them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


# --- the measurements -----------------------------------------------------------------------------------


def _page(path: str, name: str) -> Callable[[], None]:
    """The whole page as a browser gets it. The key of the session is the same in both databases."""
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from bureau.accounts.models import User

    address = path.format(month=timezone.localdate().strftime("%Y-%m"))
    clients: dict[str, Client] = {}

    def get() -> None:
        client = clients.get(database.in_use())
        if client is None:
            client = clients[database.in_use()] = Client()
            client.force_login(User.objects.get(username=name), backend=settings.AUTHENTICATION_BACKENDS[0])
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")

    return get


def _report() -> None:
    """What the monthly report counts, without a page around it."""
    from django.utils import timezone

    from sections.office.letter_figures.counting import whole_month
    from sections.office.letter_figures.selectors import figures
    from sections.office.letter_figures.services import COUNTER

    figures(COUNTER, whole_month(timezone.localdate()), by_month=False)


def _compare(report: Report, acts: dict[str, Callable[[], None]], large: str, size: int) -> None:
    for what, act in acts.items():
        few = _queries(act)
        with database.used(large):
            many = _queries(act)
        report.goal(f"queries more, {what}", "0", many - few, is_met=many == few)
    small, big = dict.fromkeys(acts, 0.0), dict.fromkeys(acts, 0.0)
    for _round in range(ROUNDS):
        for what, act in acts.items():
            small[what] += cpu_milliseconds(act) / ROUNDS
            with database.used(large):
                big[what] += cpu_milliseconds(act) / ROUNDS
    for what in acts:
        growth = big[what] / small[what]
        cells = {f"{size:,} open": small[what], f"{size * TIMES:,} open": big[what]}
        report.row("Milliseconds of CPU", what=what, **cells, growth=round(growth, 2))
        report.goal(f"growth, {what}", f"≤ {MOST_GROWTH}×", growth, is_met=growth <= MOST_GROWTH)


def _queries(act: Callable[[], Any]) -> int:
    """What the menu remembers for a minute is forgotten first: it would count by luck."""
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    act()
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)
