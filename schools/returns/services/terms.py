"""The periods of returns: loaded with the portal, read by the day on which they hold."""

from __future__ import annotations

import calendar
import tomllib
from datetime import date
from pathlib import Path

from django.utils import timezone

from bureau.deadlines.references import Loaded, put_all
from schools.returns.choices import TermKey
from schools.returns.models import ReturnTerm

HERE = Path(__file__).parent.parent / "reference"


def load_terms() -> Loaded:
    """A row that somebody has changed on its page stays as it is."""
    rows = tomllib.loads((HERE / "terms.toml").read_text(encoding="utf-8"))["row"]
    own = set(ReturnTerm.objects.exclude(changed_by="").values_list("key", "valid_from"))
    wanted = [row for row in rows if (row["key"], row["valid_from"]) not in own]
    return put_all(ReturnTerm, ("key", "valid_from"), wanted)


def day_of_year(key: TermKey, year: int) -> date:
    """The day of `year` that the table names, by what was in force on the first day of that year.

    The end of the calendar year where the table is silent: a period that may still run is never taken as over.
    """
    number = terms(date(year, 1, 1)).get(key) or _earliest(key)
    if number is None:
        return date(year, 12, 31)
    month, day = divmod(number, 100)
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _earliest(key: TermKey) -> int | None:
    """Of years before the table begins its first row speaks."""
    rows = ReturnTerm.objects.filter(key=key).order_by("valid_from")
    return rows.values_list("length", flat=True).first()


def terms(on: date | None = None) -> dict[str, int]:
    """Key → number in force on a day, in one query; a key without a row is absent."""
    day = on or timezone.localdate()
    rows = ReturnTerm.objects.filter(valid_from__lte=day).order_by("valid_from")
    return dict(rows.values_list("key", "length"))
