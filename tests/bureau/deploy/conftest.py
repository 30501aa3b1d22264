"""One stack for all that only looks at it, on the database of the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection

from deploy.stack import Stack


def database_url() -> str:
    here = connection.settings_dict
    password = f":{here['PASSWORD']}" if here["PASSWORD"] else ""
    return f"postgres://{here['USER']}{password}@{here['HOST']}:{here['PORT'] or 5432}/{here['NAME']}"


@pytest.fixture(scope="session")
def stack(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """On the database of these tests, with its keys; no worker, because nothing here waits for one."""
    stack = Stack(
        database_url=database_url(),
        redis_url="",
        home=tmp_path_factory.mktemp("stack"),
        env={
            "FIELD_KEYS": ",".join(f"{name}:{key}" for name, key in settings.FIELD_KEYS.items()),
            "LOOKUP_KEY": settings.LOOKUP_KEY,
            "STAFF_SECOND_FACTOR": "false",
            "LETTERS_MIN_SECONDS": "0",
            "LETTERS_PER_SENDER": "1000",
            "LETTERS_PER_CONTACT": "1000",
            "PAGE_GENERATION_SECONDS": "1",
            "PAGE_PROXY_SECONDS": "1",
        },
        server_workers=1,
        with_workers=False,
        prepare=False,
        rate=1000,
        burst=1000,
    )
    (stack.home / "static").mkdir()
    stack.manage("collectstatic", "--no-input", "--verbosity", "0")
    with stack:
        yield stack
