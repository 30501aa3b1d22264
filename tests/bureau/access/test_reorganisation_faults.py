"""A load that dies half-way, and people who read meanwhile: before or after, nothing between."""

import threading
import time

import pytest
from django.db import connection, connections

from bureau.access import reorganisation
from bureau.access.services import permitted
from bureau.accounts.principals import System
from bureau.charter.models import Charter, Unit
from schools.models import School

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
BY = System("test")


class Loader(threading.Thread):
    """Loads compact.toml on a connection of its own."""

    def __init__(self):
        super().__init__(daemon=True)
        self.pid = None
        self.fault = None

    def run(self):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.pid = cursor.fetchone()[0]
            reorganisation.load(reorganisation.read("compact"), by=BY)
        except Exception as fault:
            self.fault = fault
        finally:
            connections["default"].close()


def wait_until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        threading.Event().wait(0.02)


def is_blocked(pid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted", [pid])
        return cursor.fetchone()[0] > 0


@pytest.fixture
def blocked(cast):
    """A loader that has written everything but its last row, and waits for it."""
    guard = connections.create_connection("default")
    with guard.cursor() as cursor:
        guard.set_autocommit(False)
        cursor.execute("LOCK TABLE audit_event IN EXCLUSIVE MODE")
        loader = Loader()
        loader.start()
        wait_until(lambda: loader.pid and is_blocked(loader.pid))
        yield cast, loader, guard
    guard.close()
    loader.join(30)


def old_world(cast):
    return (
        Charter.objects.first().key == "jinzhong"
        and Unit.objects.get(key="preschool").is_active
        and cast.preschool_clerk.memberships.get().unit.key == "preschool"
        and set(permitted(cast.basic_clerk, "change", School)) == {cast.school, cast.other_school}
    )


def test_a_reader_sees_the_old_bureau_until_the_load_is_done(blocked):
    cast, loader, guard = blocked
    assert old_world(cast)

    guard.rollback()
    loader.join(30)

    assert loader.fault is None
    assert Charter.objects.first().key == "compact"
    assert cast.preschool_clerk.memberships.get().unit.key == "basic"


def test_a_load_killed_before_its_last_row_leaves_the_old_bureau(blocked):
    cast, loader, guard = blocked
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [loader.pid])
    loader.join(30)

    assert loader.fault is not None
    assert old_world(cast)
    guard.rollback()
    assert reorganisation.preview(reorganisation.read("jinzhong")).changes_nothing
