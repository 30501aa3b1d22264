"""A virus scanner that speaks clamd's protocol on a real socket, as well or as badly as a test asks."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.bureau.files.corpus import EICAR


class Handler(socketserver.BaseRequestHandler):
    server: Any

    def handle(self) -> None:
        mood = self.server.mood
        if mood == "closed":
            return
        command = self._until_nul()
        if mood == "frozen":
            self.server.released.wait(10)
            return
        if command == b"zPING":
            self.request.sendall(b"PONG\0")
        elif command == b"zINSTREAM":
            self._scan(mood)

    def _scan(self, mood: str) -> None:
        body = b""
        while size := struct.unpack("!I", self._exactly(4))[0]:
            body += self._exactly(size)
        self.server.seen.append(body)
        answers = {
            "error": b"INSTREAM size limit exceeded. ERROR\0",
            "nonsense": b"\xff\xfe",
            "half": b"stream: O",
        }
        found = b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in body else b"stream: OK\0"
        self.request.sendall(answers.get(mood, found))

    def _until_nul(self) -> bytes:
        found = b""
        while not found.endswith(b"\0"):
            part = self.request.recv(1)
            if not part:
                break
            found += part
        return found.rstrip(b"\0")

    def _exactly(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            part = self.request.recv(size - len(found))
            if not part:
                raise ConnectionError
            found += part
        return found


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    asked = 0  # times that somebody turned to it

    def __init__(self, mood: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.mood = mood
        self.seen: list[bytes] = []
        self.released = threading.Event()

    @property
    def address(self) -> str:
        return "{}:{}".format(*self.server_address)

    def verify_request(self, request: object, client_address: object) -> bool:
        self.asked += 1
        return True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news."""


class UnixServer(Server):
    address_family = socket.AF_UNIX

    def __init__(self, path: str) -> None:
        socketserver.ThreadingTCPServer.__init__(self, path, Handler, bind_and_activate=False)  # type: ignore[arg-type]
        self.allow_reuse_address = False
        self.server_bind()
        self.server_activate()
        self.mood, self.seen, self.released = "well", [], threading.Event()

    @property
    def address(self) -> str:
        return str(self.server_address)


@contextmanager
def running(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
