"""A school's figures beside those of similar schools: same type, same class of place, never a name.

What stands beside are the median and the quartiles of at least so many other schools as the table of periods
says; of fewer, nothing is shown, so that no figure of one school can be read out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import quantiles

from django.db.models import QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.access.services import permitted
from bureau.accounts.principals import System
from bureau.money import FEN
from schools.choices import SchoolStatus
from schools.models import PupilCount, School, SchoolFacts

COMPARER = System("schools.beside", frozenset({"schools.schoolfacts.view", "schools.school.view"}))
Known = Mapping[str, int | None]


@dataclass(frozen=True)
class Measure:
    """`of` names the figure that is divided, `by` the one that divides; without one it stands as it is."""

    key: str
    label: str | Promise
    of: str
    by: str = ""
    times: float = 1
    decimals: int = 0

    def value(self, known: Known) -> float | None:
        """None where a figure is missing; missing is not zero."""
        found = known.get(self.of)
        if found is None:
            return None
        if not self.by:
            return float(found)
        whole = known.get(self.by)
        return found * self.times / whole if whole else None


MEASURES = (
    Measure("pupils", _("Pupils"), "pupils"),
    Measure("classes", _("Classes"), "classes"),
    Measure("class_size", _("Pupils in a class"), "pupils", "classes", decimals=1),
    Measure(
        "per_teacher", _("Pupils for each full-time teacher"), "pupils", "full_time_teachers", decimals=1
    ),
    Measure("land", _("Land for each pupil (m²)"), "land", "pupils", decimals=1),
    Measure("floor_area", _("Floor area for each pupil (m²)"), "floor_area", "pupils", decimals=1),
    Measure("books", _("Books for each pupil"), "books", "pupils", decimals=1),
    Measure("equipment", _("Equipment for each pupil (yuan)"), "equipment_fen", "pupils", 1 / FEN),
    Measure("computers", _("Computers for 100 pupils"), "computers", "pupils", 100, decimals=1),
)
FACTS = ("classes", "full_time_teachers", "land", "floor_area", "books", "equipment_fen", "computers")


@dataclass(frozen=True)
class Beside:
    """One measure. The quartiles are None where fewer schools than allowed know it."""

    measure: Measure
    mine: float | None
    low: float | None
    median: float | None
    high: float | None
    schools: int

    @property
    def places(self) -> str:
        """For the filter `floatformat`: decimals, thousands in groups."""
        return f"{self.measure.decimals}g"


@dataclass(frozen=True)
class Comparison:
    facts: SchoolFacts
    rows: tuple[Beside, ...]
    schools: int
    least: int

    @property
    def is_allowed(self) -> bool:
        return self.schools >= self.least


def similar(school: School) -> QuerySet[School]:
    """Other open schools of its type in the city whose place is of the same class: urban, town or countryside."""
    place = school.area_class.code[: 1 if school.area_class.code.startswith("2") else 2]
    found = permitted(COMPARER, "view", School).filter(
        status=SchoolStatus.OPEN, school_type=school.school_type_id, area_class__code__startswith=place
    )
    return found.exclude(pk=school.pk).order_by()


def comparison(school: School, *, least: int) -> Comparison | None:
    """For the latest school year of which the school has figures; None without any. Four queries."""
    mine = SchoolFacts.objects.filter(school=school).order_by("-year").first()
    if mine is None:
        return None
    facts = permitted(COMPARER, "view", SchoolFacts).filter(year=mine.year).order_by()
    others = _known(facts.filter(school__in=similar(school).values("pk")))
    own = _known(facts.filter(pk=mine.pk))[school.pk]
    rows = tuple(_beside(measure, own, others, least) for measure in MEASURES)
    return Comparison(mine, rows, len(others), least)


def _known(facts: QuerySet[SchoolFacts]) -> dict[int, dict[str, int | None]]:
    """School → its figures; two queries."""
    found = {}
    for pk, school, *values in facts.values_list("pk", "school_id", *FACTS):
        found[pk] = (school, dict(zip(FACTS, values, strict=True)))
    counts = PupilCount.objects.filter(facts__in=facts.values("pk")).order_by().values_list("facts_id")
    pupils = {pk: _added(boys, girls) for pk, boys, girls in counts.annotate(Sum("boys"), Sum("girls"))}
    return {school: {**values, "pupils": pupils.get(pk)} for pk, (school, values) in found.items()}


def _added(boys: int | None, girls: int | None) -> int | None:
    return None if boys is None and girls is None else (boys or 0) + (girls or 0)


def _beside(measure: Measure, own: Known, others: Mapping[int, Known], least: int) -> Beside:
    value: Callable[[Known], float | None] = measure.value
    values = [one for known in others.values() if (one := value(known)) is not None]
    if len(values) < max(least, 2):
        return Beside(measure, value(own), None, None, None, len(values))
    low, median, high = quantiles(values, n=4, method="inclusive")
    return Beside(measure, value(own), low, median, high, len(values))
