"""What is too long is refused before it is read; what finds no room loses the file and keeps the form."""

import errno
import io
import os
import tracemalloc

import pytest
from django.core.files import uploadedfile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.test.client import FakePayload
from django.urls import reverse

from bureau.files import uploads
from tests.attacks.walking import signed_in
from tests.bureau.files import corpus


@pytest.fixture
def address(cast):
    return reverse("school:schools:school_files", args=[cast.school.pk])


class Unread(FakePayload):
    """A body of which nobody may read a byte."""

    def read(self, *args, **kwargs):
        pytest.fail("the body was read")


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Too much was sent at once"), ("zh-hans", "一次发送的内容过大")]
)
def test_a_body_of_5_gb_is_refused_unread_in_the_language_of_the_reader(cast, address, language, word):
    cast.principal.language = language
    cast.principal.save()
    answer = signed_in(cast.principal).generic(
        "POST",
        address,
        CONTENT_TYPE="multipart/form-data; boundary=b",
        CONTENT_LENGTH=str(5 * 1024**3),
        **{"wsgi.input": Unread(b"")},
    )
    assert answer.status_code == 413
    assert word in answer.content.decode()
    assert f'<html lang="{"zh" if language == "zh-hans" else "en"}' in answer.content.decode()


def test_too_many_files_and_too_many_fields_are_refused(cast, address, settings):
    client = signed_in(cast.principal)
    files = {f"file{number}": SimpleUploadedFile("a.pdf", b"x") for number in range(30)}
    assert client.post(address, files).status_code == 413
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
    assert client.post(address, {f"field{number}": "x" for number in range(200)}).status_code == 413


def test_a_form_without_files_is_held_in_bounds_too(cast, address):
    answer = signed_in(cast.principal).post(
        address, "a=" + "x" * 3_000_000, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413


class Endless(io.RawIOBase):
    """A file in a form, made while it is read: of itself it takes no memory."""

    HEAD = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n"
    )
    END = b"\r\n--b--\r\n"

    def __init__(self, size):
        self.rest, self.whole = self.HEAD, size

    def read(self, size=-1):
        if not self.rest and self.whole:
            self.rest = b"x" * min(self.whole, 65_536)
            self.whole -= len(self.rest)
            self.rest += b"" if self.whole else self.END
        found, self.rest = self.rest[:size], self.rest[size:]
        return found


def test_the_longest_body_takes_little_memory_of_a_worker(settings):
    """What a form may bring at most goes to the disk in pieces; tracemalloc counts what Python held at once."""
    room = settings.BODY_MAX_MB * 1024**2 - 1000
    request = RequestFactory().generic(
        "POST",
        "/",
        CONTENT_TYPE="multipart/form-data; boundary=b",
        CONTENT_LENGTH=str(len(Endless.HEAD) + room + len(Endless.END)),
        **{"wsgi.input": Endless(room)},
    )
    tracemalloc.start()
    upload = request.FILES["file"]
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert upload.size == room
    upload.close()
    assert most < room / 4


class Full(uploadedfile.TemporaryUploadedFile):
    """A temporary file on a disk without room."""

    def write(self, *args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_no_room_for_the_temporary_file_keeps_the_form(cast, address, monkeypatch, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile", Full)
    upload = SimpleUploadedFile("a.pdf", corpus.pdf())
    answer = signed_in(cast.principal).post(address, {"kind": "licence", "file": upload})
    assert answer.status_code == 507
    assert "There is no room for files at the moment." in answer.content.decode()
    assert '<option value="licence" selected' in answer.content.decode()


def test_another_fault_of_the_disk_is_no_want_of_room(settings):
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("a.pdf", b"x" * 100)})
    handler = uploads.DiskUpload(request)
    with pytest.raises(OSError):
        handler._note(OSError(errno.EACCES, "no"))
    assert not uploads.has_no_room(request)


def test_a_large_file_goes_through_the_disk_and_arrives_whole(cast, address, settings, root):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    upload = SimpleUploadedFile("a.pdf", corpus.pdf())
    assert signed_in(cast.principal).post(address, {"kind": "licence", "file": upload}).status_code == 302
    assert [path.read_bytes() for path in root.rglob("*") if path.is_file()] == [corpus.pdf()]
