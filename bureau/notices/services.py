"""Telling people something: on the site in the transaction, by e-mail or SMS after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import models, transaction
from django.utils import timezone

from bureau.access.services import is_kept_from
from bureau.accounts.models import User
from bureau.charter.choices import Role
from bureau.charter.models import Membership, Unit
from bureau.notices import selectors
from bureau.notices.channels import one_line
from bureau.notices.kinds import KINDS, NoticeKind, Params, render, stored
from bureau.notices.models import Notice, OutgoingMessage
from bureau.outbox.queues import DEFAULT, Queue
from bureau.outbox.services import enqueue


@transaction.atomic
def tell(
    kind: NoticeKind | str,
    *,
    to: Iterable[User],
    params: Params | None = None,
    url: str = "",
    record: models.Model | None = None,
    on_site_only: bool = False,
) -> list[Notice]:
    """One notice to each active person; `url` or `record` says where it leads.

    From whom a conflict of interest keeps the record, to him or her nothing is said of it.
    `params` holds no personal data. Raises KeyError when the kind's sentence names something that `params` lacks.
    """
    found = KINDS[str(kind)]
    values = stored(params or {})
    render(found.key, values)
    made = []
    for user in {person.pk: person for person in to if person.is_active}.values():
        if record is not None and is_kept_from(user, record):
            continue
        notice = Notice.objects.create(
            user=user,
            kind=found.key,
            params=values,
            url=url,
            object_kind=record._meta.label_lower if record is not None else "",
            object_id=str(record.pk) if record is not None else "",
        )
        if not on_site_only:
            _enqueue_channels(notice, found, user)
        made.append(notice)
    return made


def _enqueue_channels(notice: Notice, kind: NoticeKind, user: User) -> None:
    if kind.email and user.email and selectors.email_available():
        enqueue("notices.email", {"notice": notice.pk}, key=f"notice:{notice.pk}:email")
    if kind.sms and user.phone and selectors.sms_available():
        enqueue("notices.sms", {"notice": notice.pk}, key=f"notice:{notice.pk}:sms")


def tell_unit(
    kind: NoticeKind | str,
    *,
    unit: Unit,
    roles: Iterable[Role] | None = None,
    params: Params | None = None,
    url: str = "",
    record: models.Model | None = None,
) -> list[Notice]:
    """Tell everybody who works in `unit` today, or only those in `roles`."""
    rows = Membership.objects.in_force().filter(unit=unit).select_related("user").order_by("user_id")
    if roles is not None:
        rows = rows.filter(role__in=list(roles))
    return tell(kind, to=[row.user for row in rows], params=params, url=url, record=record)


@transaction.atomic
def tell_units(kind: NoticeKind | str, told: Sequence[tuple[Unit, Params, models.Model]]) -> int:
    """What `tell_unit` does, for many (unit, params, record) in a constant number of queries.

    Only for kinds that stay on the site. Records that may be kept from somebody go one by one.
    """
    found = KINDS[str(kind)]
    if found.email or found.sms:
        raise TypeError(f"{found.key} also goes by mail or SMS; tell each unit.")
    people: dict[int, dict[int, User]] = {}
    rows = Membership.objects.in_force().filter(unit__in={unit.pk for unit, _params, _record in told})
    for row in rows.filter(user__is_active=True).select_related("user"):
        people.setdefault(row.unit_id, {})[row.user_id] = row.user
    made = [
        Notice(
            user=user,
            kind=found.key,
            params=stored(params),
            object_kind=record._meta.label_lower,
            object_id=str(record.pk),
        )
        for unit, params, record in told
        for user in people.get(unit.pk, {}).values()
        if not is_kept_from(user, record)
    ]
    return len(Notice.objects.bulk_create(made, batch_size=500))


def mark_read(notices: models.QuerySet[Notice], *, by: User) -> int:
    """Mark those of `notices` that are the person's own; returns how many were unread."""
    return notices.filter(user=by, read_at__isnull=True).update(read_at=timezone.now())


def queue_mail(*, to: str, subject: str, body: str) -> OutgoingMessage | None:
    """A mail after the commit. None when mail is off: nothing is kept of it."""
    if not selectors.email_available():
        return None
    return _queue(OutgoingMessage.Channel.EMAIL, to, one_line(subject), body)


def queue_sms(*, to: str, text: str, queue: Queue = DEFAULT) -> OutgoingMessage | None:
    """An SMS after the commit. None without a gateway: say nothing of an SMS then."""
    if not selectors.sms_available():
        return None
    return _queue(OutgoingMessage.Channel.SMS, to, "", one_line(text), queue)


@transaction.atomic
def _queue(channel: str, address: str, subject: str, body: str, queue: Queue = DEFAULT) -> OutgoingMessage:
    message = OutgoingMessage.objects.create(channel=channel, address=address, subject=subject, body=body)
    key = f"outgoing:{message.pk}"
    enqueue("notices.deliver", {"message": message.pk}, key=key, queue=queue.name)
    return message
