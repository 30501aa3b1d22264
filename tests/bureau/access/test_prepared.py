"""A question that was put into SQL once answers as the one that is built anew."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bureau.access.prepared import A_DAY, A_KEY, Prepared
from bureau.access.services import permitted, permitted_both
from bureau.access.standing import standing
from bureau.charter.models import HeldCapability, Membership
from sections.office.letters.models import Letter
from tests.cast import Cast
from tests.factories import letters


def of_person(user: Any, day: Any) -> Any:
    rows = Membership.objects.in_force(day).filter(user=user).order_by("pk")
    return rows.values_list("pk", "since", "unit__is_active", "unit__key")


ASKED = Prepared(Membership, of_person, user=A_KEY, day=A_DAY)


def test_it_answers_each_person_and_day_with_the_same_sql_and_values(cast: Cast) -> None:
    today, met = timezone.localdate(), 0
    for user in cast.people().values():
        for day in (today, today - timedelta(days=4000), date(2020, 9, 1)):
            with CaptureQueriesContext(connection) as prepared:
                found = ASKED.rows(user=user.pk, day=day)
            with CaptureQueriesContext(connection) as anew:
                expected = list(of_person(user, day))
            assert found == expected
            assert [one["sql"] for one in prepared] == [one["sql"] for one in anew]
            assert all(type(value) is type(other) for row, same in zip(found, expected, strict=True)
                       for value, other in zip(row, same, strict=True))  # fmt: skip
            met += len(found)
    assert met > 20


def test_a_right_that_ended_or_began_is_answered_at_once(cast: Cast) -> None:
    user = cast.office_clerk
    assert [post.unit_key for post in standing(user).posts] == ["office"]
    assert standing(user).holder_units("office.letters", "register")
    Membership.objects.filter(user=user).update(until=timezone.localdate() - timedelta(days=1))
    assert standing(user).posts == ()
    HeldCapability.objects.filter(capability="office.letters").delete()
    assert not standing(cast.office_chief).holder_units("office.letters", "register")


def test_a_value_that_is_lost_on_the_way_into_sql_is_refused(db: None) -> None:
    with pytest.raises(ImproperlyConfigured):
        Prepared(Membership, lambda user: Membership.objects.values_list("pk"), user=A_KEY).rows(user=1)


@pytest.mark.parametrize("verb", ["register", "draft", "approve", "note", "no-such-verb"])
def test_both_verbs_are_asked_of_the_same_records_as_one_after_the_other(verb: str, cast: Cast) -> None:
    letters.sent()
    letters.assigned(cast, to="preschool", school=cast.school)
    letters.proposed(cast)
    met = 0
    for person in (*cast.people().values(), cast.visitor):
        both = permitted_both(person, verb, "view", Letter).order_by("pk").values_list("pk", flat=True)
        one = set(permitted(person, verb, Letter).values_list("pk", flat=True))
        other = set(permitted(person, "view", Letter).values_list("pk", flat=True))
        assert set(both) == one & other
        met += len(both)
    assert bool(met) == (verb != "no-such-verb")
