"""The same promises where the contents lie in a storage that is no folder of ours."""

from __future__ import annotations

import io

import pytest
from django.core.files.storage import InMemoryStorage, storages
from django.test import Client

from bureau.access.services import permitted
from bureau.accounts.principals import System
from bureau.files import keeping, storage
from bureau.files.models import Attachment
from bureau.files.refusals import NoRoom
from tests.bureau.files import corpus


class Elsewhere(InMemoryStorage):
    """Django's own second storage; like one for S3 it knows no paths."""


class Truncating(Elsewhere):
    """Keeps the beginning only, and says nothing."""

    def _save(self, name, content):
        content.truncate(5) if hasattr(content, "truncate") else None
        return super()._save(name, type(content)(io.BytesIO(content.file.read(5)), name=name))


class Refusing(Elsewhere):
    """Fails with a fault of its own kind, in the middle."""

    def _save(self, name, content):
        super()._save(name, content)
        raise LookupError("no such bucket")


@pytest.fixture
def kept_in(settings):
    def act(backend: type) -> None:
        path = f"{__name__}.{backend.__name__}"
        settings.STORAGES = {**settings.STORAGES, storage.ALIAS: {"BACKEND": path}}

    return act


def everything() -> list[str]:
    return [name for name, _changed in storage.names()]


def test_a_content_is_written_read_listed_and_removed_without_any_path(kept_in, root):
    kept_in(Elsewhere)
    stored = storage.write(io.BytesIO(b"x" * 200_000))
    assert not root.exists()
    assert (stored.size, stored.sha256) == (200_000, storage.digest_of(stored.name))
    assert everything() == [stored.name]
    with storage.read(stored.name) as content:
        assert content.read() == b"x" * 200_000
    storage.remove(stored.name)
    storage.remove(stored.name)
    assert not storage.exists(stored.name)
    with pytest.raises(FileNotFoundError):
        storage.read(stored.name)


def test_a_sealed_content_lies_there_encrypted(kept_in):
    kept_in(Elsewhere)
    stored = storage.write(io.BytesIO(b"evidence"), sealed=True)
    with storages[storage.ALIAS].open(stored.name) as raw:
        assert b"evidence" not in raw.read()
    with storage.read(stored.name) as content:
        assert content.read() == b"evidence"
    assert not storage.is_under_older_key(stored.name)


@pytest.mark.parametrize("backend", [Truncating, Refusing])
def test_a_storage_that_does_not_hold_what_it_was_given_leaves_nothing(kept_in, backend):
    kept_in(backend)
    with pytest.raises(NoRoom):
        storage.write(io.BytesIO(b"x" * 1000))
    assert everything() == []


def test_a_file_is_attached_downloaded_and_reconciled_there(kept_in, attach, cast, client: Client):
    kept_in(Elsewhere)
    row = attach()
    assert everything() == [row.stored_as]
    assert keeping.reconcile(with_digests=True).is_sound
    client.force_login(cast.principal)
    answer = client.get(f"/school/files/{row.pk}/")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == corpus.pdf()
    storages[storage.ALIAS].delete(row.stored_as)
    report = keeping.reconcile()
    assert [lost.pk for lost in report.without_file] == [row.pk]
    keeping.repair(report, by=System("test"))
    assert permitted(cast.principal, "view", Attachment).get(pk=row.pk).removed_at is not None
