"""Invented schools for a trial: a register that looks like a city's, the same every time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bureau.access.remits import apply_remits
from bureau.access.standing import rights_scope
from bureau.accounts.models import User
from bureau.accounts.principals import System
from bureau.charter.choices import Role, UnitKind
from bureau.charter.demo import GIVEN, SURNAMES, join
from bureau.charter.models import Membership, Remit, Unit
from bureau.charter.units import create_units
from bureau.demo import Account
from bureau.identifiers import credit_code
from bureau.identifiers.pinyin import initials
from bureau.workflow.services import perform, take_over
from schools.choices import (
    GRADES_OF_STAGE,
    STAGE_ORDER,
    ContactKind,
    LeaderPost,
    SchoolStatus,
    Stage,
)
from schools.demo_doubles import enter_doubles
from schools.demo_files import attach_evidence, attach_papers
from schools.models import (
    AreaClass,
    Campus,
    District,
    Organiser,
    PupilCount,
    School,
    SchoolContact,
    SchoolFacts,
    SchoolLeader,
    SchoolStage,
    SchoolType,
)
from schools.selectors.remits import deciding_section
from schools.services.confirmations import ask_to_confirm
from schools.services.reference import load_districts
from schools.services.register import change_school, default_manager

if TYPE_CHECKING:
    from bureau.demo import DemoRun

ACCOUNTS = (
    Account("school.principal", "Principal of the first primary school of Yuci", "/school/"),
    Account("school.clerk", "School clerk of the same school", "/school/"),
    Account("kindergarten.head", "Head of the first kindergarten of Pingyao", "/school/"),
)

# Type → how many in each district of the small trial.
SMALL = {"111": 10, "211": 10, "218": 2, "311": 3, "312": 2, "341": 1, "342": 1, "365": 1}
# The same for the whole city; a district takes its share.
CITY = {"111": 600, "211": 380, "218": 70, "311": 110, "312": 60, "341": 18, "342": 27, "365": 24}
# One of each in the city, beside those of the districts.
SINGLE = {"514": "140702", "932": "140728", "933": "140702", "345": "140702", "363": "140702"}
YUCI, YUCI_SHARE = "140702", 0.3

# Roughly where the seat of each district lies.
SEATS = {
    "140702": (112.71, 37.69),
    "140703": (112.55, 37.42),
    "140721": (112.98, 37.07),
    "140722": (113.38, 37.08),
    "140723": (113.57, 37.33),
    "140724": (113.71, 37.62),
    "140725": (113.17, 37.89),
    "140727": (112.34, 37.36),
    "140728": (112.18, 37.20),
    "140729": (111.78, 36.85),
    "140781": (111.92, 37.03),
}
TOWNSHIPS = (
    "城关镇",
    "北关街道",
    "东阳镇",
    "南庄乡",
    "西河镇",
    "柳林乡",
    "石桥镇",
    "上营乡",
    "新华街道",
    "长宁镇",
)
ROADS = ("迎宾街", "新建路", "文化街", "顺城街", "汇通路", "锦纶路", "学府街", "康乐巷", "向阳路", "振兴街")
PLACES = (
    ("东风", "Dongfeng"),
    ("红旗", "Hongqi"),
    ("育英", "Yuying"),
    ("光明", "Guangming"),
    ("新城", "Xincheng"),
    ("龙湖", "Longhu"),
    ("永安", "Yong’an"),
    ("太行", "Taihang"),
    ("汾河", "Fenhe"),
    ("晨光", "Chenguang"),
    ("和平", "Heping"),
    ("锦绣", "Jinxiu"),
)
DIGITS = "零一二三四五六七八九"
# Type → (end of the Chinese name, end of the English one).
ENDINGS = {
    "111": ("幼儿园", "Kindergarten"),
    "211": ("小学", "Primary School"),
    "218": ("教学点", "Teaching Point"),
    "311": ("初级中学", "Junior School"),
    "312": ("九年一贯制学校", "Nine-year School"),
    "341": ("完全中学", "Complete Secondary School"),
    "342": ("高级中学", "Senior School"),
    "345": ("十二年一贯制学校", "Twelve-year School"),
    "363": ("师范学校", "Normal School"),
    "365": ("职业高中", "Vocational School"),
    "514": ("特殊教育学校", "Special School"),
    "932": ("农民文化技术学校", "Farmers’ Technical School"),
    "933": ("培训中心", "Training Centre"),
}
# Pupils of one year of a stage: a small school and a large one.
SIZES = {
    Stage.PRESCHOOL: (18, 95),
    Stage.PRIMARY: (14, 210),
    Stage.JUNIOR: (70, 360),
    Stage.SENIOR: (280, 720),
    Stage.SPECIAL: (6, 14),
    Stage.VOCATIONAL: (120, 480),
    Stage.ADULT: (60, 300),
    Stage.TRAINING: (80, 400),
    Stage.TEACHER_EDUCATION: (60, 180),
}
PUPILS_PER_CLASS = {Stage.PRESCHOOL: 28, Stage.PRIMARY: 42, Stage.SPECIAL: 9}


@dataclass
class Tables:
    types: dict[str, SchoolType]
    organisers: dict[str, Organiser]
    areas: dict[str, AreaClass]


def seed(run: DemoRun) -> None:
    """Districts with their reviewers, schools with everything that hangs on them, open questions."""
    dice = random.Random(f"schools {run.size}")  # noqa: S311 - invented data, the same every time
    load_districts()
    tables = Tables(
        {row.code: row for row in SchoolType.objects.all()},
        {row.code: row for row in Organiser.objects.all()},
        {row.code: row for row in AreaClass.objects.all()},
    )
    schools = _write_schools(list(_schools(run, dice, tables)))
    run.step(f"{len(schools)} schools in {len(SEATS)} districts")
    _write_parts(schools, run, dice)
    _write_facts(schools, run, dice)
    run.step("leaders, contacts and figures")
    report = apply_remits()
    run.step(f"{sum(report.gained.values())} rights from the remits")
    _people(run, schools)
    with rights_scope():
        _endings(schools, run)
        _open_questions(run, schools)
        enter_doubles(schools, by=_founder())
    run.step("district reviewers, school accounts, change requests")


# --- schools ------------------------------------------------------------------------------------------


def _schools(run: DemoRun, dice: random.Random, tables: Tables) -> Iterator[School]:
    numbers: dict[str, int] = {}
    for district in District.objects.select_related("unit").order_by("code"):
        for code, count in _counts(run.size, district.code).items():
            for place in range(1, count + 1):
                yield _school(run, dice, tables, district, code, place, numbers, is_only=count == 1)


def _counts(size: str, district: str) -> dict[str, int]:
    found = dict(SMALL)
    if size == "city":
        share = YUCI_SHARE if district == YUCI else (1 - YUCI_SHARE) / (len(SEATS) - 1)
        found = {code: max(1, round(count * share)) for code, count in CITY.items()}
    return found | {code: 1 for code, where in SINGLE.items() if where == district}


def _school(
    run: DemoRun,
    dice: random.Random,
    tables: Tables,
    district: District,
    type_code: str,
    place: int,
    numbers: dict[str, int],
    *,
    is_only: bool,
) -> School:
    school_type = tables.types[type_code]
    organiser, area = (
        tables.organisers[_organiser(dice, type_code)],
        tables.areas[_area(dice, type_code, place)],
    )
    township = dice.choice(TOWNSHIPS)
    name_zh, name = _names(district, type_code, place, is_only=is_only)
    kind = type_code[:2]
    numbers[kind] = numbers.get(kind, 0) + 1
    longitude, latitude = SEATS[district.code]
    is_private = organiser.code == "999"
    return School(
        code=f"{kind}14{numbers[kind]:06d}",
        name_zh=name_zh,
        # Small places have no English name.
        name="" if area.code == "220" else name,
        initials=initials(name_zh)[:100],
        school_type=school_type,
        organiser=organiser,
        is_private=is_private,
        area_class=area,
        district=district,
        managed_by=default_manager(organiser=organiser, school_type=school_type, district=district),
        township=township,
        address=f"{district.name_zh}{township}{dice.choice(ROADS)}{dice.randint(1, 198)}号",
        longitude=Decimal(f"{longitude + dice.uniform(-0.12, 0.12):.6f}"),
        latitude=Decimal(f"{latitude + dice.uniform(-0.09, 0.09):.6f}"),
        credit_code=_credit_code(district.code, kind, numbers[kind], is_private=is_private),
        founded_on=date(dice.randint(1952, run.today.year - 2), 9, 1),
        as_of=run.today - timedelta(days=dice.randint(5, 400)),
        version=1,
    )


def _numeral(number: int) -> str:
    """1 to 999 as Chinese numerals: 12 → 十二, 105 → 一百零五."""
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10)
    found = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        found += f"{DIGITS[tens] if tens > 1 or hundreds else ''}十"
    elif hundreds and units:
        found += DIGITS[0]
    return found + (DIGITS[units] if units else "")


def _names(district: District, type_code: str, place: int, *, is_only: bool) -> tuple[str, str]:
    """Chinese and English name; no two alike within a district and a type."""
    end_zh, end = ENDINGS[type_code]
    short = district.name.split()[0]
    if is_only:
        return f"{district.name_zh}{end_zh}", f"{short} {end}"
    round_number, word = divmod(place - 1, len(PLACES))
    if place % 3 == 1:
        return f"{district.name_zh}第{_numeral(place)}{end_zh}", f"{short} No. {place} {end}"
    where_zh, where = PLACES[word]
    again = round_number + 1
    suffix_zh, suffix = (f"第{_numeral(again)}", f" No. {again}") if round_number else ("", "")
    return f"{district.name_zh}{where_zh}{suffix_zh}{end_zh}", f"{short} {where}{suffix} {end}"


def _organiser(dice: random.Random, type_code: str) -> str:
    if type_code == "111":
        return dice.choices(("831", "999", "894", "891"), (45, 45, 8, 2))[0]
    if type_code in ("342", "363", "514", "345"):
        return dice.choices(("821", "831", "999"), (45, 40, 15))[0]
    if type_code == "933":
        return "999"
    return dice.choices(("831", "999"), (94, 6))[0]


def _area(dice: random.Random, type_code: str, place: int) -> str:
    if type_code == "218":
        return "220"
    if type_code in ("341", "342", "345", "363", "365", "514", "933"):
        return dice.choice(("111", "121"))
    return ("111", "112", "121", "122", "210", "220")[min(5, place * 6 // 14)]


def _credit_code(district: str, kind: str, number: int, *, is_private: bool) -> str:
    first = f"{'52' if is_private else '12'}{district}4{kind}{number:06d}"
    return first + credit_code.check_digit(first)


def _write_schools(schools: list[School]) -> list[School]:
    units = [
        Unit(
            key=f"school-{school.code}",
            kind=UnitKind.SCHOOL,
            name=school.name,
            name_zh=school.name_zh,
            parent=school.managed_by,
        )
        for school in schools
    ]
    for school, unit in zip(schools, create_units(units), strict=True):
        school.unit = unit
    take_over(schools, status=SchoolStatus.OPEN, by=System("demo"))
    SchoolStage.objects.bulk_create(
        SchoolStage(school=school, stage=stage, order=STAGE_ORDER[stage])
        for school in schools
        for stage in school.school_type.stages
    )
    return schools


# --- what hangs on them -------------------------------------------------------------------------------


def _write_parts(schools: list[School], run: DemoRun, dice: random.Random) -> None:
    SchoolContact.objects.bulk_create(contact for school in schools for contact in _contacts(school, dice))
    SchoolLeader.objects.bulk_create(
        SchoolLeader(school=school, name=dice.choice(SURNAMES) + dice.choice(GIVEN), post=post, since=since)
        for school in schools
        for post, since in _terms(run, dice)
    )
    Campus.objects.bulk_create(
        Campus(school=school, name_zh=name, address=school.address, is_main=name == "主校区")
        for school in schools
        if "senior" in school.school_type.stages
        for name in ("主校区", "新校区")
    )


def _contacts(school: School, dice: random.Random) -> Iterator[SchoolContact]:
    # 000 never begins a subscriber's number.
    yield SchoolContact(school=school, kind=ContactKind.OFFICE, phone=f"0354-000{dice.randint(1000, 9999)}")
    if "senior" in school.school_type.stages or school.school_type.code == "111":
        yield SchoolContact(
            school=school, kind=ContactKind.ADMISSION, phone=f"0354-000{dice.randint(1000, 9999)}"
        )


def _terms(run: DemoRun, dice: random.Random) -> Iterator[tuple[LeaderPost, date]]:
    yield LeaderPost.PRINCIPAL, date(run.today.year - dice.randint(1, 8), 8, 15)
    if dice.random() < 0.7:
        yield LeaderPost.DEPUTY, date(run.today.year - dice.randint(1, 6), 8, 15)


def _write_facts(schools: list[School], run: DemoRun, dice: random.Random) -> None:
    """Two school years: last year's figures and this year's, a little smaller."""
    year = run.today.year if run.today >= date(run.today.year, 9, 1) else run.today.year - 1
    rows, counts = [], []
    for school in schools:
        sizes = {stage: dice.randint(*SIZES[Stage(stage)]) for stage in school.school_type.stages}
        earlier: SchoolFacts | None = None
        for back in (1, 0):
            figures, pupils = _figures(school, year - back, sizes, dice)
            if earlier is not None:
                _carry_on(figures, earlier)
            earlier = figures
            rows.append(figures)
            counts += pupils
    SchoolFacts.objects.bulk_create(rows, batch_size=500)
    for count in counts:
        count.facts_id = count.facts.pk
    PupilCount.objects.bulk_create(counts, batch_size=2000)


def _carry_on(figures: SchoolFacts, earlier: SchoolFacts) -> None:
    """Premises outlast a year; books and equipment grow a little."""
    figures.land, figures.floor_area = earlier.land, earlier.floor_area
    figures.computers = earlier.computers
    figures.books = earlier.books and earlier.books * 103 // 100
    figures.equipment_fen = (earlier.equipment_fen or 0) // 100 * 105


def _figures(
    school: School, year: int, sizes: dict[str, int], dice: random.Random
) -> tuple[SchoolFacts, list[PupilCount]]:
    facts = SchoolFacts(
        school=school, year=year, as_of=date(year, 9, 1), source="演示数据 / demo data", version=1
    )
    pupils = []
    classes = 0
    for stage, size in sizes.items():
        for grade in range(1, GRADES_OF_STAGE[Stage(stage)] + 1):
            count = max(4, round(size * dice.uniform(0.9, 1.1)))
            boys = round(count * dice.uniform(0.49, 0.55))
            pupils.append(PupilCount(facts=facts, stage=stage, grade=grade, boys=boys, girls=count - boys))
            classes += max(1, round(count / PUPILS_PER_CLASS.get(Stage(stage), 48)))
    total = sum((row.boys or 0) + (row.girls or 0) for row in pupils)
    facts.classes = classes
    facts.full_time_teachers = max(2, round(total / dice.uniform(12, 17)))
    facts.staff = facts.full_time_teachers + max(1, classes // 4)
    facts.land = total * dice.randint(14, 30)
    facts.floor_area = total * dice.randint(6, 11)
    # What a school has not counted stays unknown.
    facts.books = total * dice.randint(15, 40) if dice.random() < 0.95 else None
    facts.equipment_fen = total * dice.randint(900, 3200) * 100
    facts.computers = max(1, total // dice.randint(9, 20))
    return facts, pupils


# --- people and open questions ------------------------------------------------------------------------


def _people(run: DemoRun, schools: list[School]) -> None:
    for district in District.objects.select_related("unit"):
        join(run, f"{district.code}.reviewer", district.unit, Role.DISTRICT_REVIEWER)
        join(run, f"{district.code}.leader", district.unit, Role.DISTRICT_LEADER)
    primary = _first(schools, YUCI, "211")
    join(run, "school.principal", primary.unit, Role.PRINCIPAL)
    join(run, "school.clerk", primary.unit, Role.SCHOOL_CLERK)
    join(run, "kindergarten.head", _first(schools, "140728", "111").unit, Role.PRINCIPAL)


def _first(schools: list[School], district: str, type_code: str) -> School:
    return next(
        school
        for school in schools
        if school.district.code == district and school.school_type.code == type_code
    )


def _officer(unit: Unit | None) -> User:
    """The section's chief, who has every verb of its remit."""
    return Membership.objects.select_related("user").get(unit=unit, role=Role.CHIEF).user


def _founder() -> User:
    """Whoever founds, adjusts and merges schools under the chart."""
    remits = Remit.objects.filter(over="school", unit__is_active=True).select_related("unit")
    return _officer(next(row.unit for row in remits if {"adjust", "merge"} <= set(row.verbs)))


def _endings(schools: list[School], run: DemoRun) -> None:
    """A few schools that are suspended, closed or merged, by whoever may do it under the chart."""
    founder = _founder()
    points = [school for school in schools if school.school_type.code == "218"]
    day = date(run.today.year - 1, 7, 10)
    for school in points[:2]:
        perform(school, "suspend", by=founder, reason="校舍改造 (the building is renovated)")
    for school in points[2:4]:
        perform(school, "close", by=founder, reason="已无学生 (no pupils are left)", data={"closed_on": day})
    into = _first(schools, points[4].district.code, "211")
    data = {"closed_on": day, "successor": into}
    perform(points[4], "merge", by=founder, reason="布局调整 (fewer, larger schools)", data=data)


def _open_questions(run: DemoRun, schools: list[School]) -> None:
    """A request that waits for the district, one that waits for the section, confirmations that are due."""
    people = {user.username: user for user in User.objects.all()}
    primary, kindergarten = _first(schools, YUCI, "211"), _first(schools, "140728", "111")
    asked = change_school(
        school=primary,
        values={"name_zh": f"{primary.district.name_zh}实验小学", "name": "Yuci Experimental Primary School"},
        by=people["school.principal"],
        reason="区政府会议纪要同意更名 (the district government agreed to the new name)",
    ).requests
    attach_papers(primary, by=people["school.principal"])
    attach_evidence(asked[0], by=people["school.principal"])
    perform(asked[0], "give_opinion", by=people[f"{YUCI}.reviewer"], data={"opinion": "supports"})
    change_school(
        school=kindergarten,
        values={"founded_on": date(1998, 9, 1)},
        by=people["kindergarten.head"],
        reason="档案记载的办园时间 (the founding day in the archive)",
    )
    keeper = _officer(deciding_section(primary))
    due = run.today + timedelta(days=21)
    nearby = [school for school in schools if school.district.code == YUCI]
    theirs = [school for school in nearby if school.school_type.code == "211"]
    ask_to_confirm(schools=theirs[:12], due_on=due, by=keeper)
