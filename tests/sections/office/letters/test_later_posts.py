"""Somebody takes up a post in what a letter of the own section is about: the letter is gone, the supervisor hears."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.charter.choices import Role
from bureau.charter.models import Membership, Unit
from bureau.charter.services import add_membership
from bureau.jobs.draining import drain_one
from bureau.notices.models import Notice
from bureau.outbox.models import Effect
from sections.office.letters.posts import warn_of_post
from tests.cast import Cast, person
from tests.factories import letters

pytestmark = pytest.mark.django_db


def told(kind: str = "letters.kept_from_colleague") -> list[str]:
    return sorted(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


def in_the_background() -> None:
    for effect in Effect.objects.filter(task="letters.new_post", done_at=None):
        drain_one(effect.pk)


def posted(cast: Cast, *, to: Unit, role: Role, who: str = "basic_clerk", days: int = 0) -> Membership:
    since = timezone.localdate() + timedelta(days=days)
    return add_membership(user=getattr(cast, who), unit=to, role=role, by=cast.security_admin, since=since)


def test_the_chief_of_the_section_hears_of_it_and_only_of_letters_that_the_post_concerns(cast: Cast) -> None:
    person("basic_chief", (Unit.objects.get(key="basic"), Role.CHIEF))
    letter = letters.assigned(cast, school=cast.school)
    letters.assigned(cast, school=cast.other_school)
    letters.assigned(cast, to="preschool", school=cast.school)  # never was a letter of this clerk
    posted(cast, to=cast.school.unit, role=Role.SCHOOL_CLERK)
    in_the_background()
    assert told() == ["basic_chief"]
    assert Notice.objects.get(kind="letters.kept_from_colleague").object_id == str(letter.pk)


def test_without_a_chief_who_may_see_it_the_office_hears_of_it(cast: Cast) -> None:
    letters.assigned(cast, school=cast.school)
    posted(cast, to=cast.school.unit, role=Role.SCHOOL_CLERK)
    in_the_background()
    assert told() == ["office_chief"]


def test_a_chief_who_takes_up_the_post_is_not_told_and_nobody_above_is(cast: Cast) -> None:
    chief = person("basic_chief", (Unit.objects.get(key="basic"), Role.CHIEF))
    letters.assigned(cast, school=cast.school)
    Membership.objects.get(user=cast.deputy_leader).in_charge_of.clear()
    add_membership(user=chief, unit=cast.school.unit, role=Role.PRINCIPAL, by=cast.security_admin)
    in_the_background()
    assert told() == told("letters.nobody_above") == ["office_chief"]


def test_a_post_that_begins_later_is_looked_at_on_its_first_day(cast: Cast) -> None:
    letters.assigned(cast, school=cast.school)
    membership = posted(cast, to=cast.school.unit, role=Role.SCHOOL_CLERK, days=9)
    in_the_background()
    effect = Effect.objects.get(task="letters.new_post")
    assert effect.done_at is None and timezone.localdate(effect.due_at) == membership.since
    assert told() == []


def test_a_post_somewhere_else_and_one_that_ended_tell_nobody(cast: Cast) -> None:
    letters.assigned(cast, school=cast.school)
    assert warn_of_post(posted(cast, to=cast.other_school.unit, role=Role.SCHOOL_CLERK).pk) == 0
    gone = posted(cast, to=cast.school.unit, role=Role.SCHOOL_CLERK)
    Membership.objects.filter(pk=gone.pk).delete()
    assert warn_of_post(gone.pk) == 0
