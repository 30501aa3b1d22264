"""The working-day calendar, the holiday notices, and the rules of the statutory clocks."""

from __future__ import annotations

import calendar as months
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from bureau.access.services import may_on_the_ground, permitted
from bureau.access.views import Ground, rule
from bureau.accounts.models import User
from bureau.deadlines import calendar, selectors, services
from bureau.deadlines.counting import Calendar
from bureau.deadlines.errors import ClockError
from bureau.deadlines.explanations import holiday_name, is_chinese
from bureau.deadlines.holiday_notices import FIRST_YEAR, LAST_YEAR, Preview, import_notice, parse, preview
from bureau.deadlines.models import CalendarYear, ClockRule
from bureau.desk.calendar_forms import NoticeForm, RuleForm

IMPORT = "calendar.import"
MOVES_SHOWN = 50


@dataclass(frozen=True)
class Cell:
    """A day of the year view; `kind` is "off" or "work" where a notice names the day."""

    day: date
    is_inside: bool
    kind: str
    name: str
    is_weekend: bool


@dataclass(frozen=True)
class Run:
    """Neighbouring days of one holiday and kind."""

    name: str
    kind: str
    first: date
    last: date


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)  # the rule let nobody else in


@rule(Ground("calendar.view"))
@require_GET
def calendar_page(request: HttpRequest, year: int | None = None) -> HttpResponse:
    shown = year or timezone.localdate().year
    if not FIRST_YEAR <= shown <= LAST_YEAR:
        raise Http404
    known = calendar.load()
    context = {
        "year": shown,
        "years": _years(known.years | {shown}),
        "notice": permitted(_me(request), "view", CalendarYear).filter(year=shown).first(),
        "months": [(date(shown, month, 1), _weeks(shown, month, known)) for month in range(1, 13)],
        "weekdays": [_weekday(date(2024, 1, day)) for day in range(1, 8)],  # a Monday to a Sunday
        "runs": list(_runs(shown, known)),
        "may_import": bool(may_on_the_ground(_me(request), IMPORT)),
        "today": timezone.localdate(),
    }
    return render(request, "desk/calendar.html", context)


def _years(known: Iterable[int]) -> list[int]:
    """Those with a notice, this one and the next, for which a notice is looked for."""
    this_year = timezone.localdate().year
    return sorted({*known, this_year, this_year + 1})


def _weekday(day: date) -> tuple[str, str]:
    """“Mon”, “Monday”; in Chinese “一”, “星期一”."""
    whole = date_format(day, "l", use_l10n=False)
    return (whole[-1] if is_chinese() else whole[:3]), whole


def _weeks(year: int, month: int, known: Calendar) -> list[list[Cell]]:
    return [
        [_cell(day, month, known) for day in week]
        for week in months.Calendar().monthdatescalendar(year, month)
    ]


def _cell(day: date, month: int, known: Calendar) -> Cell:
    kind, name = known.days.get(day, ("", ""))
    return Cell(day, day.month == month, kind, holiday_name(name) if name else "", day.weekday() >= 5)


def _runs(year: int, known: Calendar) -> Iterator[Run]:
    days = sorted(day for day in known.days if day.year == year)

    def of_one_holiday(pair: tuple[int, date]) -> tuple[int, tuple[str, str]]:
        return pair[1].toordinal() - pair[0], known.days[pair[1]]

    for (_place, (kind, name)), run in groupby(enumerate(days), key=of_one_holiday):
        found = [day for _index, day in run]
        yield Run(holiday_name(name), kind, found[0], found[-1])


@rule(Ground(IMPORT))
@require_http_methods(["GET", "POST"])
def calendar_import(request: HttpRequest) -> HttpResponse:
    """Read, show what would change, and write once that was confirmed."""
    if request.method == "GET":
        return render(request, "desk/calendar_import.html", {"form": NoticeForm()})
    form = NoticeForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "desk/calendar_import.html", {"form": _kept(form)}, status=422)
    notice = parse(form.cleaned_data["text"], form.cleaned_data["year"])
    if notice.faults:
        context = {"form": _kept(form), "faults": notice.faults}
        return render(request, "desk/calendar_import.html", context, status=422)
    with transaction.atomic():
        found = preview(notice)
        seen = request.POST.get("seen", "")
        if seen == _digest(found):
            return _written(request, form, found)
    return _shown(request, form, found, has_changed=bool(seen))


def _kept(form: NoticeForm) -> NoticeForm:
    """The form with the text of the file in it, so that nothing chosen is lost and lines can be put right."""
    text = form.cleaned_data.get("file") or ""
    if text:
        data = form.data.copy() if isinstance(form.data, QueryDict) else QueryDict(mutable=True)
        data["text"] = text
        form.data = data
    return form


def _shown(request: HttpRequest, form: NoticeForm, found: Preview, *, has_changed: bool) -> HttpResponse:
    moved = [move for move in found.moves if move.changes_date]
    context = {
        "given": {name: form.cleaned_data[name] for name in ("year", "title_zh", "title", "source", "text")},
        "found": found,
        "moves": moved[:MOVES_SHOWN],
        "more_moves": max(0, len(moved) - MOVES_SHOWN),
        "confirmed": len(found.moves) - len(moved),
        "seen": _digest(found),
        "has_changed": has_changed,
    }
    return render(request, "desk/calendar_preview.html", context)


def _digest(found: Preview) -> str:
    """What was on the page that a person confirms: other days or other clocks need another look."""
    moved = [(move.clock.pk, move.old_due_on, move.new_due_on) for move in found.moves]
    lines = [(line.day, line.name, line.kind) for line in found.notice.lines]
    return hashlib.sha256(repr((found.notice.year, lines, found.changes, moved)).encode()).hexdigest()


def _written(request: HttpRequest, form: NoticeForm, found: Preview) -> HttpResponse:
    data = form.cleaned_data
    moved = import_notice(
        found.notice, by=_me(request), title_zh=data["title_zh"], title=data["title"], source=data["source"]
    )
    number = sum(move.changes_date for move in moved)
    said = ngettext(
        "The notice was taken over; %(number)d date moved.",
        "The notice was taken over; %(number)d dates moved.",
        number,
    )
    messages.success(request, said % {"number": number})
    return HttpResponseRedirect(reverse("desk:calendar_year", args=[data["year"]]))


@rule(Ground("calendar.view"))
@require_GET
def clock_rules(request: HttpRequest) -> HttpResponse:
    context = {
        "rules": [versions[0] for versions in selectors.rules_by_matter()],
        "years": _years(selectors.years_with_notice()),
        "year": 0,
    }
    return render(request, "desk/calendar_rules.html", context)


@rule(Ground("calendar.view"))
@require_GET
def clock_rule(request: HttpRequest, matter: str) -> HttpResponse:
    versions = list(permitted(_me(request), "view", ClockRule).filter(matter=matter).order_by("-valid_from"))
    if not versions:
        raise Http404
    may_change = bool(may_on_the_ground(_me(request), IMPORT))
    context = {"rule": versions[0], "versions": versions, "may_change": may_change}
    return render(request, "desk/calendar_rule.html", context)


@rule(Ground(IMPORT))
@require_http_methods(["GET", "POST"])
def clock_rule_change(request: HttpRequest, matter: str) -> HttpResponse:
    latest = (
        permitted(_me(request), "change", ClockRule).filter(matter=matter).order_by("-valid_from").first()
    )
    if latest is None:
        raise Http404
    form = RuleForm(request.POST or None, instance=_next_version(latest), principal=_me(request))
    if request.method == "POST" and form.is_valid() and _saved(form, _me(request)):
        messages.success(request, _("The new rule was saved. Clocks that run keep the rule they began with."))
        return HttpResponseRedirect(reverse("desk:clock_rule", args=[matter]))
    status = 422 if form.is_bound else 200
    return render(request, "desk/calendar_rule_form.html", {"form": form, "rule": latest}, status=status)


def _next_version(latest: ClockRule) -> ClockRule:
    kept: dict[str, Any] = {
        field.attname: getattr(latest, field.attname)
        for field in ClockRule._meta.concrete_fields
        if field.name not in ("id", "valid_from", "is_reference")
    }
    return ClockRule(**kept)


def _saved(form: RuleForm, by: User) -> bool:
    try:
        services.change_rule(form.instance, by=by)
    except ClockError as error:
        form.add_error("valid_from", str(error.sentence))
    except ValidationError as error:
        form.add_error(None, " ".join(error.messages))
    return not form.errors


urlpatterns = [
    path("calendar/", calendar_page, name="calendar"),
    path("calendar/<int:year>/", calendar_page, name="calendar_year"),
    path("calendar/import/", calendar_import, name="calendar_import"),
    path("calendar/rules/", clock_rules, name="clock_rules"),
    path("calendar/rules/<str:matter>/", clock_rule, name="clock_rule"),
    path("calendar/rules/<str:matter>/change/", clock_rule_change, name="clock_rule_change"),
]
