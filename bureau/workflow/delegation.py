"""Absences: who stands in for whom, from when until when."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.standing import Post, standing
from bureau.accounts.models import User
from bureau.audit import services as audit
from bureau.charter.choices import Role
from bureau.charter.models import Membership
from bureau.workflow.inbox import kept_away
from bureau.workflow.models import Delegation, WorkItem
from bureau.workflow.refusals import Invalid, NotPermitted
from bureau.workflow.rights import FITTING, fits, mine

# Who may enter an absence for somebody else of the same unit: people fall ill without notice.
HEADS = frozenset({Role.CHIEF, Role.DISTRICT_LEADER, Role.PRINCIPAL, Role.BUREAU_LEADER})
LONGEST_DAYS = 366


def delegate(
    *, absent: User, substitute: User, since: date, until: date, reason: str, by: User
) -> Delegation:
    """Let `substitute` act for `absent` from one day to another, both included.

    Raises NotPermitted, or Invalid with errors by field.
    """
    check_who_enters(by, absent)
    row = Delegation(
        absent=absent,
        substitute=substitute,
        since=since,
        until=until,
        reason=reason.strip(),
        created_by=by.audit_name,
    )
    with transaction.atomic():
        # Two entries at once are checked one after the other: whoever holds both people goes first.
        list(User.objects.select_for_update().filter(pk__in=[absent.pk, substitute.pk]).order_by("pk"))
        _check(row)
        try:
            row.full_clean()
        except ValidationError as error:
            raise Invalid.of(error) from error
        row.save()
        audit.record("workflow.delegation.set", by=by, obj=row, detail=_people(row))
    return row


def end_delegation(row: Delegation, *, by: User) -> Delegation:
    """The absent person is back, or the entry was wrong."""
    check_who_enters(by, row.absent)
    with transaction.atomic():
        current = Delegation.objects.select_for_update().get(pk=row.pk)
        if current.ended_at is None:
            current.ended_at = timezone.now()
            current.save(update_fields=["ended_at"])
            audit.record("workflow.delegation.end", by=by, obj=current, detail=_people(current))
    return current


def check_who_enters(by: User, absent: User) -> None:
    if by.pk == absent.pk:
        return
    theirs = {post.unit_id for post in _own(absent)}
    if not any(post.role in HEADS and post.unit_id in theirs for post in _own(by)):
        raise NotPermitted(_("Only the absent person or the head of the unit enters an absence."))


def _own(user: User) -> list[Post]:
    return [post for post in standing(user).posts if post.is_own]


def _check(row: Delegation) -> None:
    _check_days(row)
    if row.absent_id == row.substitute_id:
        raise _invalid("substitute", _("Choose somebody else as stand-in."))
    if not row.substitute.is_active or not fits(row.substitute, row.absent):
        raise _invalid("substitute", _("A stand-in is of the same unit and has a fitting role."))
    meanwhile = Delegation.objects.overlapping(row.since, row.until)
    if meanwhile.filter(absent=row.absent).exists():
        raise _invalid("since", _("An absence is entered for some of these days already."))
    if meanwhile.filter(absent=row.substitute).exists():
        raise _invalid("substitute", _("This person is absent on some of these days."))
    if meanwhile.filter(substitute=row.absent).exists():
        raise _invalid(
            "since",
            _("The absent person is a stand-in on some of these days; that is not passed on."),
        )


def _check_days(row: Delegation) -> None:
    if row.until < row.since:
        raise _invalid("until", _("The last day is before the first."))
    if row.until < timezone.localdate():
        raise _invalid("until", _("These days are over."))
    if (row.until - row.since).days > LONGEST_DAYS:
        raise _invalid("until", _("An absence lasts a year at most."))
    if not row.reason:
        raise _invalid("reason", _("Give a reason."))


def _invalid(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, {field: [sentence]})


def _people(row: Delegation) -> dict[str, object]:
    return {
        "absent": row.absent_id,
        "substitute": row.substitute_id,
        "since": row.since.isoformat(),
        "until": row.until.isoformat(),
    }


def possible_substitutes(absent: User) -> QuerySet[User]:
    """People of the same unit with a fitting role, today."""
    fitting = Q(pk__in=())
    for post in _own(absent):
        fitting |= Q(unit=post.unit_id, role__in=FITTING.get(post.role, frozenset()))
    rows = Membership.objects.in_force().filter(fitting)
    return User.objects.filter(pk__in=rows.values("user")).exclude(pk=absent.pk)


def people_of_head(head: User) -> QuerySet[User]:
    """Whose absence a person may enter: one's own, and as head of a unit those of its people."""
    units = {post.unit_id for post in _own(head) if post.role in HEADS}
    rows = Membership.objects.in_force().filter(unit__in=units)
    return User.objects.filter(Q(pk=head.pk) | Q(pk__in=rows.values("user")))


def shown_to(user: User) -> Q:
    """Entries that a person may see: one's own, as stand-in, and of one's people."""
    return Q(absent=user) | Q(substitute=user) | Q(absent__in=people_of_head(user).values("pk"))


def deadlines_within(row: Delegation) -> int:
    """How many of the absent person's open items fall due while he or she is away."""
    due = WorkItem.objects.filter(mine(row.absent), due__gte=row.since, due__lte=row.until)
    return due.exclude(kept_away(row.absent)).count()
