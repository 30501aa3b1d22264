"""Somebody takes up a post and is kept away from letters of the own section from then on: the supervisor is told."""

from __future__ import annotations

from datetime import datetime, time

from django.db.models import Q
from django.utils import timezone

from bureau.access.services import kept_from
from bureau.access.standing import standing
from bureau.charter.models import Membership
from bureau.notices.services import tell
from bureau.outbox.services import enqueue
from sections.office.letters.accused import kept_out_units
from sections.office.letters.choices import OPEN, Level
from sections.office.letters.models import Letter
from sections.office.letters.supervisors import in_their_place, people_above, warn_of_nobody_above


def look_at_letters(membership: Membership) -> None:
    """On the first day of the post, in the background."""
    begins = timezone.make_aware(datetime.combine(membership.since, time.min))
    enqueue(
        "letters.new_post",
        {"membership": membership.pk},
        key=f"letters.new_post:{membership.pk}",
        due_at=max(begins, timezone.now()),
    )


def warn_of_post(pk: int) -> int:
    """Tell the supervisor of each open letter that this post keeps from the person; how many letters."""
    found = Membership.objects.in_force().select_related("user").filter(pk=pk).first()
    letters = _kept_by(found) if found is not None else []
    for letter in letters:
        above = people_above(letter, Level.CHIEF) or in_their_place(letter)
        tell("letters.kept_from_colleague", to=above, params={"number": letter.number}, record=letter)
        warn_of_nobody_above(letter)
    return len(letters)


def _kept_by(membership: Membership) -> list[Letter]:
    """Open letters of the units from which the person acts, kept from him or her because of this very post."""
    user = membership.user
    units = {post.unit_id for post in standing(user).posts}
    mine = Q(unit__in=units) | Q(unit=None, owner__in=units) | Q(co_handlers__unit__in=units)
    rows = Letter.objects.filter(mine, status__in=OPEN).distinct()
    kept = kept_from(user, Letter, rows.values_list("pk", flat=True).order_by())
    reasons = {membership.unit_id, *membership.in_charge_of.values_list("pk", flat=True).order_by()}
    found = Letter.objects.filter(pk__in=kept).select_related("unit", "owner").order_by("pk")
    return [letter for letter in found if reasons & kept_out_units(letter)]
