"""Returns with 2,000 and with 20,000: completeness page, sums of a city beside typed columns, bulk acceptance.

Both stand in databases of their own, asked in turn. The typed columns are a plain table with a column for each
cell and a row for each accepted return: what a form written by hand would have. Both sides say how many of the
schools asked stand behind a sum. Only acceptance is told in returns a second; everything else is a ratio.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import Any

from bench import database
from bench.letters import _house, _page, _queries, _settle
from bench.measuring import Report, cpu_milliseconds, in_turn

SIZE, TIMES = 2_000, 10
CELLS = 30
ROUNDS = 6
BATCH = 2_000
ACCEPTED_AT_ONCE = 400
MOST_GROWTH, MOST_BESIDE_TYPED, LEAST_A_SECOND = 12, 2, 100
PAGES = {
    "completeness": "/desk/schools/reporting/completeness/",
    "who has not sent": "/desk/schools/reporting/schools/",
}
PEOPLE = ("basic.officer", "yuci.leader")
OFFICER = PEOPLE[0]
YEAR = 2025


def run(size: int = SIZE) -> Report:
    report = Report(f"Returns, {size:,} and {size * TIMES:,}")
    _house()
    _people()
    _form()
    _fill(size)
    with database.copied() as large:
        with database.used(large):
            _fill(size * TIMES, known=size)
            _settle()
        _settle()
        _compare(report, large, size)
        with database.used(large):
            _typed(report, size * TIMES)
    _accept(report, min(ACCEPTED_AT_ONCE, size))
    return report


# --- the data -------------------------------------------------------------------------------------------


def _people() -> None:
    from bureau.accounts.models import User
    from bureau.charter.choices import Role
    from bureau.charter.models import Membership, Unit

    posts = (("basic", Role.OFFICER), ("district-140702", Role.DISTRICT_LEADER))
    for name, (unit, role) in zip(PEOPLE, posts, strict=True):
        user, _made = User.objects.get_or_create(
            username=name,
            defaults={"name": name, "password": "!", "language": "en"},
        )
        if not user.memberships.exists():
            Membership.objects.create(
                user=user, unit=Unit.objects.get(key=unit), role=role, since=date(2020, 1, 1)
            )


def _form() -> None:
    """One table of thirty numbers, asked of everybody."""
    from bureau.charter.models import Unit
    from schools.returns.definition import CellSpec, Definition, Line, Part, Table, Words
    from schools.returns.models import Form, FormVersion

    rows = tuple(Line(f"r{number}", Words(f"第{number}行")) for number in range(CELLS))
    table = Table("t", Words("表"), rows, (Line("n", Words("数"), spec=CellSpec()),))
    form = Form.objects.create(
        code="bench",
        name_zh="测量",
        owner=Unit.objects.get(key="basic"),
        legal_basis="—",
        period="month",
        minutes=1,
    )
    FormVersion.objects.create(
        form=form,
        number=1,
        status="frozen",
        frozen_on=date(2025, 1, 1),
        definition=Definition((Part("p", Words("分表"), (table,)),)).written(),
    )


def _fill(count: int, known: int = 0) -> None:
    """Returns of every school in as many collections as it takes: four fifths sent, three fifths accepted."""
    from schools.models import School
    from schools.returns.models import FormVersion, Return

    schools = list(School.objects.order_by("pk").values_list("pk", flat=True))
    version = FormVersion.objects.select_related("form").get(form__code="bench")
    first = known // len(schools) + 1 if known else 0
    last = -(-count // len(schools))
    collections = [_collection(version, number) for number in range(first, last + 1)]
    wanted = ((collection, school) for collection in collections for school in schools)
    rows = (
        _return(version, collection, school, number)
        for number, (collection, school) in enumerate(islice(wanted, count - known))
    )
    while batch := list(islice(rows, BATCH)):
        _count(Return.objects.bulk_create(batch))


def _collection(version: Any, number: int) -> Any:
    from django.utils import timezone

    from schools.returns.models import Collection

    today = timezone.localdate()
    made: Any = Collection.objects.create(
        version_of_form=version,
        owner=version.form.owner,
        title_zh=f"第{number}次填报",
        year=YEAR,
        part=number % 12 + 1,
        opens_on=today - timedelta(days=40),
        due_on=today - timedelta(days=number % 9),
        locks_on=today + timedelta(days=20),
        issued_on=today - timedelta(days=40),
        status="issued",
    )
    return made


STATES = ("draft", "section", "accepted", "accepted", "accepted")


def _return(version: Any, collection: Any, school: int, number: int) -> Any:
    from schools.returns.models import Return

    status = STATES[number % len(STATES)]
    sent = None if status == "draft" else collection.due_on + timedelta(days=number % 7 - 4)
    return Return(
        collection=collection,
        form_version=version,
        owner_id=collection.owner_id,
        school_id=school,
        values={f"t.r{place}.n": str(number % 1000 + place) for place in range(CELLS)},
        status=status,
        first_sent_on=sent,
        sent_on=sent,
        accepted_on=sent if status == "accepted" else None,
        round=1 if sent else 0,
        # As the check at sending leaves them: a return that was never checked is accepted by hand alone.
        errors=0 if sent else None,
        unusual=0 if sent else None,
    )


def _count(returns: list[Any]) -> None:
    """Figures and sums as the acceptance writes them."""
    from schools.returns.models import Return
    from schools.returns.services import figures

    keys = [one.pk for one in returns if one.status == "accepted"]
    related = ("school", "collection__version_of_form__form", "form_version__form")
    figures.write(list(Return.objects.filter(pk__in=keys).select_related(*related)))


# --- the measurements -----------------------------------------------------------------------------------


def _compare(report: Report, large: str, size: int) -> None:
    """Each page with few and with many, in turn; the time of portal and server process together."""
    acts: dict[str, Callable[[], Any]] = {
        f"{what}, {name}": _page(path, name) for what, path in PAGES.items() for name in PEOPLE
    }
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
        cells = {f"{size:,} returns": small[what], f"{size * TIMES:,} returns": big[what]}
        report.row("Milliseconds of CPU", what=what, **cells, growth=round(growth, 2))
        report.goal(f"growth, {what}", f"≤ {MOST_GROWTH}×", growth, is_met=growth <= MOST_GROWTH)


def _typed(report: Report, count: int) -> None:
    """Sums by district of one cell and of thirty, from the narrow sums and from typed columns."""
    from bureau.accounts.models import User
    from schools.returns.models import Form, FormVersion
    from schools.returns.selectors.totals import PeriodOf, city_totals, summed_cells

    officer = User.objects.get(username=OFFICER)
    version = FormVersion.objects.get(form__code="bench")
    period = PeriodOf(Form.objects.get(code="bench").pk, YEAR, 1)
    cells = summed_cells(version.content)
    _typed_table()
    for wanted in (1, CELLS):
        chosen = cells[:wanted]
        taken = in_turn(
            {
                "ours": partial(city_totals, officer, period, chosen),
                "typed columns": partial(_typed_sums, officer, period, wanted),
            }
        )
        ratio = taken["ours"] / taken["typed columns"]
        report.row(
            "Sums by district, milliseconds",
            returns=count,
            cells=wanted,
            **{name: round(value, 2) for name, value in taken.items()},
            ratio=round(ratio, 2),
        )
        goal = f"≤ {MOST_BESIDE_TYPED}× typed columns"
        report.goal(f"sums of {wanted}", goal, ratio, is_met=ratio <= MOST_BESIDE_TYPED)


def _typed_table() -> None:
    from django.db import connection

    columns = ", ".join(f"c{place} bigint" for place in range(CELLS))
    picked = ", ".join(
        f"max(figure.amount) FILTER (WHERE figure.cell = 't.r{place}.n')" for place in range(CELLS)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE bench_typed (year int, part int, school_id bigint, district_id bigint, {columns})"
        )
        cursor.execute(
            "INSERT INTO bench_typed SELECT figure.year, figure.part, figure.school_id, figure.district_id, "  # noqa: S608
            f"{picked} FROM schools_figure AS figure GROUP BY figure.owner_return_id, 1, 2, 3, 4"
        )
        cursor.execute("CREATE INDEX ON bench_typed (year, part)")
        cursor.execute("VACUUM ANALYZE bench_typed")


def _typed_sums(officer: Any, period: Any, wanted: int) -> None:
    """The same answer: sums, schools counted, schools asked, names of districts."""
    from django.db import connection
    from django.db.models import Count

    from bureau.access.services import permitted
    from schools.models import District
    from schools.returns.models import Return

    list(District.objects.order_by("code"))
    asked = permitted(officer, "view", Return).filter(collection__in=period.collections().values("pk"))
    list(asked.order_by().values_list("school__district_id").annotate(Count("pk")))
    sums = ", ".join(f"sum(c{place}), count(c{place})" for place in range(wanted))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT district_id, {sums} FROM bench_typed WHERE year = %s AND part = %s GROUP BY 1",  # noqa: S608
            [period.year, period.part],
        )
        cursor.fetchall()


def _accept(report: Report, count: int) -> None:
    """Clean returns with the section, accepted in batches as the job does it."""
    from bureau.accounts.models import User
    from schools.returns.models import Return
    from schools.returns.services.accepting import BATCH as AT_ONCE
    from schools.returns.services.accepting import accept_clean

    officer = User.objects.get(username=OFFICER)
    keys = list(Return.objects.filter(status="section").order_by("pk").values_list("pk", flat=True)[:count])
    started = time.perf_counter()
    for first in range(0, len(keys), AT_ONCE):
        accept_clean(keys[first : first + AT_ONCE], by=officer)
    seconds = time.perf_counter() - started
    done = Return.objects.filter(pk__in=keys, status="accepted").count()
    rate = done / seconds if seconds else 0
    report.row("Bulk acceptance", returns=len(keys), accepted=done, seconds=round(seconds, 2))
    report.goal("bulk acceptance", f"≥ {LEAST_A_SECOND} a second", rate, is_met=rate >= LEAST_A_SECOND)
