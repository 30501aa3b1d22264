"""Counts go as far as anybody reads."""

from __future__ import annotations

import pytest

from bureau.access import counting
from schools.models import School
from tests.factories.schools import SchoolFactory

pytestmark = pytest.mark.django_db


def test_several_sets_are_counted_in_one_query(django_assert_num_queries):
    SchoolFactory.create_batch(3)
    sets = [
        School.objects.all(),
        School.objects.none(),
        School.objects.filter(status="open", is_private=False),
    ]
    with django_assert_num_queries(1):
        assert counting.capped_counts(sets) == [3, 0, 3]
    with django_assert_num_queries(0):
        assert counting.capped_counts([School.objects.none()]) == [0]


def test_a_count_stops_one_above_the_most(monkeypatch):
    monkeypatch.setattr(counting, "MOST_COUNTED", 2)
    SchoolFactory.create_batch(5)
    assert counting.capped_counts([School.objects.all()]) == [3]
