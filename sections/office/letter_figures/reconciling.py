"""Why a month counted today differs from its report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sections.office.letter_figures.counting import FIGURES, whole_month
from sections.office.letter_figures.models import LetterReport
from sections.office.letter_figures.selectors import figures
from sections.office.letter_figures.services import COUNTER, told_to_all
from sections.office.letters.models import Letter


@dataclass(frozen=True)
class Difference:
    label: str
    reported: int
    now: int


def differences(report: LetterReport) -> list[Difference]:
    """What happened in the month, then and now, over the same letters: nobody reads a gap."""
    told = told_to_all(report.counted_at)
    total = figures(COUNTER, whole_month(report.month), told, by_month=False).total
    return [
        Difference(str(figure.label), report.total(key), total.counts[key])
        for key, figure in FIGURES.items()
        if total.counts[key] != report.total(key)
    ]


def reasons(report: LetterReport) -> Sequence[str]:
    """What has happened to letters of the month since they were counted."""
    month = whole_month(report.month)
    counted_on = timezone.localdate(report.counted_at)
    of_month = Letter.objects.filter(
        Q(received_on__range=month.days) | Q(answered_on__range=month.days) | Q(closed_on__range=month.days)
    )
    entered = of_month.filter(received_on__range=month.days, created_at__gt=report.counted_at).count()
    said = of_month.filter(
        Q(solved_on__gte=counted_on) | Q(rating__isnull=False, updated_at__gt=report.counted_at)
    ).count()
    reopened = Letter.objects.filter(received_on__lte=month.until, reopened_on__gte=counted_on).count()
    found = []
    if entered:
        found.append(
            ngettext(
                "%(count)d letter of the month was entered later.",
                "%(count)d letters of the month were entered later.",
                entered,
            )
            % {"count": entered}
        )
    if reopened:
        found.append(
            ngettext("%(count)d letter was reopened.", "%(count)d letters were reopened.", reopened)
            % {"count": reopened}
        )
    if said:
        found.append(
            ngettext(
                "%(count)d writer rated the answer or said whether it was solved.",
                "%(count)d writers rated the answer or said whether it was solved.",
                said,
            )
            % {"count": said}
        )
    return found or [
        _("A letter was moved to another kind, section or day, or its record was removed on schedule.")
    ]
