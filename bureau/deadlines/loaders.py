"""Loading the calendar and the clock rules that come with the portal."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import System
from bureau.deadlines.models import CalendarDay, CalendarYear, ClockRule
from bureau.deadlines.references import Loaded, Loader, put_all, register, rows
from bureau.deadlines.services import recompute_open

HERE = Path(__file__).parent / "reference"
RULES_FILE = "clock_rules.toml"
BY = System("reference")
# What a rule is when its file does not say otherwise.
UNSAID = {
    "rolls": False,
    "extension_length": 0,
    "extended_by": [],
    "fixed_month": None,
    "fixed_day": None,
    "is_reference": True,
}
AS_SHIPPED = ""  # `loaded_by` of a year that no administrator has imported


def load_calendar() -> Loaded:
    """The notices of notices.toml. A year that an administrator imported is left alone."""
    notices = tomllib.loads((HERE / "notices.toml").read_text(encoding="utf-8"))["notice"]
    imported = set(CalendarYear.objects.exclude(loaded_by=AS_SHIPPED).values_list("year", flat=True))
    shipped = {notice["year"]: notice.pop("days") for notice in notices if notice["year"] not in imported}
    total = put_all(CalendarYear, ("year",), [notice for notice in notices if notice["year"] in shipped])
    total += put_all(CalendarDay, ("day",), _days(shipped))
    if total.created or total.changed:
        recompute_open(by=BY, reason="reference data")
    return total


def _days(files: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    for year in CalendarYear.objects.filter(year__in=files):
        for row in rows(HERE / files[year.year]):
            day = date.fromisoformat(row["date"])
            if day.year == year.year:
                yield {"day": day, "name": row["name"], "kind": row["kind"], "year_id": year.pk}


def load_clock_rules() -> Loaded:
    """The clock_rules.toml of every app and room. What an "
    "administrator added stays, whatever the file says."""
    own = set(ClockRule.objects.filter(is_reference=False).values_list("matter", "valid_from"))
    rules = (
        rule for path in _rule_files() for rule in tomllib.loads(path.read_text(encoding="utf-8"))["rule"]
    )
    wanted = [{**UNSAID, **rule} for rule in rules if (rule["matter"], rule["valid_from"]) not in own]
    total = put_all(ClockRule, ("matter", "valid_from"), wanted)
    if total.changed:
        recompute_open(by=BY, reason="reference data")
    return total


def _rule_files() -> Iterator[Path]:
    for config in apps.get_app_configs():
        for folder in ("", *getattr(config, "rooms", ())):
            path = Path(config.path) / folder / "reference" / RULES_FILE
            if path.exists():
                yield path


CALENDAR = Loader("deadlines.calendar", _("holiday notices"), load_calendar)
CLOCK_RULES = Loader("deadlines.clock_rules", _("clock rules"), load_clock_rules)
for loader in (CALENDAR, CLOCK_RULES):
    register(loader)
