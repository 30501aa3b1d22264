"""Who is told what about a review. Notices carry the number alone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.deadlines.models import ClockEvent
from bureau.notices.kinds import NoticeKind, Value, register
from bureau.notices.services import tell_unit
from bureau.workflow.declare import Transition
from sections.office.reviews.models import Review

register(NoticeKind("reviews.asked", title=_("A review was asked for: %(number)s")))
register(NoticeKind("reviews.decided", title=_("The opinion of review %(number)s was given")))
register(NoticeKind("reviews.withdrawn", title=_("Review %(number)s was withdrawn")))
register(NoticeKind("reviews.soon", title=_("Review %(number)s is due on %(day)s")))
register(NoticeKind("reviews.late", title=_("Review %(number)s is overdue since %(day)s")))
register(NoticeKind("reviews.very_late", title=_("Review %(number)s is long overdue, since %(day)s")))
register(NoticeKind("reviews.date_moved", title=_("The date for review %(number)s moved to %(day)s")))


def tell_people(review: Review, transition: Transition, by: Principal) -> None:
    params: dict[str, Value] = {"number": review.number}
    if transition.name == "ask":
        tell_unit("reviews.asked", unit=review.owner, params=params, record=review)
    elif transition.name == "withdraw":
        tell_unit("reviews.withdrawn", unit=review.owner, params=params, record=review)
    elif transition.name == "decide":
        tell_unit("reviews.decided", unit=review.letter.unit or review.owner, params=params, record=review)


def tell_of_date(review: Review, event: ClockEvent) -> None:
    if event.new_due_on is not None and review.status in ("asked", "sent_on"):
        params: dict[str, Value] = {"number": review.number, "day": event.new_due_on}
        tell_unit("reviews.date_moved", unit=review.owner, params=params, record=review)
