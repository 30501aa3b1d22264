"""Sums of accepted figures by district, each with how many of the schools asked stand behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from bureau.access.services import permitted
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.replica import may_lag
from schools.models import District, SchoolStage
from schools.returns.capabilities import NAME
from schools.returns.choices import CollectionStatus
from schools.returns.definition import Cell, Definition
from schools.returns.models import Collection, FigureTotal, FormVersion, Return
from schools.returns.models.figures import PARTS_OF_ONE
from schools.returns.selectors.completeness import EXPECTED

# A sum of percentages says nothing.
SUMMED = frozenset({"number", "decimal", "money"})
FEN_OF_YUAN = 100
Stages = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Sum:
    """`amount` in the unit that people read (yuan, not fen); None where no school's figure stands behind it."""

    amount: Decimal | None
    schools: int
    expected: int

    @property
    def lacking(self) -> int:
        return max(0, self.expected - self.schools)


@dataclass(frozen=True)
class Row:
    cell: Cell
    city: Sum
    districts: tuple[Sum, ...]


@dataclass(frozen=True)
class CityTotals:
    districts: tuple[District, ...]
    rows: tuple[Row, ...]
    expected: int


@dataclass(frozen=True)
class PeriodOf:
    """Of which form and for which period figures are summed."""

    form: int
    year: int
    part: int

    def collections(self) -> QuerySet[Collection]:
        issued = (CollectionStatus.ISSUED, CollectionStatus.LOCKED)
        rows = Collection.objects.filter(year=self.year, part=self.part, status__in=issued)
        return rows.filter(version_of_form__form=self.form)

    def version(self) -> FormVersion | None:
        """The latest version that was asked in the period."""
        asked = self.collections().order_by().values("version_of_form")
        return FormVersion.objects.filter(pk__in=asked).order_by("-number").first()


def summed_cells(content: Definition, part: str = "", keys: Iterable[str] = ()) -> list[Cell]:
    """The cells that can be added up: of one part, or the named ones."""
    wanted = set(keys)
    return [
        cell
        for cell in content.cells.values()
        if cell.spec.kind in SUMMED
        and (not part or cell.part.key == part)
        and (not wanted or cell.key in wanted)
    ]


def city_totals(by: Principal, period: PeriodOf, cells: Iterable[Cell], *, verb: str = "view") -> CityTotals:
    """Three queries, for one cell as for thirty."""
    chosen = list(cells)
    districts = tuple(_districts(by))
    expected = _expected(period, districts, {_stages(cell) for cell in chosen} | {NOT_NARROWED})
    allowed = permitted(by, verb, FigureTotal)  # asked of the first database, the sums perhaps of the copy
    with may_lag():
        found = _totals(allowed, period, [cell.key for cell in chosen])
    rows = tuple(_row(cell, districts, found[cell.key], expected[_stages(cell)]) for cell in chosen)
    return CityTotals(districts, rows, sum(expected[NOT_NARROWED].values()))


def _districts(by: Principal) -> QuerySet[District]:
    """All for a section; a county bureau's own for its people. The rule of the sums, asked the other way round."""
    if not isinstance(by, User):
        return District.objects.none()
    me = standing(by)
    rows = District.objects.order_by("code")
    if me.holder_units(NAME, "view") or me.participant_units(NAME, "view"):
        return rows
    return rows.filter(unit__in=me.own_unit_ids())


def _totals(
    totals: QuerySet[FigureTotal], period: PeriodOf, keys: list[str]
) -> dict[str, dict[int, tuple[int, int]]]:
    rows = totals.filter(form=period.form, year=period.year, part=period.part, cell__in=keys)
    found: dict[str, dict[int, tuple[int, int]]] = defaultdict(dict)
    for cell, district, amount, schools in rows.order_by().values_list(
        "cell", "district_id", "amount", "schools"
    ):
        found[cell][district] = amount, schools
    return found


NOT_NARROWED: Stages = ((), ())


def _stages(cell: Cell) -> Stages:
    return cell.part.stages, cell.row.stages if cell.row else ()


def _asked(stages: Stages) -> Q:
    """Returns of schools of which a cell is asked."""
    found = EXPECTED
    for names in filter(None, stages):
        schools = SchoolStage.objects.filter(stage__in=names).order_by().values("school_id")
        found &= Q(school_id__in=schools)
    return found


def _expected(
    period: PeriodOf, districts: Iterable[District], kinds: set[Stages]
) -> Mapping[Stages, dict[int, int]]:
    """How many schools are asked, by what a cell is narrowed to, and district: one query for all of them."""
    names = {f"n{place}": stages for place, stages in enumerate(sorted(kinds))}
    rows = Return.objects.filter(collection__in=period.collections().values("pk").order_by())
    rows = rows.filter(school__district__in=districts).order_by()
    counted = {name: Count("pk", filter=_asked(stages)) for name, stages in names.items()}
    found: dict[Stages, dict[int, int]] = {stages: {} for stages in kinds}
    for district, *numbers in rows.values_list("school__district_id").annotate(**counted):
        for stages, number in zip(names.values(), numbers, strict=True):
            found[stages][district] = number
    return found


def _row(
    cell: Cell,
    districts: Iterable[District],
    totals: Mapping[int, tuple[int, int]],
    expected: Mapping[int, int],
) -> Row:
    sums = []
    for district in districts:
        amount, schools = totals.get(district.pk, (0, 0))
        sums.append(_sum(cell, amount, schools, expected.get(district.pk, 0)))
    whole = [totals[one.pk] for one in districts if one.pk in totals]
    city = _sum(
        cell,
        sum(amount for amount, _schools in whole),
        sum(schools for _amount, schools in whole),
        sum(one.expected for one in sums),
    )
    return Row(cell, city, tuple(sums))


def _sum(cell: Cell, amount: int, schools: int, expected: int) -> Sum:
    if not schools:
        return Sum(None, 0, expected)
    of_one = PARTS_OF_ONE * (FEN_OF_YUAN if cell.spec.kind == "money" else 1)
    return Sum(Decimal(amount) / of_one, schools, expected)
