"""Invented funds for a trial: four budget years, allotted to schools of the stage that each fund is for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bureau.access.holders import holder_of
from bureau.access.remits import apply_remits
from bureau.accounts.principals import System
from bureau.charter.models import Membership, Unit
from bureau.demo import Account
from bureau.identifiers.series import draw
from bureau.workflow.services import refresh_items, take_over
from finance.choices import (
    AllocationStatus,
    Earmark,
    EntryStatus,
    FundStatus,
    PayeeKind,
    Purpose,
    SourceLevel,
)
from finance.models import Allocation, BudgetCode, EconomicClass, Fund, Receipt, SpendingEntry
from finance.services.funds import CAPABILITY
from schools.choices import SchoolStatus
from schools.models import School

if TYPE_CHECKING:
    from bureau.demo import DemoRun

ACCOUNTS = (
    Account("planning_finance.officer", "Planning and Finance, officer: allots funds to schools", "/desk/"),
    Account("planning_finance.chief", "Planning and Finance, section chief: closes funds", "/desk/"),
)
BY = System("demo")
YUAN = 100
# Funds of the small trial and of the city; allocations follow from `SCHOOLS_EACH`.
COUNTS = {"small": 60, "city": 400}
SCHOOLS_EACH = {"small": (4, 12), "city": (5, 40)}
YEARS_BACK = 3
OFFICE = {
    SourceLevel.CENTRAL: "财教",
    SourceLevel.PROVINCE: "晋财教",
    SourceLevel.CITY: "市财教",
    SourceLevel.COUNTY: "县财教",
}


@dataclass(frozen=True)
class Kind:
    """What funds of a purpose look like. `yuan`: what a school gets, from and to."""

    name_zh: str
    name: str
    purpose: Purpose
    code: str
    stages: tuple[str, ...]
    yuan: tuple[int, int]


COMPULSORY = ("primary", "junior")
KINDS = (
    Kind("城乡义务教育公用经费", "Public funds of compulsory education", Purpose.COMPULSORY, "2050202", COMPULSORY, (40_000, 900_000)),
    Kind("农村学校取暖费补助", "Heating of village schools", Purpose.COMPULSORY, "2050202", COMPULSORY, (8_000, 90_000)),
    Kind("家庭经济困难学生生活补助", "Living aid for students in need", Purpose.AID, "2050203", COMPULSORY, (5_000, 60_000)),
    Kind("薄弱环节改善与能力提升资金", "Improving weak schools", Purpose.WORKS, "2050203", COMPULSORY, (100_000, 2_000_000)),
    Kind("普通高中国家助学金", "State aid for senior schools", Purpose.SENIOR, "2050204", ("senior",), (60_000, 800_000)),
    Kind("特殊教育公用经费", "Public funds of special education", Purpose.SPECIAL, "2050701", ("special",), (80_000, 400_000)),
    Kind("中等职业教育免学费补助", "Free tuition in vocational schools", Purpose.VOCATIONAL, "2050302", ("vocational",), (90_000, 1_500_000)),
    Kind("支持学前教育发展资金", "Development of preschool education", Purpose.PRESCHOOL, "2050201", ("preschool",), (10_000, 200_000)),
    Kind("中小学教师培训经费", "Training of teachers", Purpose.TRAINING, "2050801", COMPULSORY, (3_000, 40_000)),
    Kind("教师绩效工资补助", "Performance pay of teachers", Purpose.SALARIES, "2050203", COMPULSORY, (50_000, 700_000)),
    Kind("校园足球与美育经费", "School football and the arts", Purpose.SPORTS_HEALTH_ART, "2050299", COMPULSORY, (5_000, 50_000)),
)  # fmt: skip
SPENT_ON = (
    ("302", PayeeKind.COMPANY, "办公用品"),
    ("302", PayeeKind.COMPANY, "取暖用煤"),
    ("302", PayeeKind.PUBLIC, "水电费"),
    ("302", PayeeKind.COMPANY, "教学仪器维修"),
    ("302", PayeeKind.STAFF, "教师培训差旅费"),
    ("303", PayeeKind.STUDENTS, "学生生活补助"),
    ("310", PayeeKind.COMPANY, "课桌椅购置"),
)
# Of ten allocations of the current year so many have arrived, so many have not, the rest in part.
ARRIVED, NOT_ARRIVED = 7, 2


@dataclass
class Tables:
    codes: dict[str, BudgetCode]
    classes: dict[str, EconomicClass]
    schools: dict[str, list[School]]  # by stage
    keeper: Unit


def seed(run: DemoRun) -> None:
    """Funds, allocations, receipts and spending whose sums agree."""
    keeper = holder_of(CAPABILITY)
    if keeper is None:
        return
    dice = random.Random(f"finance {run.size}")  # noqa: S311 - invented data, the same every time
    tables = Tables(
        {row.code: row for row in BudgetCode.objects.all()},
        {row.code: row for row in EconomicClass.objects.all()},
        _schools_by_stage(),
        keeper,
    )
    funds = [_fund(run, dice, tables, place) for place in range(COUNTS[run.size])]
    allotted = [row for fund in funds for row in _allocations(run, dice, tables, fund)]
    spending = [entry for row in allotted for entry in _spending(run, dice, tables, row)]
    _store(run, funds, allotted, spending)
    apply_remits(over="fund")
    run.step(f"{len(funds)} funds, {len(allotted)} allocations, {len(spending)} spending entries")


def _schools_by_stage() -> dict[str, list[School]]:
    """In every list the school whose principal tries the portal comes first."""
    own = Membership.objects.filter(user__username="school.principal").values_list("unit", flat=True)
    rows = School.objects.filter(status=SchoolStatus.OPEN).select_related("unit", "school_type")
    ordered = sorted(rows, key=lambda school: (school.unit_id not in set(own), school.code or ""))
    found: dict[str, list[School]] = {}
    for school in ordered:
        for stage in school.school_type.stages:
            found.setdefault(stage, []).append(school)
    return found


def _fund(run: DemoRun, dice: random.Random, tables: Tables, place: int) -> Fund:
    kind = KINDS[place % len(KINDS)]
    year = run.today.year - place * (YEARS_BACK + 1) // COUNTS[run.size]
    level = dice.choice(list(SourceLevel))
    batch = draw("fund", year)
    document_on = min(date(year, dice.randint(1, 6), dice.randint(1, 28)), run.today)
    return Fund(
        year=year,
        number=f"{year}-{batch:04d}",
        name_zh=f"{year}年{kind.name_zh}",
        name=f"{kind.name} {year}",
        level=level,
        purpose=kind.purpose,
        earmark=Earmark.GENERAL if kind.purpose == Purpose.SALARIES else Earmark.SPECIAL,
        function_code=tables.codes[kind.code],
        document_number=f"{OFFICE[level]}〔{year}〕{batch}号",
        document_on=document_on,
        document_title=f"关于下达{year}年{kind.name_zh}的通知",
        kept_by=tables.keeper,
        closed_on=date(year, 12, 28) if year < run.today.year else None,
        version=1,
    )


def _status(run: DemoRun, fund: Fund) -> str:
    """Where a fund shall stand: closed with its year; the first two of this year are not open yet."""
    if fund.year < run.today.year:
        return FundStatus.CLOSED
    return FundStatus.DRAFT if int(fund.number[-4:]) <= 2 else FundStatus.OPEN


def _allocations(run: DemoRun, dice: random.Random, tables: Tables, fund: Fund) -> list[Allocation]:
    kind = next(one for one in KINDS if fund.name_zh.endswith(one.name_zh))
    choice = [school for stage in kind.stages for school in tables.schools.get(stage, ())]
    low, high = SCHOOLS_EACH[run.size]
    wanted = min(len(choice), dice.randint(low, high)) if _status(run, fund) != FundStatus.DRAFT else 0
    first = choice[:1] if wanted else []
    chosen = {school.pk: school for school in (*first, *dice.sample(choice, wanted))}
    found = [_allocation(run, dice, fund, kind, school) for school in chosen.values()]
    fund.allocated = sum(row.amount for row in found)
    fund.received = sum(row.received for row in found)
    fund.remaining = dice.randint(0, 40) * 10_000 * YUAN if found else dice.randint(20, 400) * 10_000 * YUAN
    fund.amount = fund.allocated + fund.remaining
    return found


def _allocation(run: DemoRun, dice: random.Random, fund: Fund, kind: Kind, school: School) -> Allocation:
    amount = dice.randint(*kind.yuan) // 100 * 100 * YUAN
    received = amount if _status(run, fund) == FundStatus.CLOSED else _arrived(dice, amount)
    allotted_on = min(fund.document_on + timedelta(days=dice.randint(10, 40)), run.today)
    if received < amount:  # what has not arrived was allotted lately; a few receipts are overdue
        allotted_on = max(allotted_on, run.today - timedelta(days=dice.randint(2, 40)))
    return Allocation(
        fund=fund,
        school=school,
        document_number=f"市教财〔{fund.year}〕{int(fund.number[-4:])}号",
        allotted_on=allotted_on,
        amount=amount,
        received=received,
        outstanding=amount - received,
        remaining=received,
        confirm_by=allotted_on + timedelta(days=30),
        version=1,
    )


def _arrived(dice: random.Random, amount: int) -> int:
    throw = dice.randrange(10)
    if throw < ARRIVED:
        return amount
    return 0 if throw < ARRIVED + NOT_ARRIVED else amount // 2


def _spending(
    run: DemoRun, dice: random.Random, tables: Tables, allocation: Allocation
) -> Iterator[SpendingEntry]:
    """Up to four vouchers; a closed year is spent but for a little."""
    for number in range(dice.randint(1, 4) if allocation.remaining else 0):
        amount = allocation.remaining * dice.randint(20, 55) // 100
        code, payee, purpose = dice.choice(SPENT_ON)
        allocation.spent += amount
        allocation.remaining -= amount
        allocation.fund.spent += amount
        yield SpendingEntry(
            allocation=allocation,
            spent_on=min(allocation.allotted_on + timedelta(days=20 + 17 * number), run.today),
            purpose=purpose,
            economic_class=tables.classes[code],
            payee_kind=payee,
            voucher=f"{allocation.fund.year}-{dice.randint(1, 900):04d}",
            amount=amount,
            entered_by="演示 / demo",
            version=1,
        )


def _store(
    run: DemoRun, funds: list[Fund], allotted: list[Allocation], spending: list[SpendingEntry]
) -> None:
    for status in FundStatus.values:
        take_over([fund for fund in funds if _status(run, fund) == status], status=status, by=BY)
    for row in allotted:
        row.fund_id = row.fund.pk
    take_over(allotted, status=AllocationStatus.ALLOTTED, by=BY)
    for entry in spending:
        entry.allocation_id = entry.allocation.pk
    take_over(spending, status=EntryStatus.RECORDED, by=BY)
    take_over(list(_receipts(run, allotted)), status=EntryStatus.RECORDED, by=BY)
    for fund in funds:
        if _status(run, fund) != FundStatus.CLOSED:
            refresh_items(fund)
    for row in allotted:
        if row.outstanding:
            refresh_items(row)


def _receipts(run: DemoRun, allotted: list[Allocation]) -> Iterator[Receipt]:
    for row in allotted:
        if row.received:
            yield Receipt(
                allocation=row,
                received_on=min(row.allotted_on + timedelta(days=12), run.today),
                amount=row.received,
                difference="余款分批下达" if row.outstanding else "",
                entered_by="演示 / demo",
                version=1,
            )
