"""How long columns have had nothing new, and who hears of it before the state's limit is broken."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC, System
from bureau.workflow.services import perform
from sections.office.news import terms
from sections.office.news.choices import ColumnStatus
from sections.office.news.models import Article, Column

KEEPER = System(
    "news.columns", frozenset({"office.column.warn", "office.column.renew", "office.column.pass_limit"})
)
STEPS = {ColumnStatus.DUE: "warn", ColumnStatus.STALE: "pass_limit", ColumnStatus.FRESH: "renew"}


def last_news(column: Column) -> date:
    """The day of the newest text that is public; of the column itself where there is none."""
    rows = permitted(PUBLIC, "view", Article).filter(column=column)
    newest = rows.order_by("-published_at").values_list("published_at", "revised_at").first()
    if newest is None:
        return timezone.localdate(column.created_at)
    return max(timezone.localdate(moment) for moment in newest if moment is not None)


def renew_column(column: Column) -> None:
    """Bring one column in line with today: its last day, its status, its work item. A hidden one asks for nothing."""
    limit = terms.staleness(column) if column.is_shown else None
    until = last_news(column) + timedelta(days=limit) if limit else None
    wanted = _status(until, terms.warning(column)) if until else ColumnStatus.FRESH
    current = Column.objects.get(pk=column.pk)
    if current.status != wanted:
        perform(current, STEPS[wanted], by=KEEPER, data={"fresh_until": until})
    elif current.fresh_until != until:
        # No step: nobody has to do anything about a day that moved.
        Column.objects.filter(pk=column.pk).update(fresh_until=until)


def _status(until: date, warning: int) -> ColumnStatus:
    left = (until - timezone.localdate()).days
    if left < 0:
        return ColumnStatus.STALE
    return ColumnStatus.DUE if left <= warning else ColumnStatus.FRESH


def renew_all() -> None:
    for column in Column.objects.all():
        renew_column(column)
