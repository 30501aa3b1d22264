"""The watch that the sweeps trust: whatever way a row was written, it is told; what was taken back is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bureau.charter.models import Unit
from bureau.jobs.models import Job
from tests.attacks.walking import changed, rows
from tests.cast import Cast


def raw(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def job(cast: Cast, title: str) -> Job:
    return Job(kind="demo", title=title, owner=cast.office_chief)


WRITTEN: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "an update": ("charter.unit", lambda cast: Unit.objects.filter(key="office").update(name_zh="x")),
    "a save": ("jobs.job", lambda cast: job(cast, "One").save()),
    "many at once": ("jobs.job", lambda cast: Job.objects.bulk_create([job(cast, "Two")])),
    "a deletion": ("charter.heldcapability", lambda cast: Unit.objects.get(key="office").held.all().delete()),
    "a link": ("charter.membership_in_charge_of", lambda cast: cast.deputy_leader.memberships.get().in_charge_of.clear()),
    "words of SQL": ("charter.unit", lambda cast: raw("update charter_unit set name_zh = 'y'")),
    "a statement that hides where it writes": (
        "charter.unit",
        lambda cast: raw("WITH one AS (SELECT 1) UPDATE charter_unit SET name_zh = 'z'"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", WRITTEN)
def test_what_was_written_is_told_and_what_was_taken_back_is_not(how: str, cast: Cast) -> None:
    label, write = WRITTEN[how]
    before = rows()
    assert not changed(before)
    point = transaction.savepoint()
    write(cast)
    assert label in changed(before)
    transaction.savepoint_rollback(point)
    assert not changed(before)


def test_what_a_block_within_the_test_wrote_is_told_after_the_block(cast: Cast) -> None:
    with transaction.atomic():
        before = rows()
    job(cast, "Later").save()
    assert list(changed(before)) == ["jobs.job"]


def test_the_same_value_written_again_is_no_change_and_traces_are_left_out(cast: Cast) -> None:
    before, rest = rows(), rows(leaving=frozenset({"charter.unit"}))
    unit = Unit.objects.get(key="office")
    Unit.objects.filter(pk=unit.pk).update(name_zh=unit.name_zh)
    assert not changed(before)
    Unit.objects.filter(pk=unit.pk).update(name_zh="x")
    assert list(changed(before)) == ["charter.unit"]
    assert not changed(rest)


def test_the_watch_asks_nothing_that_a_page_would_be_counted_for(cast: Cast) -> None:
    before = rows()
    with CaptureQueriesContext(connection) as asked:
        Unit.objects.filter(key="office").update(name_zh="x")
    assert len(asked) == 1
    assert changed(before)


@pytest.mark.postgres
def test_what_is_written_past_django_is_told_although_no_statement_is_seen(cast: Cast) -> None:
    before = rows()
    with connection.cursor() as cursor:
        cursor.cursor.execute("UPDATE charter_unit SET name_zh = 'past it'")
    assert list(changed(before)) == ["charter.unit"]
