"""What is not whole, or does not belong here, is not brought back; a backup that fails says so."""

from __future__ import annotations

import fcntl
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from bureau.audit.models import Event
from bureau.backup import alarms, checking, databases, keys, manifest, restoring, selectors, services
from bureau.backup.faults import BackupFault, Damaged, Unfit
from bureau.backup.models import BackupRun
from bureau.files import storage
from bureau.files.models import Attachment
from bureau.notices.models import Notice
from bureau.settings.environment import derived_key
from tests.cast import Cast
from tests.factories import letters
from tests.lookup_keys import put_a_new_key_first, take_the_former_away

pytestmark = pytest.mark.django_db(transaction=True)
KEEP = timedelta(days=30)
OTHER_KEY = derived_key("another house", "field key k1")


@pytest.fixture
def medium(settings: Any, tmp_path: Path) -> str:
    settings.FILES_ROOT = str(tmp_path / "files")
    stored = storage.write(ContentFile(b"the founding approval"))
    Attachment.objects.create(
        record_kind="schools.school", record_id=1, kind="approval", name="批复.pdf", file_type="pdf",
        size=stored.size, sha256=stored.sha256, stored_as=stored.name, scan="clean",
    )  # fmt: skip
    return stored.name


@pytest.fixture
def backup(medium: str, tmp_path: Path) -> Path:
    return services.make(tmp_path / "backups", keep=KEEP)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_one_flipped_byte_anywhere_is_refused(backup: Path, medium: str, tmp_path: Path) -> None:
    for name in ("manifest.json", "manifest.seal", databases.FILE[connection.vendor], f"media/{medium}"):
        copy = tmp_path / name.replace("/", "-")
        shutil.copytree(backup, copy)
        flip(copy / name)
        with pytest.raises(Damaged, match="use another backup"):
            restoring.restore(copy)


def test_what_is_missing_or_slipped_in_is_refused(backup: Path, medium: str) -> None:
    (backup / "media" / "note.txt").write_text("hello")
    with pytest.raises(Damaged, match="not part of this backup"):
        checking.check(backup)
    (backup / "media" / "note.txt").unlink()
    (backup / "media" / medium).unlink()
    with pytest.raises(Damaged, match="is missing from the backup"):
        checking.check(backup)


def test_a_list_sealed_with_another_key_is_refused(backup: Path, settings: Any) -> None:
    settings.LOOKUP_KEY = derived_key("another house", "lookup key")
    with pytest.raises(Damaged, match="LOOKUP_KEY"):
        restoring.restore(backup)


def test_a_backup_of_before_fits_while_its_key_of_look_up_is_still_set(backup: Path, settings: Any) -> None:
    put_a_new_key_first(settings)
    found = checking.check(backup)
    keys.require(found.keys, found.name)
    take_the_former_away(settings)
    with pytest.raises(Damaged, match="set the key of that time"):
        checking.check(backup)
    with pytest.raises(Unfit, match="LOOKUP_KEY is another one"):
        keys.require(found.keys, found.name)


def test_a_backup_made_between_two_keys_needs_both(medium: str, settings: Any, tmp_path: Path) -> None:
    put_a_new_key_first(settings)
    found = checking.check(services.make(tmp_path / "backups", keep=KEEP))
    keys.require(found.keys, found.name)
    take_the_former_away(settings)
    with pytest.raises(Unfit, match="LOOKUP_KEY lacks the former key"):
        keys.require(found.keys, found.name)


def test_without_the_key_of_the_data_nothing_is_brought_back(backup: Path, settings: Any) -> None:
    found = manifest.read(backup)
    needed = replace(found, keys=replace(found.keys, in_use=["k1"]))
    settings.FIELD_KEYS = {"k1": OTHER_KEY}
    with pytest.raises(Unfit, match="FIELD_KEYS lacks the key of that time for k1"):
        restoring.require_fit(needed)


@pytest.mark.parametrize("change", [{"migrations": ["schools.9999_future"]}, {"version": "99.0"}])
def test_a_newer_portal_is_not_brought_back_by_an_older_one(backup: Path, change: dict[str, Any]) -> None:
    with pytest.raises(Unfit, match="newer than this one"):
        restoring.require_fit(replace(manifest.read(backup), **change))


def test_a_place_where_something_lies_is_left_alone(
    backup: Path, medium: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Unfit, match="DATABASE_URL names is not empty"):
        restoring.restore(backup)
    monkeypatch.setattr(databases, "is_empty", lambda: True)
    with pytest.raises(Unfit, match="FILES_ROOT"):
        restoring.restore(backup)


def test_a_backup_of_the_other_database_is_refused(backup: Path) -> None:
    with pytest.raises(Unfit, match="DATABASE_URL names"):
        restoring.require_fit(replace(manifest.read(backup), engine="oracle"))


def test_a_backup_whose_keys_do_not_open_the_data_fails_and_is_told(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    root = tmp_path / "backups"
    letters.sent()
    settings.FIELD_KEYS = {"k1": OTHER_KEY}
    with pytest.raises(BackupFault, match="do not open the data"):
        services.make(root, keep=KEEP)
    assert not BackupRun.objects.get().is_whole
    assert Event.objects.filter(action="backup.failed").exists()
    told = Notice.objects.filter(kind="backup.failed")
    assert [notice.user.username for notice in told] == ["system_admin"]
    assert [path.name for path in root.iterdir()] == [services.LOCK]


def test_the_older_ones_go_and_the_newest_stays(medium: str, tmp_path: Path) -> None:
    now = timezone.now()
    for days in (40, 20, 1):
        services.make(tmp_path / "backups", keep=KEEP, now=now - timedelta(days=days))
    assert len(checking.complete(tmp_path / "backups")) == 2
    services.prune(tmp_path / "backups", older_than=now + timedelta(days=1))
    assert len(checking.complete(tmp_path / "backups")) == 1


def test_an_unchanged_file_is_linked_and_a_spoilt_copy_is_not(medium: str, tmp_path: Path) -> None:
    now = timezone.now()
    first = services.make(tmp_path, keep=KEEP, now=now)
    second = services.make(tmp_path, keep=KEEP, now=now + timedelta(hours=1))
    assert (second / "media" / medium).stat().st_nlink == 2
    flip(first / "media" / medium)
    third = services.make(tmp_path, keep=KEEP, now=now + timedelta(hours=2))
    assert (third / "media" / medium).stat().st_nlink == 1


def test_a_second_backup_at_once_is_refused(medium: str, tmp_path: Path) -> None:
    with (tmp_path / services.LOCK).open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(BackupFault, match="under way"):
            services.make(tmp_path, keep=KEEP)


def test_what_a_killed_backup_left_goes_with_the_next(medium: str, tmp_path: Path) -> None:
    root = tmp_path / "backups"
    (root / ".20260101T000000Z.partial" / "media").mkdir(parents=True)
    folder = services.make(root, keep=KEEP)
    assert {path.name for path in root.iterdir()} == {services.LOCK, folder.name}


def test_a_lost_file_stops_no_backup_but_is_named(medium: str, tmp_path: Path) -> None:
    storage.remove(medium)
    assert manifest.read(services.make(tmp_path, keep=KEEP)).vanished == [medium]


def test_a_backup_is_read_by_its_owner_alone(backup: Path) -> None:
    files = [backup, *backup.rglob("*")]
    assert {path.stat().st_mode & 0o077 for path in files} == {0}


def test_an_overdue_backup_is_told_once(cast: Cast, settings: Any) -> None:
    settings.BACKUP_MAX_AGE_HOURS = 26
    later = timezone.now() + timedelta(days=3)  # a new portal has a day for its first one
    assert selectors.is_overdue(later)
    alarms.tell("overdue")
    alarms.tell("overdue")
    assert [notice.user.username for notice in Notice.objects.filter(kind="backup.overdue")] == [
        "system_admin"
    ]
    BackupRun.objects.create(name="now", began_at=later, is_whole=True)
    assert not selectors.is_overdue(later)


def test_a_failed_backup_is_no_backup(settings: Any, db: None) -> None:
    settings.BACKUP_MAX_AGE_HOURS = 26
    BackupRun.objects.create(name="bad", began_at=timezone.now(), is_whole=False)
    assert selectors.is_overdue(timezone.now() + timedelta(days=2))
