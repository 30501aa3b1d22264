"""Register facts that fill in cells, and take accepted figures back: collect once.

Any floor above may add its own: an app's module `facts` registers them when the registries are filled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.registry import Registry
from bureau.workflow.refusals import Refusal
from schools.choices import GRADES_OF_STAGE, Stage
from schools.models import PupilCount, School, SchoolFacts
from schools.returns.choices import Period
from schools.returns.definition import NUMERIC, Definition
from schools.services.facts import save_facts

if TYPE_CHECKING:
    from schools.returns.models import Collection, Return

Text: TypeAlias = Any  # a text, a lazy one, or what becomes one when it is read
Read: TypeAlias = Callable[[School, int], str]
# (school, school year, fact → canonical text, by, source): writes them together.
Write: TypeAlias = Callable[[School, int, Mapping[str, str], Principal, str], None]

# What a school must be read with so that its facts cost no further query.
PREFETCH = ("facts__pupil_counts",)
LAST_MONTH_OF_SCHOOL_YEAR = 8
_MONTHS = {Period.TERM: 6, Period.QUARTER: 3, Period.MONTH: 1}


@dataclass(frozen=True)
class Fact:
    """One figure or text that a register holds about a school.

    `read(school, school year)` gives the canonical text of `kind`, "" where nothing is known. Facts with the
    same `write` are written together; without one the register takes nothing from returns.
    """

    name: str
    words: Text
    kind: str
    read: Read
    write: Write | None = None
    owner: Text = ""
    # Chinese words by which forms call it: a cell with such words that is not bound is pointed out.
    known_as: tuple[str, ...] = ()


FACTS: Registry[Fact] = Registry("register facts")


@dataclass(frozen=True)
class Difference:
    """A bound cell whose figure is not the register's. `figure` and `register` are canonical texts."""

    cell: str
    figure: str
    register: str
    fact: Fact = field(compare=False)


def school_year(collection: Collection) -> int:
    """The school year in which the period of a collection ends: a year counts from 1 September."""
    period = Period(collection.version_of_form.form.period)
    if period not in (Period.QUARTER, Period.MONTH):
        return collection.year
    last_month = collection.part * _MONTHS[period]
    return collection.year if last_month > LAST_MONTH_OF_SCHOOL_YEAR else collection.year - 1


def fact_value(name: str, school: School, year: int) -> str:
    """The canonical text of a fact; "" where it is unknown or no register offers it."""
    fact = FACTS.get(name)
    return fact.read(school, year) if fact else ""


def bound_cells(definition: Definition) -> Iterator[tuple[str, Fact]]:
    """(cell key, fact) of the cells that a register fills in."""
    for key, cell in definition.cells.items():
        fact = FACTS.get(cell.spec.bound) if cell.spec.bound else None
        if fact is not None and fits(fact.kind, cell.spec.kind):
            yield key, fact


def fits(fact: str, cell: str) -> bool:
    """Whether a fact of one kind can stand in a cell of another: whole numbers fit decimals, money only money."""
    if cell == "text":
        return fact in ("text", "date")
    return fact == cell or (fact == "number" and cell in NUMERIC - {"money"})


def held_values(definition: Definition, school: School, year: int) -> dict[str, str]:
    """Cell key → what the register holds, of the cells where it holds anything."""
    found = ((key, fact.read(school, year)) for key, fact in bound_cells(definition))
    return {key: value for key, value in found if value != ""}


def prefill(return_: Return) -> dict[str, str]:
    """What the registers hold for the bound cells of a return: cell key → canonical text."""
    return held_values(_asked(return_), return_.school, school_year(return_.collection))


def differences(return_: Return) -> list[Difference]:
    """Bound cells that are filled in otherwise than the register has them now."""
    year = school_year(return_.collection)
    found = []
    for key, fact in bound_cells(_asked(return_)):
        figure, held = return_.values.get(key, ""), fact.read(return_.school, year)
        if figure and held and figure != held:
            found.append(Difference(key, figure, held, fact))
    return found


def _asked(return_: Return) -> Definition:
    stages = frozenset(row.stage for row in return_.school.stages.all())
    return return_.form_version.content.for_stages(stages)


@dataclass(frozen=True)
class Written:
    """What an accepted return did to the registers. `refused`: sentences, each once."""

    facts: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def write_back(return_: Return, by: Principal) -> Written:
    """Accepted figures into the registers, where the cell says so and `by` keeps the fact; with their source.

    What a register refuses stays as it is there; the difference remains visible. Call inside the step's transaction.
    """
    year = school_year(return_.collection)
    groups: dict[Write, dict[str, str]] = {}
    for key, fact in bound_cells(_asked(return_)):
        value = return_.values.get(key, "")
        spec = return_.form_version.content.cells[key].spec
        if spec.writes_back and fact.write and value and value != fact.read(return_.school, year):
            groups.setdefault(fact.write, {})[fact.name] = value
    done: list[str] = []
    refused: dict[str, None] = {}
    for write, values in groups.items():
        try:
            with transaction.atomic():
                write(return_.school, year, values, by, source_of(return_))
            done += sorted(values)
        except Refusal as refusal:
            refused[refusal.sentence] = None
    if done:
        audit.record("schools.return.written_back", by=by, obj=return_, fields=done)
    return Written(tuple(done), tuple(refused))


def source_of(return_: Return) -> str:
    """What the register names as source: the collection, in Chinese, as the registers are kept."""
    return f"报表：{return_.collection.title_zh}"[:100]


# --- the facts of the school register -----------------------------------------------------------


def canonical(value: Any) -> str:
    """A value of a model field as the text of a cell."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Model):
        return str(getattr(value, "name_zh", value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _of_school(name: str) -> Read:
    return lambda school, year: canonical(getattr(school, name))


def facts_row(school: School, year: int) -> SchoolFacts | None:
    """The figures of one school year. Reads `school.facts.all()`, which may be prefetched."""
    return next((row for row in school.facts.all() if row.year == year), None)


def latest_row(school: School, year: int) -> SchoolFacts | None:
    """The newest figures up to a school year: premises and books outlast a year."""
    rows = [row for row in school.facts.all() if row.year <= year]
    return max(rows, key=lambda row: row.year, default=None)


def _read_stock(name: str, school: School, year: int) -> str:
    for row in sorted(school.facts.all(), key=lambda row: -row.year):
        if row.year <= year and getattr(row, name) is not None:
            return canonical(getattr(row, name))
    return ""


def _read_year(name: str, school: School, year: int) -> str:
    return canonical(getattr(facts_row(school, year), name, None))


def _counts(school: School, year: int, stage: str = "", grade: int = 0) -> list[PupilCount]:
    row = facts_row(school, year)
    rows = list(row.pupil_counts.all()) if row else []
    return [one for one in rows if stage in ("", one.stage) and grade in (0, one.grade)]


def _read_pupils(sexes: tuple[str, ...], stage: str, grade: int, school: School, year: int) -> str:
    """A sum is known only where every figure in it is."""
    rows = _counts(school, year, stage, grade)
    figures = [getattr(row, sex) for row in rows for sex in sexes]
    return str(sum(figures)) if figures and None not in figures else ""


def write_facts(school: School, year: int, values: Mapping[str, str], by: Principal, source: str) -> None:
    """Into the figures of the school year. Raises NotPermitted, Invalid."""
    row = SchoolFacts.objects.filter(school=school, year=year).first()
    row = row or SchoolFacts(school=school, year=year)
    row.as_of, row.source = timezone.localdate(), source
    names = [name.removeprefix("facts.") for name in values if name.startswith("facts.")]
    for name in names:
        setattr(row, COLUMNS[name], int(values[f"facts.{name}"]))
    counts = _changed_counts(row, values)
    save_facts(facts=row, by=by, counts=counts or None, fields=[COLUMNS[name] for name in names])


def _changed_counts(
    row: SchoolFacts, values: Mapping[str, str]
) -> dict[tuple[str, int], tuple[int | None, int | None]]:
    """`pupils.primary.g1.boys` → boys and girls of the grade, the other sex as it stands."""
    held = {(one.stage, one.grade): (one.boys, one.girls) for one in row.pupil_counts.all()} if row.pk else {}
    found: dict[tuple[str, int], tuple[int | None, int | None]] = {}
    for name, value in values.items():
        if name.startswith("pupils."):
            _pupils, stage, grade, sex = name.split(".")
            place = (stage, int(grade[1:]))
            boys, girls = found.get(place) or held.get(place) or (None, None)
            found[place] = (int(value), girls) if sex == "boys" else (boys, int(value))
    return found


# Name of the fact → column of the yearly figures.
COLUMNS = {
    "classes": "classes",
    "staff": "staff",
    "full_time_teachers": "full_time_teachers",
    "land": "land",
    "floor_area": "floor_area",
    "books": "books",
    "equipment": "equipment_fen",
    "computers": "computers",
}
KNOWN_AS = {
    "classes": ("班级数", "班数", "教学班数", "教学班"),
    "staff": ("教职工", "教职工数", "教职工总数", "教职工人数"),
    "full_time_teachers": ("专任教师", "专任教师数", "专任教师人数"),
    "land": ("占地面积", "学校占地面积", "校园占地面积"),
    "floor_area": ("校舍建筑面积", "建筑面积", "校舍面积"),
    "books": ("图书", "图书册数", "图书藏量", "纸质图书"),
    "equipment": ("教学仪器设备值", "教学仪器设备资产值", "设备值"),
    "computers": ("计算机", "计算机台数", "教学用计算机"),
}
GRADES_KNOWN_AS = {
    Stage.PRESCHOOL: ("小班", "中班", "大班"),
    Stage.PRIMARY: ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级"),
    Stage.JUNIOR: ("七年级", "八年级", "九年级"),
    Stage.SENIOR: ("高一", "高二", "高三"),
}
SEXES_KNOWN_AS = {"boys": ("男", "男生"), "girls": ("女", "女生")}
# What outlasts a school year is carried on from the last one known; people are counted anew.
STOCKS = frozenset({"land", "floor_area", "books", "equipment", "computers"})
OF_SCHOOL = {
    "code": "text",
    "name_zh": "text",
    "name": "text",
    "address": "text",
    "township": "text",
    "district": "text",
    "school_type": "text",
    "organiser": "text",
    "area_class": "text",
    "credit_code": "text",
    "is_private": "yes_no",
    "founded_on": "date",
}
_REGISTER = _("register of schools")


def _register_school() -> None:
    for name, kind in OF_SCHOOL.items():
        label = School._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        FACTS.add(f"school.{name}", Fact(f"school.{name}", label, kind, _of_school(name), None, _REGISTER))


def _register_figures() -> None:
    for name, column in COLUMNS.items():
        label = SchoolFacts._meta.get_field(column).verbose_name  # type: ignore[union-attr]
        read = partial(_read_stock if name in STOCKS else _read_year, column)
        kind = "money" if name == "equipment" else "number"
        known_as = KNOWN_AS[name]
        fact = Fact(f"facts.{name}", label, kind, read, write_facts, _REGISTER, known_as)
        FACTS.add(fact.name, fact)


def _register_pupils() -> None:
    both, sexes = ("boys", "girls"), {"boys": _("boys"), "girls": _("girls")}
    _add_sum("facts.pupils", _("pupils"), both, "", 0, ("在校生", "在校生数", "学生总数", "在校学生数"))
    for sex in both:
        _add_sum(f"facts.{sex}", sexes[sex], (sex,), "", 0)
    for stage, years in GRADES_OF_STAGE.items():
        _add_sum(f"pupils.{stage.value}", OfStage(_("pupils"), stage), both, stage, 0)
        for grade in range(1, years + 1):
            for sex in both:
                name = f"pupils.{stage.value}.g{grade}.{sex}"
                read = partial(_read_pupils, (sex,), stage.value, grade)
                words = OfStage(sexes[sex], stage, grade)
                known_as = _grade_known_as(stage, grade, sex)
                FACTS.add(name, Fact(name, words, "number", read, write_facts, _REGISTER, known_as))


def _grade_known_as(stage: Stage, grade: int, sex: str) -> tuple[str, ...]:
    names = GRADES_KNOWN_AS.get(stage, ())
    return tuple(f"{names[grade - 1]}{said}" for said in SEXES_KNOWN_AS[sex]) if names else ()


def _add_sum(
    name: str, words: Any, sexes: tuple[str, ...], stage: str, grade: int, known_as: tuple[str, ...] = ()
) -> None:
    read = partial(_read_pupils, sexes, stage, grade)
    FACTS.add(name, Fact(name, words, "number", read, None, _REGISTER, known_as))


@dataclass(frozen=True)
class OfStage:
    """ "primary education, grade 3, boys", in the reader's language when it is read."""

    of: Any
    stage: Stage
    grade: int = 0

    def __str__(self) -> str:
        named = {"stage": self.stage.label, "grade": self.grade, "of": self.of}
        if self.grade:
            return _t("%(stage)s, grade %(grade)d, %(of)s") % named
        return _t("%(stage)s, %(of)s") % named


def label_of(fact: Fact) -> str:
    """The words of a fact as a page shows them."""
    return str(capfirst(str(fact.words)))


_register_school()
_register_figures()
_register_pupils()
