"""The audit cannot be changed, not even by the application itself."""

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, connection, transaction

from bureau.audit import triggers
from bureau.audit.models import Event, Purge, Seal
from bureau.audit.services import Machine, record
from tests.bureau.audit.lifting import lift

pytestmark = pytest.mark.django_db
BY = Machine("test")


def rows():
    return {
        Event: record("test.done", by=BY),
        Seal: Seal.objects.create(number=1, first=1, last=1, count=1),
        Purge: Purge.objects.create(first_seal=9, last_seal=9),
    }


@pytest.mark.parametrize("model", [Event, Seal, Purge])
def test_a_row_of_the_audit_cannot_be_changed(model):
    row = rows()[model]
    field = {Event: "action", Seal: "digest", Purge: "by_name"}[model]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**{field: "other"})


@pytest.mark.parametrize("model", [Event, Seal, Purge])
def test_a_row_of_the_audit_cannot_be_deleted(model):
    row = rows()[model]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        row.delete()


@pytest.mark.postgres
@pytest.mark.parametrize("table", triggers.TABLES)
def test_a_table_of_the_audit_cannot_be_emptied(table):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table}")


def test_installing_the_triggers_again_changes_nothing():
    triggers.install(connection)
    triggers.install(connection)
    assert triggers.missing(connection) == []


def test_a_missing_trigger_is_reported():
    lift()
    found = {message.id for message in run_checks(tags=["database"], databases=["default"])}
    triggers.install(connection)
    assert "audit.W001" in found


def test_no_trigger_is_missing_after_migrate():
    assert "audit.W001" not in {m.id for m in run_checks(tags=["database"], databases=["default"])}


def test_a_term_shorter_than_the_law_asks_is_an_error(settings):
    settings.AUDIT_TERM_DAYS = 30
    assert "audit.E001" in {message.id for message in run_checks(tags=["security"])}
