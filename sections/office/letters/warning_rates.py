"""How often answers go on in spite of a warning: per section, per author, beside what the writers say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureau.access.services import permitted
from bureau.access.standing import standing
from bureau.access.views import Records, rule
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.models import Unit
from bureau.pages.pagesets import PageSet
from bureau.pages.views.base import PageView
from bureau.workflow.models import HistoryEntry
from sections.office.letters.models import AnswerWarning, Letter
from sections.office.letters.solved import SolvedCounts, solved_counts

PERIODS = (30, 90, 365)
STEPS = ("propose", "approve")


@dataclass(frozen=True)
class Rate:
    """`answers`: letters that were sent on; `warned`: those of them that went on in spite of a warning."""

    section: str
    person: str
    answers: int
    warned: int

    @property
    def percent(self) -> int:
        return round(100 * self.warned / self.answers) if self.answers else 0


def rates(by: Principal, since: date) -> tuple[list[Rate], list[Rate]]:
    """(per section, per person), the highest first. Only of letters that `by` may supervise; four queries."""
    letters = permitted(by, "supervise", Letter)
    moment = timezone.make_aware(datetime.combine(since, time.min))
    sent = _sent(letters, moment)
    warned = set(
        AnswerWarning.objects.filter(letter__in=letters.values("pk").order_by(), at__gte=moment)
        .order_by()
        .values_list("letter_id", "by_id")
    )
    units = dict(
        Letter.objects.filter(pk__in={pk for pk, _person in sent}).order_by().values_list("pk", "unit_id")
    )
    labels = {unit.pk: unit.label for unit in Unit.objects.filter(pk__in=set(units.values()) - {None})}
    names = dict(User.objects.filter(pk__in={person for _pk, person in sent}).values_list("pk", "name"))
    by_section: dict[Any, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    by_person: dict[Any, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for pk, person in sent:
        for key, found in ((units.get(pk), by_section), ((units.get(pk), person), by_person)):
            found[key][0].add(pk)
            if (pk, person) in warned:
                found[key][1].add(pk)
    return (
        _ordered(
            Rate(labels.get(unit, ""), "", len(all_), len(some)) for unit, (all_, some) in by_section.items()
        ),
        _ordered(
            Rate(labels.get(unit, ""), names.get(person, ""), len(all_), len(some))
            for (unit, person), (all_, some) in by_person.items()
        ),
    )


def _sent(letters: QuerySet[Letter], moment: datetime) -> set[tuple[int, int]]:
    """(letter, who sent its answer on) since then."""
    lines = HistoryEntry.objects.filter(
        kind=Letter._meta.label_lower,
        transition__in=STEPS,
        at__gte=moment,
        actor_id__isnull=False,
        object_id__in=letters.values("pk").order_by(),
    )
    pairs = lines.order_by().values_list("object_id", "actor_id")
    return {(letter, actor) for letter, actor in pairs if actor is not None}


def _ordered(found: Iterable[Rate]) -> list[Rate]:
    return sorted(found, key=lambda rate: (-rate.percent, -rate.answers, rate.section, rate.person))


def said_by_section(by: Principal, since: date) -> list[tuple[str, SolvedCounts]]:
    """Per section: closed, solved, satisfied, of letters answered since then."""
    letters = permitted(by, "supervise", Letter).filter(answered_on__gte=since)
    units = Unit.objects.filter(pk__in=letters.values("unit").order_by()).order_by("order", "pk")
    whole = [(str(_("All sections")), solved_counts(letters))]
    return whole + [(unit.label, solved_counts(letters.filter(unit=unit))) for unit in units]


def may_supervise(by: Principal) -> bool:
    return isinstance(by, User) and bool(standing(by).holder_units("office.letters", "supervise"))


class RatesView(PageView):
    template = "office/letters/rates.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("days", "")
        days = int(asked) if asked in {str(one) for one in PERIODS} else PERIODS[0]
        self.check()
        since = timezone.localdate() - timedelta(days=days)
        sections, people = rates(self.principal, since)
        return self.page(
            _("Warnings and what the writers say"),
            sections=sections,
            people=people,
            said=said_by_section(self.principal, since),
            since=since,
            periods=[(one, one == days) for one in PERIODS],
            trail=self.trail(),
        )

    def check(self) -> None:
        if not may_supervise(self.principal):
            raise PermissionDenied(_("This page is for those who supervise the answers to letters."))


def url(pageset: PageSet) -> URLPattern:
    view = require_safe(RatesView.as_view(pageset=pageset, workspace="desk"))
    return path("rates/", rule(Records("desk", "supervise", Letter))(view), name="answer_warning_rates")


def address() -> str:
    return reverse("desk:office:answer_warning_rates")
