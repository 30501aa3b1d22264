"""What a request brings: refused before it is read when it is too long, and without a trace when no room is left."""

from __future__ import annotations

from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import (
    MemoryFileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest

from bureau.files.storage import MEGABYTE, NO_ROOM

# Set on a request whose file could not be kept for want of room.
NO_ROOM_MARK = "has_no_room_for_files"


def has_no_room(request: HttpRequest) -> bool:
    """Whether a file of this request was lost because the disk is full. Ask after request.FILES was read."""
    return bool(getattr(request, NO_ROOM_MARK, False))


def check_length(content_length: int) -> None:
    """Raises RequestDataTooBig, which is answered with 413."""
    if content_length > settings.BODY_MAX_MB * MEGABYTE:
        raise RequestDataTooBig(f"the body is longer than {settings.BODY_MAX_MB} MB")


class MemoryUpload(MemoryFileUploadHandler):
    """Small files; the first handler, which looks at the length before anything is read."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803 – Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        check_length(content_length)
        super().handle_raw_input(input_data, META, content_length, boundary, encoding)


class DiskUpload(TemporaryFileUploadHandler):
    """Larger files, in the system's temporary folder until the request ends.

    Want of room loses the file and marks the request; the fields beside it are kept.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._note(error)
            raise SkipFile from error

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        try:
            return super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._note(error)
            raise SkipFile from error

    def file_complete(self, file_size: int) -> Any:
        try:
            return super().file_complete(file_size)
        except OSError as error:
            self._note(error)
            return None

    def _note(self, error: OSError) -> None:
        """Mark the request; whatever is no want of room goes on as the fault that it is."""
        if error.errno not in NO_ROOM:
            raise error
        setattr(self.request, NO_ROOM_MARK, True)
