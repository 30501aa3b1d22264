"""The trial's data: made once, kept, and never made or cleaned where it does not belong."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from bureau.accounts.models import User
from bureau.models import DemoMark
from tests.cast import Cast


@pytest.mark.django_db
def test_seeding_refuses_a_database_with_real_data(cast: Cast) -> None:
    before = User.objects.count()
    with pytest.raises(CommandError, match="that the demo did not make"):
        call_command("demo", "seed")
    assert (User.objects.count(), DemoMark.objects.count()) == (before, 0)


@pytest.mark.django_db
def test_cleaning_refuses_a_database_without_the_mark(cast: Cast) -> None:
    with pytest.raises(CommandError, match="not marked as a demo"):
        call_command("demo", "clean")
    assert User.objects.exists()


def demo(path: Path, *words: str) -> str:
    """The command as the Makefile calls it, on a database file of its own."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "bureau.settings.demo",
        "DATABASE_URL": f"sqlite:///{path}",
        "REDIS_URL": "",
    }
    result = subprocess.run(
        [sys.executable, "manage.py", "demo", *words],
        cwd=settings.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout


def test_a_second_start_keeps_what_was_typed_and_cleaning_forgets_it(tmp_path: Path) -> None:
    path = tmp_path / "demo.sqlite3"
    assert "ready" in demo(path, "seed")
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM schools_school").fetchone()[0] >= 330
        database.execute("UPDATE office_letter SET title = 'typed by hand' WHERE id = 1")
    assert "invented data" not in demo(path, "seed")
    with sqlite3.connect(path) as database:
        assert (
            database.execute("SELECT title FROM office_letter WHERE id = 1").fetchone()[0] == "typed by hand"
        )
    told = demo(path, "accounts")
    assert "office.clerk" in told and "school.principal" in told and "invented" in told
    demo(path, "clean")
    assert not path.exists()
