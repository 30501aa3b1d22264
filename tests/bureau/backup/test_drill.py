"""The restore drill: everything out, everything back into an empty place, and everybody can go on."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from bureau.audit.sealing import seal
from bureau.backup import clients, databases, services
from bureau.identifiers.services import encrypted_fields
from bureau.outbox.models import Effect
from bureau.outbox.services import enqueue
from tests.bureau.backup.asked import grants, people
from tests.outages.places import empty_database, python

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "Copper-orchard-42-lantern"


@dataclass
class Drill:
    folder: Path
    database: str
    files: str
    session: str

    def restore(self, **more: str) -> Any:
        where = {"OUTAGE_FILES": self.files, **more}
        if databases.migrations():
            where["OUTAGE_MIGRATIONS"] = "known"
        return python("manage.py", "restore", str(self.folder), database=self.database, **where)


@pytest.fixture
def drill(furnished: Any, tmp_path: Path) -> Iterator[Drill]:
    """A furnished house in a backup, and an empty place to bring it back to."""
    furnished.office_clerk.set_password(PASSWORD)
    furnished.office_clerk.save()
    client = Client()
    client.post("/account/login/", {"login": "office_clerk", "password": PASSWORD})
    enqueue("jobs.nothing")
    for words in (("workflow", "rebuild"), ("search", "rebuild")):  # the factories go past both
        call_command(*words, stdout=io.StringIO())
    seal()
    folder = services.make(tmp_path / "backups", keep=timedelta(days=30))
    with empty_database(tmp_path) as database:
        yield Drill(folder, database, str(tmp_path / "files"), client.cookies["sessionid"].value)


def test_a_restored_portal_is_the_same_and_works(drill: Drill) -> None:
    done = drill.restore()
    assert done.returncode == 0, done.stderr[-2000:]
    assert "(RPO)" in done.stdout and "(RTO)" in done.stdout
    asked = python(
        *("tests/bureau/backup/restored.py", drill.session, PASSWORD),
        database=drill.database,
        OUTAGE_FILES=drill.files,
    )
    assert asked.returncode == 0, asked.stderr[-2000:]
    found = json.loads(asked.stdout)
    assert found["grants"] == json.loads(json.dumps(grants())) and any(found["grants"].values())
    assert found["people"] == people()
    assert found["next"] > Effect.objects.order_by("pk").last().pk
    assert (found["lagging"], found["audit"], found["files"], found["triggers"]) == ([], [], 0, [])
    assert found["sign_in"] == [302, 200]
    assert found["old_session"] == 302
    again = drill.restore()
    assert again.returncode == 1 and "is not empty" in again.stderr


def test_a_stolen_backup_shows_no_number_of_a_person(drill: Drill) -> None:
    dumped = drill.folder / databases.FILE[connection.vendor]
    plain = dumped.read_bytes()
    if connection.vendor == "postgresql":
        done = subprocess.run([clients.find("pg_restore"), "--file=-", str(dumped)], capture_output=True)
        plain = done.stdout
    numbers = {
        value
        for model, field in encrypted_fields()
        for value in model._base_manager.values_list(field.name, flat=True)
        if value and len(value) > 9
    }
    assert numbers and b"office_clerk" in plain
    assert [value for value in numbers if value.encode() in plain] == []
    for secret in (settings.LOOKUP_KEY, *settings.FIELD_KEYS.values()):
        assert secret.encode() not in (drill.folder / "manifest.json").read_bytes() + plain
