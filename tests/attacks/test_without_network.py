"""Pages, workers and readers of files without a network: everything works, and nobody tries to reach one."""

from __future__ import annotations

import os
import socket
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as portal
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bureau import confined
from bureau.files import content
from bureau.files.inspection import reading
from bureau.files.refusals import FileRefused
from bureau.files.services import attach
from bureau.jobs import draining
from bureau.jobs.models import Job
from bureau.outbox.models import Effect
from bureau.rich_text.cleaning import cleaned
from bureau.sheets import reading as sheets
from tests.attacks.network import Cut, without_network
from tests.attacks.test_no_connection_by_users_text import ANY, documents
from tests.attacks.walking import signed_in
from tests.cast import Cast
from tests.factories import letters

FAR = "http://canary.invalid/canary.png"
LIMITS = {"memory_mb": 1024, "cpu_seconds": 20}


@pytest.fixture
def alone(settings: Any) -> None:
    """What is remembered stays in the process; a cache of the house would be reached over the network."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.REDIS_URL = ""
    settings.EXPORT_ROWS_AT_ONCE = 0


def is_quiet(cut: Cut) -> bool:
    assert cut.is_off or os.getuid() != 0 or "CAP_SYS_ADMIN" not in _rights(), "root stayed in the network"
    return cut.tried == []


def _rights() -> str:
    """Whether this process may leave the network: containers often take that right away from root."""
    with open("/proc/self/status") as status:
        held = next(line.split()[1] for line in status if line.startswith("CapEff"))
    return "CAP_SYS_ADMIN" if int(held, 16) & (1 << 21) else ""


def test_files_and_texts_are_read(db: None) -> None:
    texts: dict[str, str] = {}

    def act() -> None:
        for name, data in documents(FAR).items():
            kind = name.rpartition(".")[2]
            with suppress(FileRefused):
                content.check(SimpleUploadedFile(name, data), name, ANY)
            texts[name] = reading.read(data, kind).text
            reading.clean(data, kind)
            if kind == "xlsx":
                with suppress(Exception):
                    sheets.read(data)
        assert "<img" not in cleaned(f'<p>Seen</p><img src="{FAR}"><a href="{FAR}">x</a>')

    assert is_quiet(without_network(act))
    assert texts.keys() == documents(FAR).keys() and FAR in texts["template.docx"]


def test_pages_are_shown_and_workers_work(cast: Cast, alone: None) -> None:
    done: Counter[str] = Counter()

    def act() -> None:
        letter = letters.answered(cast, title=FAR, body=f'<img src="{FAR}"> {FAR}')
        pdf = documents(FAR)["action.pdf"]
        with suppress(FileRefused):
            attach(
                record=cast.school,
                upload=SimpleUploadedFile("a.pdf", pdf),
                kind="approval",
                by=cast.principal,
            )
        chief = signed_in(cast.office_chief)
        for where in ("", "history/", "print/"):
            page = chief.get(f"/desk/office/letters/{letter.pk}/{where}")
            assert page.status_code == 200 and FAR.encode() in page.content
        assert Client().get("/zh/", HTTP_REFERER=FAR).status_code == 200
        answer = chief.get(reverse("desk:office:letter_export") + "workbook/")
        assert answer.status_code == 302
        Effect.objects.filter(status="waiting").update(due_at=timezone.now() - timedelta(seconds=1))
        done.update(str(outcome) for outcome in draining.drain().elements())
        assert Job.objects.latest("pk").status == "done"

    assert is_quiet(without_network(act))
    assert done


def test_what_reads_a_file_cannot_call() -> None:
    """The child that reads foreign files has no way out, even where the network is there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host, port = listener.getsockname()
        told = f"{host} {port}".encode()

        def said(*, is_confined: bool) -> bytes:
            limits = {**LIMITS, "confined": is_confined}
            return confined.run("tests.attacks.calling", told, limits, wall_seconds=60, root=str(portal.ROOT))

        assert (said(is_confined=False), said(is_confined=True)) == (b"called", b"refused")


def test_a_try_would_be_heard() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def act() -> None:
            with suppress(OSError):
                socket.create_connection(listener.getsockname(), timeout=5).close()

        cut = without_network(act)
    assert len(cut.tried) == 2  # the name is looked up, then the place is called
