"""Invented answers to the three forms of the trial: they agree with the register, with each other, and add up."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from schools.choices import GRADES_OF_STAGE, Stage
from schools.models import School
from schools.returns import bindings
from schools.returns.checking import computed_values
from schools.returns.definition import Definition

Values = dict[str, str]
RowLists = dict[str, list[dict[str, str]]]
# Stage → first letter of its grades in the form of basic statistics, pupils of a class, share of boarders.
GRADES = {
    Stage.PRESCHOOL: ("k", 28, 0.0),
    Stage.PRIMARY: ("p", 42, 0.04),
    Stage.JUNIOR: ("j", 48, 0.35),
    Stage.SENIOR: ("s", 48, 0.6),
}
# Most pupils of a class → column.
BANDS = ((35, "to35"), (45, "to45"), (55, "to55"), (65, "to65"))
YUAN_PER_PUPIL = {Stage.PRIMARY: 720, Stage.JUNIOR: 940, Stage.SPECIAL: 7000}
SPENT_ON = {
    "office": 8,
    "printing": 4,
    "water_power": 13,
    "heating": 18,
    "post": 1,
    "travel": 4,
    "training": 7,
    "teaching": 12,
    "books": 6,
    "equipment": 11,
    "repair": 10,
    "sports": 4,
    "other": 2,
}
HAZARDS = (
    ("教学楼二层走廊", "应急照明灯损坏", "更换灯具"),
    ("食堂操作间", "灭火器压力不足", "重新充装"),
    ("操场东侧围墙", "墙体有裂缝", "设警戒线并报修"),
    ("学生宿舍楼", "疏散通道堆放杂物", "当日清理"),
    ("实验室", "危化品台账登记不全", "补录台账"),
)


@dataclass(frozen=True)
class Answer:
    """What a school answers: cell → canonical text, computed cells among them, and repeated rows."""

    values: Values
    rows: RowLists = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """Whom, what, for which school year, and the last day of the period."""

    school: School
    definition: Definition
    year: int
    until: date

    @property
    def stages(self) -> frozenset[str]:
        return frozenset(row.stage for row in self.school.stages.all())

    def dice(self, what: str) -> random.Random:
        """The same for a school and a question in every year."""
        return random.Random(f"{self.school.code} {what}")  # noqa: S311 - invented data, the same every time

    def fact(self, name: str, otherwise: int = 0) -> int:
        text = bindings.fact_value(name, self.school, self.year)
        return int(text) if text else otherwise


def answer(code: str, asked: Asked) -> Answer:
    """The whole answer of a school to the form with this code."""
    values, rows = MAKERS[code](asked)
    known = asked.definition.cells
    given = {key: text for key, text in values.items() if key in known}
    worked_out = computed_values(asked.definition, given, rows)
    return Answer({key: text for key, text in {**given, **worked_out}.items() if text != ""}, rows)


# --- basic statistics ---------------------------------------------------------------------------


def _basic(asked: Asked) -> tuple[Values, RowLists]:
    values = bindings.held_values(asked.definition, asked.school, asked.year)
    pupils = asked.fact("facts.pupils", 60)
    classes = _pupils_and_classes(asked, values)
    _staff(asked, values)
    dice = asked.dice("premises")
    floor = int(values.setdefault("premises.floor_area", str(pupils * 7)))
    land = int(values.setdefault("premises.land", str(pupils * 20)))
    values["premises.teaching"] = str(round(floor * dice.uniform(0.5, 0.65)))
    values["premises.dangerous"] = str(round(floor * 0.04)) if dice.random() < 0.015 else "0"
    values["premises.sports"] = str(round(land * dice.uniform(0.15, 0.3)))
    values.setdefault("equipment.books", str(pupils * dice.randint(16, 30)))
    values.setdefault("equipment.value", str(pupils * 150_000))
    values.setdefault("equipment.computers", str(max(1, pupils // 12)))
    values["equipment.multimedia"] = str(max(1, round(classes * dice.uniform(0.8, 1.1))))
    return values, {}


def _pupils_and_classes(asked: Asked, values: Values) -> int:
    """Boarders, and classes by size as the register counts them. Returns the number of classes."""
    dice, found = asked.dice("classes"), 0
    for stage in sorted(asked.stages & GRADES.keys()):
        letter, size, share = GRADES[Stage(stage)]
        share *= dice.uniform(0.3, 1.4)
        bands = dict.fromkeys((*(column for _most, column in BANDS), "over65"), 0)
        for grade in range(1, GRADES_OF_STAGE[Stage(stage)] + 1):
            row = f"pupils.{letter}{grade}"
            sexes = [int(values.setdefault(f"{row}.{sex}", "10")) for sex in ("boys", "girls")]
            values[f"{row}.boarders"] = str(min(sum(sexes), round(sum(sexes) * share)))
            classes = max(1, round(sum(sexes) / size))
            found += classes
            average = -(-sum(sexes) // classes)
            bands[next((column for most, column in BANDS if average <= most), "over65")] += classes
        values |= {f"classes.{stage}.{column}": str(count) for column, count in bands.items()}
    return found


def _staff(asked: Asked, values: Values) -> None:
    dice = asked.dice("staff")
    women = 0.96 if asked.stages == {Stage.PRESCHOOL} else dice.uniform(0.58, 0.76)
    teachers = int(values.setdefault("staff.full_time.all", "6"))
    others = max(0, asked.fact("facts.staff", teachers + 2) - teachers)
    admin, support = round(others * 0.4), round(others * 0.25)
    posts = {"full_time": teachers, "admin": admin, "support": support, "workers": others - admin - support}
    for post, count in posts.items():
        values[f"staff.{post}.all"] = str(count)
        values[f"staff.{post}.women"] = str(int(count * women))
    graduate, college = round(teachers * dice.uniform(0, 0.09)), round(teachers * dice.uniform(0.12, 0.3))
    secondary = round(teachers * dice.uniform(0, 0.04))
    bachelor = teachers - graduate - college - secondary
    degrees = {
        "graduate": graduate,
        "bachelor": bachelor,
        "college": college,
        "secondary": secondary,
        "lower": 0,
    }
    for degree, count in degrees.items():
        values[f"degrees.{degree}.teachers"] = str(count)
        values[f"degrees.{degree}.women"] = str(int(count * women))


# --- public funds -------------------------------------------------------------------------------


def _funds(asked: Asked) -> tuple[Values, RowLists]:
    """Money in whole fen; what is spent never exceeds what has come."""
    dice = asked.dice(f"funds {asked.year}")
    due = sum(
        asked.fact(f"pupils.{stage}") * YUAN_PER_PUPIL[Stage(stage)]
        for stage in asked.stages & YUAN_PER_PUPIL.keys()
    )
    due = max(due, 20_000)
    income = {
        "carried": round(due * dice.uniform(0, 0.06)),
        "state": round(due * 0.8),
        "county": round(due * 0.2),
        "other": round(due * dice.choice((0, 0, 0.01))),
    }
    total = sum(income.values())
    spent = round(total * dice.uniform(0.86, 0.985))
    weights = {line: weight * dice.uniform(0.85, 1.15) for line, weight in SPENT_ON.items()}
    unit = spent / sum(weights.values())
    lines = {line: int(weight * unit) for line, weight in weights.items()}
    values = {f"income.{line}.received": _fen(yuan) for line, yuan in income.items()}
    values |= {f"spending.{line}.spent": _fen(yuan) for line, yuan in lines.items()}
    values |= {f"spending.{line}.planned": _fen(round(yuan, -2)) for line, yuan in lines.items()}
    values["balance.staff_pay"] = "no"
    return values, {}


def _fen(yuan: int) -> str:
    return str(yuan * 100)


# --- the monthly safety check -------------------------------------------------------------------


def _safety(asked: Asked) -> tuple[Values, RowLists]:
    dice = asked.dice(f"safety {asked.until}")
    day = asked.until - timedelta(days=dice.randint(2, 9))
    has_bus, has_found = asked.dice("bus").random() < 0.15, dice.random() < 0.12
    values = {
        "safety.checked_on": day.isoformat(),
        "safety.led_by_head": _yes(dice.random() < 0.97),
        "safety.fire": _yes(dice.random() < 0.98),
        "safety.fire_on": (day - timedelta(days=dice.randint(1, 25))).isoformat(),
        "safety.drill": "yes",
        "safety.drill_on": (day - timedelta(days=dice.randint(0, 6))).isoformat(),
        "safety.food": "yes",
        "safety.bus": _yes(has_bus),
        "safety.guard": "yes",
        "safety.building": "no",
        "safety.found": _yes(has_found),
    }
    if has_bus:
        values["safety.bus_on"] = (day - timedelta(days=dice.randint(5, 170))).isoformat()
    found = dice.sample(HAZARDS, dice.randint(1, 2)) if has_found else []
    rows = [
        {
            "place": place,
            "what": what,
            "level": "general",
            "measures": measures,
            "until": (day + timedelta(days=14)).isoformat(),
            "done": _yes(dice.random() < 0.5),
        }
        for place, what, measures in found
    ]
    return values, {"hazards": rows} if rows else {}


def _yes(value: bool) -> str:
    return "yes" if value else "no"


MAKERS: Mapping[str, Callable[[Asked], tuple[Values, RowLists]]] = {
    "basic_statistics": _basic,
    "public_funds": _funds,
    "safety_check": _safety,
}
