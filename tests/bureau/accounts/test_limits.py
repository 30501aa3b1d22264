"""How often something may be done."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection

from bureau.accounts import limits
from bureau.accounts.models import Bucket

HOUR = timedelta(hours=1)


def take(key: str = "someone", limit: int = 3) -> bool:
    return limits.spend("test", key, limit=limit, window=HOUR)


@pytest.mark.django_db
def test_only_as_many_tries_as_the_limit_says_pass():
    assert [take() for _ in range(5)] == [True, True, True, False, False]


@pytest.mark.django_db
def test_each_key_has_a_bucket_of_its_own():
    for _ in range(3):
        take("first")

    assert take("second")


@pytest.mark.django_db
def test_a_try_flows_back_after_its_share_of_the_window():
    with time_machine.travel(0, tick=False) as clock:
        for _ in range(3):
            take()
        clock.shift(timedelta(minutes=19))
        assert not take()
        clock.shift(timedelta(minutes=2))

        assert take()
        assert not take()


@pytest.mark.django_db
def test_refused_tries_do_not_prolong_the_wait():
    with time_machine.travel(0, tick=False):
        for _ in range(3):
            take()
        before = limits.wait("test", "someone", limit=3, window=HOUR)
        for _ in range(20):
            take()

        assert limits.wait("test", "someone", limit=3, window=HOUR) == before == timedelta(minutes=20)


@pytest.mark.django_db
def test_a_flushed_cache_forgives_nobody():
    for _ in range(3):
        take()
    cache.clear()

    assert not take()


@pytest.mark.django_db
def test_a_try_given_back_is_free_again():
    for _ in range(3):
        take()
    limits.give_back("test", "someone")

    assert take()


@pytest.mark.django_db
def test_the_key_stands_nowhere_in_plain():
    take("13800138000")

    row = Bucket.objects.get()
    assert "13800138000" not in f"{row.name}{row.digest}"


@pytest.mark.django_db
def test_the_purge_deletes_only_buckets_that_have_run_dry():
    with time_machine.travel(0, tick=False) as clock:
        take("old")
        clock.shift(timedelta(hours=3))
        take("new")

        assert limits.purge() == 1
        assert Bucket.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_tries_at_the_same_instant_pass_no_more_than_the_limit():
    def one(_number: int) -> bool:
        try:
            return take(limit=5)
        finally:
            connection.close()

    with ThreadPoolExecutor(25) as pool:
        passed = sum(pool.map(one, range(50)))

    assert passed == 5


def toll(bucket: str, limit: int) -> limits.Toll:
    return limits.Toll(bucket, "somebody", limit, HOUR)


@pytest.mark.django_db
def test_a_try_from_several_buckets_is_taken_from_all_or_from_none():
    assert not limits.spend_all(toll("wide", 9), toll("narrow", 1))
    wait = limits.spend_all(toll("wide", 9), toll("narrow", 1))
    assert timedelta(0) < wait <= HOUR
    assert {row.name: round(row.level) for row in Bucket.objects.all()} == {"wide": 1, "narrow": 1}
