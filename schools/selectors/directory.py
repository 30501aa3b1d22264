"""The public directory: open schools, and of each only the fields that are listed here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC
from bureau.charter.models import Unit
from bureau.pages.filters import search
from schools.choices import Stage
from schools.models import AreaClass, District, Organiser, School, SchoolFacts, SchoolType
from schools.selectors.record import stage_labels
from schools.selectors.remits import deciding_section

# Nothing of a school is published that does not stand here.
PUBLIC_FIELDS = (
    "code",
    "name_zh",
    "name",
    "former_names",
    "school_type",
    "organiser",
    "is_private",
    "area_class",
    "district",
    "township",
    "address",
    "longitude",
    "latitude",
    "founded_on",
    "as_of",
)
SEARCHED = ("code", "name_zh", "name", "former_names", "initials")
SHOWN_WITH = ("district", "school_type", "organiser", "area_class")
PER_PAGE = 25


@dataclass(frozen=True)
class PublicSchool:
    """What anyone may read about a school."""

    code: str
    name_zh: str
    name: str
    former_names: str
    school_type: SchoolType
    organiser: Organiser
    is_private: bool
    area_class: AreaClass
    district: District
    township: str
    address: str
    longitude: Decimal | None
    latitude: Decimal | None
    founded_on: date | None
    as_of: date
    stages: tuple[str, ...]


@dataclass(frozen=True)
class PublicFigures:
    """The newest figures of a school; None is unknown."""

    year: str
    as_of: date
    pupils: int | None
    classes: int | None
    full_time_teachers: int | None


@dataclass(frozen=True)
class PublicPage:
    """The page of one school."""

    school: PublicSchool
    phones: tuple[tuple[str, str], ...]
    figures: PublicFigures | None
    owner: Unit | None


def directory(text: str = "", *, chosen: Mapping[str, str] | None = None) -> QuerySet[School]:
    """Open schools. `chosen`: district (its code), stage, run_by ("public", "private"); unknown values find none."""
    found = search(permitted(PUBLIC, "view", School), text, SEARCHED)
    for name, value in (chosen or {}).items():
        if value:
            found = found.filter(_filter(name, value))
    return found.select_related(*SHOWN_WITH).prefetch_related("stages").order_by("code")


def _filter(name: str, value: str) -> Q:
    if name == "district":
        return Q(district__code=value)
    if name == "stage":
        return Q(stages__stage=value if value in Stage.values else "")
    if name == "run_by" and value in ("public", "private"):
        return Q(is_private=value == "private")
    return Q(pk__in=())


def public_school(school: School) -> PublicSchool:
    values = {name: getattr(school, name) for name in PUBLIC_FIELDS}
    return PublicSchool(**values, stages=tuple(stage_labels(school)))


def public_page(code: str) -> PublicPage | None:
    """The page of an open school, or None."""
    found = permitted(PUBLIC, "view", School).filter(code=code)
    school = found.select_related(*SHOWN_WITH).first()
    if school is None:
        return None
    contacts = school.contacts.filter(is_public=True)
    return PublicPage(
        school=public_school(school),
        phones=tuple((str(row.get_kind_display()), row.phone) for row in contacts),
        figures=_figures(school.facts.prefetch_related("pupil_counts").order_by("-year").first()),
        owner=deciding_section(school),
    )


def stays_for(code: str) -> str | None:
    """The code under which a school stands now whose record with this code was a double; None where none was."""
    survivors = permitted(PUBLIC, "view", School).filter(merged_from__code=code)
    return survivors.values_list("code", flat=True).first()


def _figures(facts: SchoolFacts | None) -> PublicFigures | None:
    if facts is None:
        return None
    return PublicFigures(facts.year_label, facts.as_of, facts.pupils, facts.classes, facts.full_time_teachers)


def figures_of_all() -> dict[str, Any] | None:
    """Open schools, their pupils and full-time teachers in the newest year that most schools have reported."""
    schools = permitted(PUBLIC, "view", School).order_by()
    count, as_of = schools.count(), latest_change()
    if not count or as_of is None:
        return None
    rows: list[tuple[Any, str]] = [(_("schools"), f"{count:,}")]
    facts = SchoolFacts.objects.filter(school__in=schools.values("pk"))
    by_year = facts.values_list("year").annotate(reported=Count("pk")).order_by("-year")
    year = next((year for year, reported in by_year if reported * 2 > count), None)
    if year is None:
        return {"rows": rows, "as_of": as_of, "year": "", "url": reverse_lazy("public:school_list")}
    facts = facts.filter(year=year)
    pupils = facts.aggregate(boys=Sum("pupil_counts__boys"), girls=Sum("pupil_counts__girls"))
    own = facts.aggregate(classes=Sum("classes"), teachers=Sum("full_time_teachers"), as_of=Max("as_of"))
    numbers = (
        (_("pupils and children"), (pupils["boys"] or 0) + (pupils["girls"] or 0)),
        (_("full-time teachers"), own["teachers"]),
        (_("classes"), own["classes"]),
    )
    rows += [(label, f"{number:,}") for label, number in numbers if number]
    first = facts.order_by().first()
    return {
        "rows": rows,
        "as_of": own["as_of"] or as_of,
        "year": first.year_label if first else "",
        "url": reverse_lazy("public:school_list"),
    }


def latest_change() -> date | None:
    """The day of the newest entry of the directory."""
    newest = permitted(PUBLIC, "view", School).order_by("-as_of").values_list("as_of", flat=True)
    return newest.first()
