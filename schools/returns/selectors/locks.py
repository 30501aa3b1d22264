"""Whether a school can still write and send a return; if not, why, in words."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bureau.workflow.models import HistoryEntry
from schools.returns.choices import DONE, CollectionStatus, ReturnStatus
from schools.returns.models import LockException, Return


def shown(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def exception_until(record: Return) -> date | None:
    """Until when the latest exception opens the lock for this school; None where there is none."""
    found = LockException.objects.filter(collection_id=record.collection_id, school_id=record.school_id)
    return found.order_by("-pk").values_list("until", flat=True).first()


def last_day(record: Return) -> date:
    """The last day on which the school can send: the lock, corrections that were asked for, an exception."""
    collection = record.collection
    days = [collection.locks_on]
    if record.round and record.returned_due_on:
        days.append(record.returned_due_on)
    extended = exception_until(record)
    if extended:
        days.append(extended)
    return max(days)


def why_locked(record: Return, today: date | None = None) -> str:
    """Why the school cannot write in it now, as one sentence; "" when it can."""
    return _by_status(record) or why_closed(record, today or timezone.localdate())


def why_closed(record: Return, today: date) -> str:
    """Why nothing can be sent on this day, whatever the status of the return; "" when it can."""
    collection = record.collection
    if collection.status == CollectionStatus.DRAFT:
        return _("It has not been issued yet.")
    if collection.status == CollectionStatus.CANCELLED:
        return _("The section has called it off; nothing needs to be sent.")
    if today < collection.opens_on:
        return _("It opens on %(day)s.") % {"day": shown(collection.opens_on)}
    if today <= collection.locks_on or today <= last_day(record):
        return ""
    return _(
        "The window closed on %(day)s. Ask the section for an exception if you still have to send it."
    ) % {"day": shown(last_day(record))}


def _by_status(record: Return) -> str:
    status = record.status
    if status == ReturnStatus.EXCUSED:
        return _("It is not expected from your school any more.")
    if status in DONE:
        return _accepted(record)
    if status in (ReturnStatus.DISTRICT, ReturnStatus.SECTION):
        unit = record.owner if status == ReturnStatus.SECTION else record.school.managed_by
        return _("It is with %(unit)s since %(day)s.") % {"unit": unit, "day": shown(_since(record))}
    return ""


def _accepted(record: Return) -> str:
    line = _last(record, "accept")
    day = shown(record.accepted_on)
    if line is None or not line.actor_name:
        return _("It was accepted on %(day)s.") % {"day": day}
    return _("It was accepted on %(day)s by %(who)s.") % {"day": day, "who": line.who}


def _since(record: Return) -> date | None:
    """The day on which it came to whoever has it now."""
    line = _last(record, "endorse") if record.status == ReturnStatus.SECTION else None
    day = timezone.localdate(line.at) if line else None
    return max((one for one in (day, record.sent_on) if one), default=None)


def _last(record: Return, step: str) -> HistoryEntry | None:
    lines = HistoryEntry.objects.filter(kind=record._meta.label_lower, object_id=record.pk, transition=step)
    return lines.order_by("-pk").first()
