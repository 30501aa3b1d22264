"""A disk that takes no more: the backup says so, keeps nothing half-made, and works again when there is room."""

from __future__ import annotations

from pathlib import Path

import pytest

from bureau.backup.models import BackupRun
from tests.outages.places import python, url_here

pytestmark = pytest.mark.django_db(transaction=True)
LIMITED = """
import resource, sys, django
django.setup()
from django.core.management import CommandError, call_command
from bureau.backup.models import BackupRun
BackupRun.objects.exists()  # the portal runs already when the disk becomes full: SQLite has its files beside
before = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, before[1]))
from datetime import timedelta
from pathlib import Path
from bureau.backup import services
try:
    services.make(Path(sys.argv[1]), keep=timedelta(days=1))
except services.BackupFault as fault:
    print(fault)
resource.setrlimit(resource.RLIMIT_FSIZE, before)
print(sorted(path.name for path in Path(sys.argv[1]).iterdir()))
call_command("backup", sys.argv[1])
"""


def test_a_backup_without_room_leaves_nothing_and_the_next_one_is_whole(tmp_path: Path) -> None:
    done = python("-c", LIMITED, str(tmp_path / "backups"), database=url_here())
    assert done.returncode == 0, done.stderr[-2000:]
    said, left, made = done.stdout.strip().splitlines()
    assert any(word in said for word in ("no room", "pg_dump", "could not be copied")), done.stderr
    assert left == "['.lock']"
    assert "tables" in made
    assert BackupRun.objects.filter(is_whole=True).count() == 1
