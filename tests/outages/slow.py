"""Servers that take what is sent and do not answer: a Redis behind a gate, a mail server that says nothing."""

from __future__ import annotations

import socket
import socketserver
import threading
from typing import Any

from tests.outages.servers import HOST

CHUNK = 65_536


class Gate:
    """Before a Redis. What is sent arrives at once; while the gate is closed no answer comes back."""

    def __init__(self, port: int) -> None:
        self.behind, self.open = port, threading.Event()
        self.open.set()
        self.held = threading.Event()  # some answer waited
        self.server = _Server(self._serve)

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.server.port}/0"

    def close(self) -> None:
        self.held.clear()
        self.open.clear()

    def _serve(self, client: socket.socket) -> None:
        with socket.create_connection((HOST, self.behind)) as redis:
            threading.Thread(target=_pass_on, args=(client, redis), daemon=True).start()
            while answer := _received(redis):
                if not self.open.is_set():
                    self.held.set()
                    self.open.wait()
                if not _sent(client, answer):
                    return


class MailServer:
    """Takes mail, or while `silent` is set connections alone. `mails`: what was taken."""

    def __init__(self) -> None:
        self.silent, self.mails = threading.Event(), list[str]()
        self.server = _Server(self._serve)

    @property
    def port(self) -> int:
        return self.server.port

    def _serve(self, client: socket.socket) -> None:
        if self.silent.is_set():
            while _received(client):
                pass  # until the other side has had enough
            return
        lines = client.makefile("rb")
        client.sendall(b"220 here\r\n")
        for line in lines:
            word = line[:4].upper().strip()
            if word == b"DATA":
                client.sendall(b"354 go on\r\n")
                text = b"".join(iter(lines.readline, b".\r\n"))
                self.mails.append(text.decode())
            client.sendall(b"221 bye\r\n" if word == b"QUIT" else b"250 done\r\n")


class _Server:
    def __init__(self, serve: Any) -> None:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                serve(self.request)

        self.threads = _Threads((HOST, 0), Handler)
        threading.Thread(target=self.threads.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.threads.server_address[1])

    def end(self) -> None:
        self.threads.shutdown()
        self.threads.server_close()


class _Threads(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a client that is killed breaks its connection


def _received(end: socket.socket) -> bytes:
    try:
        return end.recv(CHUNK)
    except OSError:
        return b""


def _sent(end: socket.socket, content: bytes) -> bool:
    try:
        end.sendall(content)
    except OSError:
        return False
    return True


def _pass_on(client: socket.socket, redis: socket.socket) -> None:
    while (asked := _received(client)) and _sent(redis, asked):
        pass
    redis.close()
