"""Rows and files in both directions: found, told, repaired."""

import os
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from bureau.accounts.principals import System
from bureau.audit.models import Event
from bureau.files import keeping, storage
from bureau.files.models import Attachment
from bureau.jobs.draining import drain
from bureau.notices.models import Notice

BY = System("test")


def reconcile(*flags):
    out = StringIO()
    call_command("files", "reconcile", *flags, stdout=out)
    return out.getvalue()


@pytest.fixture
def orphan(root):
    """orphan(name, hours) → a file without a row, last changed so long ago."""

    def make(name="ab/abandoned", hours=2):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        then = (timezone.now() - timedelta(hours=hours)).timestamp()
        os.utime(path, (then, then))
        return path

    return make


def test_what_agrees_is_left_alone(attach):
    attach()
    assert "agree" in reconcile()
    assert keeping.reconcile(with_digests=True).is_sound


def test_a_file_without_a_row_is_named_and_removed_on_demand(attach, orphan, stored):
    row, path = attach(), orphan()
    with pytest.raises(CommandError, match="1 do not match"):
        reconcile()
    assert path.exists()
    assert "ab/abandoned" in reconcile("--repair")
    assert stored() == [row.stored_as]
    assert Event.objects.get(action="files.reconciled").detail["without_row"] == 1


def test_the_rest_of_a_killed_write_is_removed_too(cast, orphan):
    path = orphan("ab/half.part")
    reconcile("--repair")
    assert not path.exists()


def test_a_fresh_file_may_belong_to_a_transaction_that_still_runs(cast, orphan):
    path = orphan(hours=0)
    assert "agree" in reconcile("--repair")
    assert path.exists()


def test_a_row_without_a_file_is_marked_and_no_longer_offered(attach):
    row = attach()
    storage.remove(row.stored_as)
    assert f"Row without file: attachment {row.pk}" in reconcile("--repair")
    row.refresh_from_db()
    assert row.removed_at is not None and not row.is_open
    assert "agree" in reconcile()


def test_an_altered_file_is_found_by_its_digest_and_left_for_the_backup(attach, root):
    row = attach()
    (root / row.stored_as).write_bytes(b"something else")
    assert "agree" in reconcile()
    out = reconcile("--repair", "--digests")
    assert f"File altered: attachment {row.pk}" in out and "need the backup" in out
    assert (root / row.stored_as).read_bytes() == b"something else"


def test_a_row_whose_record_was_deleted_past_the_portal_goes_with_its_file(attach, stored):
    row = attach()
    Attachment.objects.filter(pk=row.pk).update(record_id=999_999)
    assert "Row without record" in reconcile("--repair")
    drain()
    assert not Attachment.objects.exists() and stored() == []


def test_each_night_harmless_remains_go_and_the_rest_is_told(attach, orphan, cast):
    row, path = attach(), orphan()
    storage.remove(row.stored_as)
    keeping.check_nightly(by=BY)
    row.refresh_from_db()
    assert not path.exists()
    assert row.removed_at is None  # a backup may still bring it back
    assert Notice.objects.get(kind="files.unmatched").user == cast.system_admin


def test_the_schedule_names_the_nightly_check():
    from bureau.jobs.schedule import SCHEDULE

    assert {"files.reconcile", "files.tidy", "files.scan"} <= set(SCHEDULE.keys())
