"""Servers that a test may break: a PostgreSQL cluster, a Redis, web servers and workers, all of its own."""

from __future__ import annotations

import http.cookiejar
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGTERM
from typing import Any

import psycopg2
import redis
from django.conf import settings

from tests.outages.places import environment

HOST = "127.0.0.1"
PATIENCE = 60.0  # until something that was started, or told to go on, must have done so


def free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


def until(is_so: Callable[[], Any], what: str) -> Any:
    """Ask until it is so; a test never counts on how long that takes."""
    end = time.monotonic() + PATIENCE
    while not (found := is_so()):
        assert time.monotonic() < end, f"never happened: {what}"
        time.sleep(0.05)
    return found


def binary(name: str) -> str | None:
    """A program of PostgreSQL's own folder."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    return shutil.which(name)


@dataclass
class Cluster:
    """A PostgreSQL that may be stopped in the middle. The server refuses to run as root: it runs as postgres then."""

    folder: Path
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.user = "postgres" if os.getuid() == 0 else None
        self.folder.mkdir()
        if self.user:
            self.folder.parent.chmod(0o755)  # its way in; the folder itself stays the server's own
            shutil.chown(self.folder, self.user)
        self._make()
        told = (
            f"port={self.port}\nunix_socket_directories=''\nlisten_addresses='{HOST}'\nmax_connections=40\n"
        )
        # Not fsync=off: an immediate stop must leave what was committed.
        with (self.folder / "postgresql.auto.conf").open("a") as settings_of_the_server:
            settings_of_the_server.write(told)
        self.start()

    def _make(self) -> None:
        self._run("initdb", "--auth=trust", "--username=owner", "--no-sync", "--no-locale", "--encoding=UTF8")

    def _run(self, program: str, *words: str) -> None:
        path = binary(program)
        assert path, f"{program} is not installed"
        command = [path, "-D", str(self.folder), *words]
        done = subprocess.run(
            command, user=self.user, cwd="/", capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
        )  # fmt: skip
        assert done.returncode == 0, done.stderr or done.stdout

    def start(self) -> None:
        self._run("pg_ctl", "--wait", "--log", str(self.folder / "log"), "start")

    def stop(self, mode: str = "immediate") -> None:
        """`immediate`: as if the power went; what was not committed is gone."""
        self._run("pg_ctl", "--wait", f"--mode={mode}", "stop")

    def restart(self) -> None:
        self.stop()
        self.start()

    def url(self, name: str, user: str = "owner") -> str:
        return f"postgres://{user}@{HOST}:{self.port}/{name}"

    def connect(self, name: str, user: str = "owner") -> Any:
        found = psycopg2.connect(host=HOST, port=self.port, user=user, dbname=name)
        found.autocommit = True
        return found

    def ask(self, name: str, statement: str) -> list[tuple[Any, ...]]:
        connection = self.connect(name)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    @contextmanager
    def full_for(self, name: str, table: str, user: str) -> Iterator[None]:
        """No room any more for long values of the table: where they would lie stands the device that is always full.

        What fits into pages that are there already is still written, as on a real disk. `user`: whose connections
        begin anew, because a server keeps its files open. The table has no long value yet.
        """
        where = f"SELECT pg_relation_filepath(reltoastrelid) FROM pg_class WHERE relname = '{table}'"
        path = self.folder / self.ask(name, where)[0][0]
        assert path.stat().st_size == 0, "there are long values already"
        aside = path.with_suffix(".aside")
        path.rename(aside)
        path.symlink_to("/dev/full")
        self._begin_anew(user)
        try:
            yield
        finally:
            path.unlink()
            aside.rename(path)
            self._begin_anew(user)

    def _begin_anew(self, user: str) -> None:
        ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{user}'"
        self.ask("postgres", ended)


@dataclass
class StreamingCopy(Cluster):
    """A second PostgreSQL that follows the first, as PostgreSQL makes one."""

    first: Cluster | None = None

    def _make(self) -> None:
        assert self.first
        source = ("--host", HOST, "--port", str(self.first.port), "--username=owner")
        self.folder.chmod(0o700)
        self._run("pg_basebackup", *source, "--write-recovery-conf", "--checkpoint=fast", "--no-sync")

    def has(self, name: str, statement: str) -> bool:
        return bool(self.ask(name, statement)[0][0])


@dataclass
class Redis:
    """A Redis that may be killed, frozen, emptied. It keeps nothing on the disk."""

    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    @property
    def client(self) -> Any:
        return redis.Redis.from_url(self.url, socket_timeout=2)

    def start(self) -> None:
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", HOST, "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self._answers, "redis-server answers")

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False

    def signal(self, number: int) -> None:
        assert self.process
        self.process.send_signal(number)

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.signal(SIGCONT)
            self.process.kill()
            self.process.wait()


@dataclass
class Process:
    """A program of ours in a group of its own."""

    words: list[str]
    database: str
    log: Path
    more: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, *self.words],
                cwd=settings.ROOT,
                env=environment(self.database, **self.more),
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def signal(self, number: int) -> None:
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, number)

    def end(self, number: int = SIGTERM) -> int:
        """The process alone is told; its children hear it from there."""
        assert self.process
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        self.signal(SIGKILL)
        if self.process:
            self.process.wait()


@dataclass
class Answer:
    status_code: int
    content: bytes
    headers: Any


class Browser:
    """What a person sends, without a browser: cookies and the token of the form. Fits `filling` of the letters."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> Answer:
        return self._open(urllib.request.Request(self.address + path))

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        token = next((cookie.value for cookie in self.jar if cookie.name == "csrftoken"), "") or ""
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        return self._open(urllib.request.Request(self.address + path, data=body))

    def _open(self, request: urllib.request.Request) -> Answer:
        try:
            with self.opener.open(request, timeout=PATIENCE) as found:
                return Answer(found.status, found.read(), found.headers)
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, refused.read(), refused.headers)
