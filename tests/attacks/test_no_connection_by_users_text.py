"""No text and no file of anybody makes the portal open a connection: a listener waits, and nobody comes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bureau.files import content
from bureau.files.choices import FileType
from bureau.files.inspection import reading
from bureau.files.kinds import AttachmentKind
from bureau.files.refusals import FileRefused
from bureau.rich_text.cleaning import cleaned
from bureau.sheets import reading as sheets
from sections.office.news import visiting
from tests.attacks.walking import signed_in
from tests.bureau.files import corpus
from tests.bureau.files.published import docx, paragraph, workbook
from tests.cast import Cast
from tests.factories import letters


class Listener:
    """Counts who comes."""

    def __init__(self) -> None:
        self.came = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/canary.png"
        self._thread = threading.Thread(target=self._wait, daemon=True)
        self._thread.start()

    def _wait(self) -> None:
        while True:
            try:
                caller, _who = self._socket.accept()
            except OSError:
                return
            self.came += 1
            caller.close()

    def knock(self) -> None:
        """What a hit looks like, so that the count is known to work."""
        host, port = self._socket.getsockname()
        with socket.create_connection((host, port), timeout=5) as line:
            line.recv(1)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(timeout=5)


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    # Whoever was on the way has arrived before this one.
    found.knock()
    found.close()
    assert found.came == 1


ANY = AttachmentKind("any", "Any", types=tuple(FileType))


def names(book: object, address: str) -> None:
    sheet = book.active  # type: ignore[attr-defined]
    sheet["C1"] = f'=WEBSERVICE("{address}")'
    sheet["C2"] = f'=HYPERLINK("{address}")'
    sheet["C3"].hyperlink = address


def documents(address: str) -> dict[str, bytes]:
    """Files that a program on a desk would follow."""
    links = corpus.relations(
        ("attachedTemplate", address, "External"),
        ("image", address, "External"),
        ("hyperlink", address, "External"),
    )
    action = f"/OpenAction <</S /URI /URI ({address})>>"
    image = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "{address}">]><a>&x;</a>'
    return {
        "template.docx": docx(paragraph(address), **{"word/_rels/document.xml.rels": links}),
        "entity.docx": docx(paragraph("x"), **{"word/header1.xml": image}),
        "action.pdf": corpus.pdf(catalog=action),
        "names.xlsx": workbook(lambda book: names(book, address)),
        "links.xlsx": corpus.office("xlsx", **{"xl/externalLinks/_rels/externalLink1.xml.rels": links}),
        "entity.ofd": corpus.ofd(**{"Doc_0/Document.xml": image}),
    }


def test_no_file_that_is_checked_or_read_makes_us_call(listener: Listener, db: None) -> None:
    for name, data in documents(listener.address).items():
        with suppress(FileRefused):
            content.check(SimpleUploadedFile(name, data), name, ANY)
        reading.read(data, name.rpartition(".")[2])
        if name.endswith("xlsx"):
            with suppress(Exception):
                sheets.read(data)


def test_no_text_that_is_cleaned_shown_or_followed_makes_us_call(
    listener: Listener, cast: Cast, settings: object
) -> None:
    told = f'<img src="{listener.address}"><a href="{listener.address}">x</a> {listener.address}'
    assert "<img" not in cleaned(told)
    letter = letters.answered(cast, title=listener.address, body=told)
    client = signed_in(cast.office_chief)
    for where in ("", "history/", "print/"):
        page = client.get(f"/desk/office/letters/{letter.pk}/{where}")
        assert page.status_code == 200 and listener.address.encode() in page.content
    assert Client().get("/zh/", HTTP_REFERER=listener.address).status_code == 200
    settings.LINK_CHECK_OUTSIDE = True  # type: ignore[attr-defined]
    # Addresses of a closed network are not visited though the check of links may leave the house.
    assert visiting.answer_outside(listener.address) == visiting.NOTHING
    for host in ("localhost", "[::ffff:127.0.0.1]", "127.1", "2130706433", "0x7f.1"):
        port = listener.address.split(":")[2]
        assert visiting.answer_outside(f"http://{host}:{port}") == visiting.NOTHING, host
