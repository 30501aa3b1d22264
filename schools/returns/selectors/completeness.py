"""Who has reported and who has not: counted in the database, however many returns there are.

Every figure counts returns. A school that was excused is expected no longer; it stands in a figure of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.charter.models import local
from schools.choices import STAGE_ORDER, Stage
from schools.models import District, SchoolStage
from schools.returns.choices import DONE, SENT, CollectionStatus, ReturnStatus
from schools.returns.models import Collection, Return

EXPECTED = ~Q(status=ReturnStatus.EXCUSED)
SUBMITTED = EXPECTED & Q(first_sent_on__isnull=False)
UNSENT = EXPECTED & Q(first_sent_on__isnull=True)
DUE = "collection__due_on"
FORM = "collection__version_of_form__form_id"


@dataclass(frozen=True)
class Figure:
    """What a column counts. `q`: of which returns, on a day."""

    key: str
    label: str | Promise
    q: Callable[[date], Q]


def _all(*figures: Figure) -> dict[str, Figure]:
    return {figure.key: figure for figure in figures}


FIGURES: Mapping[str, Figure] = _all(
    Figure("expected", _("Expected"), lambda day: EXPECTED),
    Figure("started", _("Begun, not sent"), lambda day: UNSENT & Q(started_at__isnull=False)),
    Figure("submitted", pgettext_lazy("school return", "Sent"), lambda day: SUBMITTED),
    Figure("on_time", _("On time"), lambda day: SUBMITTED & Q(first_sent_on__lte=F(DUE))),
    Figure("late", _("Sent late"), lambda day: SUBMITTED & Q(first_sent_on__gt=F(DUE))),
    Figure("unsent", _("Not sent"), lambda day: UNSENT),
    Figure("missing", _("Missing"), lambda day: UNSENT & Q(**{f"{DUE}__lt": day})),
    Figure("reviewing", _("With a reviewer"), lambda day: Q(status__in=SENT)),
    Figure("returned", _("Returned"), lambda day: Q(status=ReturnStatus.RETURNED)),
    Figure("accepted", pgettext_lazy("school return", "Accepted"), lambda day: Q(status__in=DONE)),
    Figure("excused", _("Excused"), lambda day: ~EXPECTED),
)


@dataclass(frozen=True)
class Scope:
    """Which returns are counted. Without a collection: all that are issued, or those of a form and a year."""

    collection: Collection | None = None
    form: int | None = None
    year: int | None = None
    district: int | None = None
    stage: str = ""
    owner: int | None = None

    def narrowed(self, returns: QuerySet[Return]) -> QuerySet[Return]:
        found = returns.filter(self._collections())
        wanted = {"school__district": self.district, "owner": self.owner}
        found = found.filter(**{name: value for name, value in wanted.items() if value is not None})
        if self.stage:
            schools = SchoolStage.objects.filter(stage=self.stage).order_by().values("school_id")
            found = found.filter(school_id__in=schools)
        return found

    def _collections(self) -> Q:
        if self.collection is not None:
            return Q(collection=self.collection)
        asked = self.form is not None or self.year is not None
        states = (CollectionStatus.ISSUED, *((CollectionStatus.LOCKED,) if asked else ()))
        found = Q(collection__status__in=states, collection__is_past=False)
        if self.form is not None:
            found &= Q(**{FORM: self.form})
        return found & Q(collection__year=self.year) if self.year is not None else found


@dataclass(frozen=True)
class Line:
    """One line of a table. `key` is what its list is narrowed by."""

    key: str
    name_zh: str
    name: str
    counts: Mapping[str, int]
    note: date | None = None  # of a collection: the due day

    @property
    def label(self) -> str:
        return local(self.name_zh, self.name)

    @property
    def percent_sent(self) -> int | None:
        """Whole percent, rounded down: a hundred means all of them."""
        whole = self.counts["expected"]
        return self.counts["submitted"] * 100 // whole if whole else None

    @property
    def percent_on_time(self) -> int | None:
        whole = self.counts["submitted"]
        return self.counts["on_time"] * 100 // whole if whole else None


@dataclass(frozen=True)
class Completeness:
    day: date
    total: Line
    collections: tuple[Line, ...]
    districts: tuple[Line, ...]
    stages: tuple[Line, ...]
    forms: tuple[Line, ...]


Tally = dict[Any, dict[str, int]]


@dataclass
class _Counted:
    """What the two queries brought, before it has names."""

    total: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIGURES, 0))
    collections: Tally = field(default_factory=dict)
    districts: Tally = field(default_factory=dict)
    forms: Tally = field(default_factory=dict)


def completeness(by: Principal, scope: Scope, day: date, *, verb: str = "view") -> Completeness:
    """All tables of the page, in four queries. A nine-year school stands under each of its stages, once in the total."""
    returns = scope.narrowed(permitted(by, verb, Return)).order_by()
    counted = _Counted()
    for (collection, district), sums in _grouped(returns, day, "collection_id", "school__district_id"):
        _add(counted.collections, collection, sums)
        _add(counted.districts, district, sums)
        _sum(counted.total, sums)
    collections = _collections(counted)
    stages = {key: sums for (key,), sums in _grouped(returns, day, "school__stages__stage") if key}
    return Completeness(
        day,
        Line("", "", "", counted.total),
        collections,
        _districts(counted.districts),
        tuple(_stage(key, stages[key]) for key in sorted(stages, key=STAGE_ORDER.__getitem__)),
        _forms(counted.forms),
    )


def listed(by: Principal, scope: Scope, figure: str, day: date, *, verb: str = "view") -> QuerySet[Return]:
    """The returns behind one figure; the longest due first."""
    found = scope.narrowed(permitted(by, verb, Return)).filter(FIGURES[figure].q(day))
    related = ("school__district", "school__unit", "collection__version_of_form__form", "owner")
    return found.select_related(*related).order_by(DUE, "school__code", "pk")


def _grouped(
    returns: QuerySet[Return], day: date, *keys: str
) -> Iterable[tuple[tuple[Any, ...], dict[str, int]]]:
    counted = {f"n_{key}": Count("pk", filter=figure.q(day)) for key, figure in FIGURES.items()}
    for row in returns.values_list(*keys).annotate(**counted):
        yield row[: len(keys)], dict(zip(FIGURES, row[len(keys) :], strict=True))


def _add(tally: Tally, key: Any, sums: Mapping[str, int]) -> None:
    _sum(tally.setdefault(key, dict.fromkeys(FIGURES, 0)), sums)


def _sum(line: dict[str, int], sums: Mapping[str, int]) -> None:
    for name, number in sums.items():
        line[name] += number


def _collections(counted: _Counted) -> tuple[Line, ...]:
    """By due day; beside them the sums of the forms are made."""
    rows = Collection.objects.filter(pk__in=counted.collections).select_related("version_of_form__form")
    rows = rows.defer("version_of_form__definition").order_by("due_on", "pk")
    lines = []
    for row in rows:
        sums, form = counted.collections[row.pk], row.version_of_form.form
        _add(counted.forms, (form.code, form.pk, form.name_zh, form.name), sums)
        lines.append(Line(str(row.pk), row.title_zh, row.title, sums, row.due_on))
    return tuple(lines)


def _districts(tally: Tally) -> tuple[Line, ...]:
    rows = District.objects.filter(pk__in=tally).order_by("code")
    return tuple(Line(str(row.pk), row.name_zh, row.name, tally[row.pk]) for row in rows)


def _stage(key: str, sums: Mapping[str, int]) -> Line:
    label = str(Stage(key).label)
    return Line(key, label, label, sums)


def _forms(tally: Tally) -> tuple[Line, ...]:
    return tuple(Line(str(pk), zh, en, tally[code, pk, zh, en]) for code, pk, zh, en in sorted(tally))
