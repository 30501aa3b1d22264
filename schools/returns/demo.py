"""An invented season of returns for a trial: last year's figures, this year's at every step, two safety checks.

Most schools of the trial have no accounts. What they did is taken over in bulk; from there sections, districts
and the one school with accounts act through the same services as on a Monday.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import translation

from bureau.access.standing import rights_scope
from bureau.demo import Account
from schools.returns import demo_people as people
from schools.returns.choices import ReturnStatus
from schools.returns.demo_figures import Asked, answer
from schools.returns.demo_making import Maker, Window, schools_with
from schools.returns.models import Collection, Return
from schools.returns.selectors import reviewing
from schools.returns.services import accepting, issuing, locks, past, shipped, urging

if TYPE_CHECKING:
    from bureau.demo import DemoRun

ACCOUNTS = (
    Account(
        "planning_finance.clerk", "Planning and Finance, clerk: designs forms, looks at returns", "/desk/"
    ),
    Account(
        "safety_law.officer", "Safety and Law Section, officer: the monthly safety check of schools", "/desk/"
    ),
)
BASIC, FUNDS, SAFETY = "basic_statistics", "public_funds", "safety_check"
# Of a hundred schools so many stand at each step; the rest have not begun.
OF_BASIC = {"section": 36, "district": 12, "signed": 5, "checked": 6, "draft": 16}
OF_FUNDS = {"accepted": 34, "section": 16, "district": 12, "signed": 4, "checked": 4, "draft": 10}
OF_SAFETY = {"accepted": 42, "section": 9, "signed": 3, "checked": 4, "draft": 8}
OF_LAST_SAFETY = {"accepted": 94, "draft": 2}
SENT_BACK = 8


def seed(run: DemoRun) -> None:
    """Needs the schools with their figures and the people of sections and districts."""
    maker = Maker(run, {version.form.code: version for version in shipped.load_forms()})
    if not {BASIC, FUNDS, SAFETY} <= maker.versions.keys():
        return
    with rights_scope(), translation.override("zh-hans"):
        count = _last_year(maker)
        run.step(f"{count} returns of last year with their figures")
        _basic_statistics(maker)
        _public_funds(maker)
        _last_safety_check(maker)
        _safety_check(maker)
    run.step(f"{Return.objects.count() - count} returns of this season")


def _last_year(maker: Maker) -> int:
    """Basic statistics of the school year before, as imported figures."""
    version, year = maker.versions[BASIC], maker.school_year - 1
    rows: list[past.Entry] = []
    for school in schools_with(maker.stages[BASIC]):
        given = answer(BASIC, Asked(school, maker.asked(version, school), year, maker.today))
        rows.append((school, year, 0, None, given.values))
    return len(past.keep(version=version, rows=rows, by=maker.officer(BASIC)))


def _basic_statistics(maker: Maker) -> None:
    """Open, due in two weeks: at every step; some clean, some to look at, some sent back, some accepted."""
    year = maker.school_year
    title_zh = f"{year}—{year + 1}学年初学校基本情况统计"
    title = f"Basic statistics {year}/{(year + 1) % 100:02d}"
    collection = maker.issued(Window(BASIC, title_zh, title, year, 0, -18, 14, 24))
    maker.fill(collection, OF_BASIC)
    officer = maker.officer(BASIC)
    people.endorse(list(_at(collection, ReturnStatus.DISTRICT))[::3])
    here = _at(collection, ReturnStatus.SECTION)
    people.send_back(list(here)[::5][:SENT_BACK], by=officer, today=maker.today)
    clean = list(here.filter(reviewing.clean()).values_list("pk", flat=True))
    accepting.accept_clean(clean[::2], by=officer)
    people.own_basic(maker, collection, by=officer)


def _public_funds(maker: Maker) -> None:
    """Due the day after tomorrow."""
    year = maker.today.year - 1
    title_zh, title = f"{year}年义务教育公用经费使用情况", f"Use of public funds {year}"
    collection = maker.issued(Window(FUNDS, title_zh, title, year, 0, -25, 2, 9))
    maker.fill(collection, OF_FUNDS)
    people.own_funds(maker, collection)


def _last_safety_check(maker: Maker) -> None:
    """Locked by now: some were late, some are missing and were urged, one may still send."""
    month = maker.today.replace(day=1) - timedelta(days=1)
    collection = maker.taken_over(_safety(month, -38, -17, -6))
    maker.fill(collection, OF_LAST_SAFETY)
    officer = maker.officer(SAFETY)
    missing = list(collection.returns.filter(first_sent_on=None).select_related("school").order_by("pk"))
    if missing:
        urging.urge(returns=[record.pk for record in missing], by=officer, text="请于本周内补报")
    issuing.lock_due()
    accepting.lock_due()
    late = people.own(collection)
    if late is not None:
        locks.grant(
            collection=late.collection,
            school=late.school,
            until=maker.day(6),
            reason="学校断网检修，同意延期补报",
            by=officer,
        )


def _safety_check(maker: Maker) -> None:
    """This month's, open."""
    collection = maker.issued(_safety(maker.today, -12, 4, 10))
    maker.fill(collection, OF_SAFETY)
    people.own_safety(maker, collection)


def _safety(month: date, opens: int, due: int, locks_after: int) -> Window:
    title_zh, title = f"{month.year}年{month.month}月学校安全自查", f"Safety check of {month:%B %Y}"
    return Window(SAFETY, title_zh, title, month.year, month.month, opens, due, locks_after)


def _at(collection: Collection, status: str) -> QuerySet[Return]:
    return Return.objects.filter(collection=collection, status=status).order_by("pk")
