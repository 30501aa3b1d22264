from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from bureau.accounts.models import User
from bureau.files import services
from bureau.files.models import Attachment
from tests.bureau.files import corpus
from tests.cast import Cast


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """Everybody reads English here: the sentences are asserted in the source language."""
    User.objects.update(language="en")
    for user in cast.people().values():
        user.language = "en"
    return cast


@pytest.fixture(autouse=True)
def root(settings, tmp_path) -> Path:
    """Where the files of this test lie."""
    settings.FILES_ROOT = str(tmp_path / "files")
    settings.CLAMAV = ""
    return tmp_path / "files"


@pytest.fixture
def stored(root):
    """The names of everything below FILES_ROOT."""

    def names() -> list[str]:
        return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())

    return names


@pytest.fixture
def attach(cast: Cast):
    """attach() → a PDF on the school of the cast, by its principal."""

    def act(body: bytes | None = None, name: str = "批复.pdf", **given) -> Attachment:
        given = {"record": cast.school, "kind": "approval", "by": cast.principal, **given}
        return services.attach(upload=ContentFile(body or corpus.pdf(), name=name), **given)

    return act
