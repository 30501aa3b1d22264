"""Asking ClamAV's daemon over its socket: PING and INSTREAM of its protocol (clamd(8))."""

from __future__ import annotations

import re
import socket
import struct
from dataclasses import dataclass
from typing import IO

from django.conf import settings

CHUNK = 64 * 1024
PING_SECONDS = 2
MOST_ANSWER = 4096
FOUND = re.compile(r"^stream: (.+) FOUND$")


class ScannerDown(Exception):
    """No answer, none in time, or one that says nothing of the file: the file stays locked."""


@dataclass(frozen=True)
class Verdict:
    """What the scanner found: the name of the virus, or nothing."""

    signature: str = ""

    @property
    def is_clean(self) -> bool:
        return not self.signature


def is_set() -> bool:
    return bool(settings.CLAMAV)


def answers() -> bool:
    """Whether the scanner is there now."""
    try:
        with _connected(PING_SECONDS) as line:
            line.sendall(b"zPING\0")
            return _answer(line) == "PONG"
    except (OSError, ValueError, ScannerDown):
        return False


def scan(content: IO[bytes]) -> Verdict:
    """Raises ScannerDown."""
    try:
        with _connected(settings.CLAMAV_SECONDS) as line:
            line.sendall(b"zINSTREAM\0")
            while chunk := content.read(CHUNK):
                line.sendall(struct.pack("!I", len(chunk)) + chunk)
            line.sendall(struct.pack("!I", 0))
            return _verdict(_answer(line))
    except (OSError, ValueError) as error:
        raise ScannerDown(type(error).__name__) from error


def _connected(seconds: float) -> socket.socket:
    """`seconds` is the limit of each single wait: connecting, sending, reading."""
    if settings.CLAMAV.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(seconds)
        try:
            line.connect(settings.CLAMAV)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = settings.CLAMAV.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)


def _answer(line: socket.socket) -> str:
    found = b""
    while not found.endswith(b"\0") and len(found) < MOST_ANSWER:
        part = line.recv(1024)
        if not part:
            break
        found += part
    return found.rstrip(b"\0").decode("utf-8", errors="replace").strip()


def _verdict(answer: str) -> Verdict:
    if answer == "stream: OK":
        return Verdict()
    found = FOUND.match(answer)
    if found is None:  # closed early, a size limit of its own, an error: no word of this file
        raise ScannerDown(answer[:60])
    return Verdict(found[1][:120])
