"""PDF: complete, not encrypted, without anything that acts when it is opened.

Names of objects may be written with #-escapes and lie in compressed object streams; both are looked into.
ISO 32000-1, 7.3.5 (names), 7.5.7 (object streams), 12.6.4 (actions).
"""

from __future__ import annotations

import re
import sys
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from typing import IO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.files.choices import FileType
from bureau.files.refusals import FileRefused

MOST_UNPACKED = 64 * 1024 * 1024
MOST_PACKED = 10_000  # object streams of one document
MOST_STREAMS = 200_000
PACKED = b"ObjStm"
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"stream\r?\n")
END = re.compile(rb"endstream")
DICTIONARY = 4096  # a stream begins this close behind the name of its type

SCRIPT = _("The PDF contains a script. Print it into a new PDF and send that.")
ACTION = _("The PDF starts a program or sends data when it is opened. Print it into a new PDF and send that.")
EMBEDDED = _(
    "The PDF has other files inside, as electronic invoices do. Print it into a new PDF and send that; "
    "send what is inside as a file of its own where it is needed."
)
PROTECTED = _(
    "The PDF is protected by a password or against copying. Save it without protection and send that."
)
BROKEN = _("The PDF is damaged or incomplete. Make it again and send that.")
TRAILING = _("Something else is hidden in this PDF. Print it into a new PDF and send that.")

FORBIDDEN: dict[bytes, Promise] = {
    b"JavaScript": SCRIPT,
    b"JS": SCRIPT,
    b"XFA": SCRIPT,
    b"Launch": ACTION,
    b"SubmitForm": ACTION,
    b"ImportData": ACTION,
    b"GoToE": ACTION,
    b"EmbeddedFile": EMBEDDED,
    b"EmbeddedFiles": EMBEDDED,
    b"RichMedia": EMBEDDED,
    b"Encrypt": PROTECTED,
}
# Too short to mean anything between the random bytes of a compressed stream.
SHORT = frozenset({b"JS", b"XFA"})
# A name that is forbidden, that of an object stream, or one with escapes in it; nothing else costs time.
ANY = rb"[A-Za-z0-9]{0,40}#[0-9A-Fa-f]{2}(?:[A-Za-z0-9]|#[0-9A-Fa-f]{2}){0,40}"
PLAIN = b"|".join([*FORBIDDEN, PACKED])
NAME = re.compile(rb"/((?:" + PLAIN + rb")(?![A-Za-z0-9#])|" + ANY + rb")")
# Where a second format would begin or end in a file that pretends to be a PDF.
TAIL = 2048
FOREIGN = (b"PK\x05\x06", b"<html", b"<script", b"<!doctype")


def check(content: IO[bytes]) -> FileType:
    """Raises FileRefused."""
    raw = content.read()
    _complete(raw)
    packed = Packed(raw)
    for name in _names(raw, packed):
        if name in FORBIDDEN:
            raise FileRefused(FORBIDDEN[name])
    return FileType.PDF


def _complete(raw: bytes) -> None:
    end = raw.rfind(b"%%EOF")
    if not re.match(rb"%PDF-[12]\.\d", raw) or end < 0 or b"startxref" not in raw or b" obj" not in raw:
        raise FileRefused(BROKEN)
    head, tail = raw[:TAIL].lower(), raw[end + 5 :]
    if len(tail) > TAIL or any(mark.lower() in head + tail.lower() for mark in FOREIGN):
        raise FileRefused(TRAILING)


def _names(raw: bytes, packed: Packed) -> Iterator[bytes]:
    """Every name that matters, unescaped; short ones only outside of streams."""
    streams = _streams(raw)
    for found in NAME.finditer(raw):
        name = _plain(found[1])
        if name == PACKED:
            yield from packed.names(found.end())
        elif name in FORBIDDEN and not (name in SHORT and _within(streams, found.start())):
            yield name


def _plain(name: bytes) -> bytes:
    return ESCAPE.sub(lambda part: bytes([int(part[1], 16)]), name) if b"#" in name else name


def _streams(raw: bytes) -> list[tuple[int, int]]:
    """(begin, end) of each stream, in order."""
    found, place = [], 0
    while begin := STREAM.search(raw, place):
        end = END.search(raw, begin.end())
        if end is None:
            break
        found.append((begin.end(), end.start()))
        if len(found) > MOST_STREAMS:
            raise FileRefused(BROKEN)
        place = end.end()
    return found


def _within(streams: list[tuple[int, int]], place: int) -> bool:
    number = bisect_right(streams, (place, sys.maxsize)) - 1
    return number >= 0 and streams[number][0] <= place < streams[number][1]


class Packed:
    """The object streams of one document: each unpacked once, all within one limit."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.left = MOST_UNPACKED
        self.asked = 0
        self.seen: set[int] = set()

    def names(self, place: int) -> Iterator[bytes]:
        """Names within the object stream whose dictionary holds `place`; nothing for a word in a text."""
        begin = STREAM.search(self.raw, place, place + DICTIONARY)
        self.asked += 1
        if self.asked > MOST_PACKED:
            raise FileRefused(BROKEN)
        if begin is None or begin.end() in self.seen:
            return
        self.seen.add(begin.end())
        start = self.raw.rfind(b" obj", max(0, place - DICTIONARY), place)
        dictionary = self.raw[max(0, start) : begin.start()]
        if b"Predictor" in dictionary:  # reorders bytes: names could not be read
            raise FileRefused(BROKEN)
        for found in NAME.finditer(self._text(begin.end(), is_packed=b"Filter" in dictionary)):
            yield _plain(found[1])

    def _text(self, begin: int, *, is_packed: bool) -> bytes:
        """Raises FileRefused when all together is more than any document needs: each byte costs time."""
        text = self._unpacked(begin) if is_packed else self._plain_text(begin)
        self.left -= len(text)
        if self.left <= 0:
            raise FileRefused(BROKEN)
        return text

    def _plain_text(self, begin: int) -> bytes:
        end = END.search(self.raw, begin)
        if end is None:
            raise FileRefused(BROKEN)
        return self.raw[begin : end.start()]

    def _unpacked(self, begin: int) -> bytes:
        try:
            return zlib.decompressobj().decompress(memoryview(self.raw)[begin:], self.left)
        except zlib.error as error:  # damaged, or by a filter that hides what it holds
            raise FileRefused(BROKEN) from error
