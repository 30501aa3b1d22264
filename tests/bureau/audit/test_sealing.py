"""The chain over the audit finds any change; only what is over its term may go."""

from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from bureau.audit import sealing, triggers
from bureau.audit.models import Event, Purge, Seal
from bureau.audit.services import Machine, record
from tests.bureau.audit.lifting import lift

pytestmark = pytest.mark.django_db
BY = Machine("test")
LONG_AGO = datetime(2020, 1, 6, tzinfo=UTC)


@pytest.fixture
def tamper():
    """What somebody with the keys to the database can do."""
    lift()
    yield
    triggers.install(connection)


def three_seals():
    for number in range(3):
        record("test.done", by=BY, detail={"n": number})
        sealing.seal()


def test_a_seal_covers_what_is_new():
    record("test.done", by=BY)
    record("test.done", by=BY)
    assert (sealing.seal().count, sealing.seal()) == (2, None)


def test_an_untouched_chain_is_sound():
    three_seals()
    report = sealing.verify()
    assert (report.faults, report.seals, report.events) == ([], 3, 3)


def test_one_changed_character_is_found(tamper):
    three_seals()
    Event.objects.filter(detail={"n": 1}).update(action="test.dony")
    assert sealing.verify().faults == [(2, "events changed")]


def test_a_removed_event_is_found(tamper):
    three_seals()
    Event.objects.filter(detail={"n": 1}).delete()
    assert sealing.verify().faults == [(2, "events changed")]


def test_a_changed_seal_is_found(tamper):
    three_seals()
    Seal.objects.filter(number=2).update(count=7)
    assert (2, "seal changed") in sealing.verify().faults


def test_a_removed_seal_is_found(tamper):
    three_seals()
    Seal.objects.filter(number=2).delete()
    assert (3, "a seal is missing before it") in sealing.verify().faults


def test_an_event_slipped_into_the_past_is_found():
    three_seals()
    Event.objects.create(pk=0, action="test.forged", actor_kind="user")
    assert (3, "events slipped in") in sealing.verify().faults


def test_an_event_committed_late_is_sealed_late():
    first = record("test.done", by=BY)
    Event.objects.create(pk=first.pk + 2, action="test.done", actor_kind="system")
    sealing.seal()
    Event.objects.create(pk=first.pk + 1, action="test.late", actor_kind="system")
    assert sealing.seal().late == [first.pk + 1]
    assert sealing.verify().is_sound


def test_a_late_event_that_is_changed_is_found(tamper):
    first = record("test.done", by=BY)
    Event.objects.create(pk=first.pk + 2, action="test.done", actor_kind="system")
    sealing.seal()
    late = Event.objects.create(pk=first.pk + 1, action="test.late", actor_kind="system")
    sealing.seal()
    Event.objects.filter(pk=late.pk).update(action="test.other")
    assert sealing.verify().faults == [(2, "events changed")]


def test_purge_removes_sealed_events_past_their_term():
    with time_machine.travel(LONG_AGO):
        three_seals()
    record("test.recent", by=BY)
    sealing.seal()
    assert sealing.purge(by=BY) == 3
    assert list(Event.objects.order_by("pk").values_list("action", flat=True)) == [
        "test.recent",
        "audit.purged",
    ]


def test_after_a_purge_the_chain_still_holds():
    with time_machine.travel(LONG_AGO):
        three_seals()
    record("test.recent", by=BY)
    sealing.seal()
    sealing.purge(by=BY)
    assert sealing.verify().is_sound


def test_purge_leaves_what_is_younger_than_the_term():
    three_seals()
    assert (sealing.purge(by=BY), Event.objects.count()) == (0, 3)


def test_purge_leaves_what_is_not_sealed():
    with time_machine.travel(LONG_AGO):
        record("test.old", by=BY)
    assert (sealing.purge(by=BY), Event.objects.count()) == (0, 1)


def test_a_false_purge_row_does_not_open_recent_events():
    three_seals()
    Purge.objects.create(first_seal=1, last_seal=3, by_name="intruder")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.all().delete()


def test_verify_writes_what_it_found_into_the_audit():
    three_seals()
    call_command("audit", "verify", stdout=StringIO())
    assert Event.objects.get(action="audit.verified").detail["faults"] == 0


def test_verify_fails_loudly(tamper):
    three_seals()
    Event.objects.filter(detail={"n": 0}).update(reason="added later")
    with pytest.raises(CommandError, match="Seal 1: events changed"):
        call_command("audit", "verify", stdout=StringIO())


def test_a_chain_cut_short_misses_the_digest_kept_in_the_log(tamper):
    three_seals()
    anchor = Seal.objects.get(number=3).digest
    Seal.objects.filter(number=3).delete()
    with pytest.raises(CommandError, match="not in the chain"):
        call_command("audit", "verify", anchor=anchor, stdout=StringIO())
