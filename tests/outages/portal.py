"""The portal as several processes on servers that may be broken."""

from __future__ import annotations

import urllib.error
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bureau.celery import TICK, Publisher
from bureau.outbox.queues import BULK, DEFAULT, PUBLIC
from tests.outages.servers import HOST, Browser, Cluster, Process, Redis, free_port, until
from tests.sections.office.letters.filling import code_on, post, to_the_check

NAME = "portal"
KEEPER = "keeper"  # owns the tables
ROLE = "portal"  # works with the rows
QUEUE = {"t.bulk": BULK.name, "t.public": PUBLIC.name}  # as tests.outages.worker declares them


@dataclass
class Portal:
    cluster: Cluster
    database: str
    redis: Redis
    folder: Path
    asked: int = 0

    def __post_init__(self) -> None:
        self.port = free_port()
        self.files = self.folder / "files"
        self.files.mkdir()
        self.more = {
            "REDIS_URL": self.redis.url,
            "OUTAGE_FILES": str(self.files),
            "NOTICE_EMAIL": "table",
            "PORTAL_TOLD": str(self.folder / "told"),
        }
        web = ["-m", "gunicorn", "bureau.wsgi:application", "--bind", f"{HOST}:{self.port}", "--workers", "2"]
        self.web = Process(
            [*web, "--no-control-socket", "--timeout", "60"],
            self.database,
            self.folder / "web.log",
            self.more,
        )
        self.worker = Process(
            [
                "-m",
                "tests.outages.worker",
                "--quiet",
                "worker",
                "--loglevel",
                "warning",
                "--concurrency",
                "2",
                "--without-mingle",
            ],
            self.database,
            self.folder / "worker.log",
            self.more,
        )

    def start(self) -> None:
        self.worker.start()
        self.web.start()
        until(self._answers, "the web server answers")

    def restart_web(self) -> None:
        self.web.end()
        self.web.start()
        until(self._answers, "the web server answers")

    def set_up_with(self, **changes: str) -> None:
        """Web and worker begin anew with other variables; without any, with their own."""
        for process in (self.worker, self.web):
            process.kill()
            process.more = {**self.more, **changes}
        self.start()

    def _answers(self) -> bool:
        try:
            return Browser(self.address).get("/healthz").status_code == 200
        except (urllib.error.URLError, ConnectionError):
            return False

    def stop(self) -> None:
        for process in (self.web, self.worker):
            process.kill()

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def send_letter(self) -> str:
        """A citizen fills in the form and sends it; the code on the receipt proves that it was taken."""
        browser: Any = Browser(self.address)
        return code_on(post(browser, to_the_check(browser), go="send"))

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        return self.cluster.ask(NAME, statement)

    def count(self, table: str, where: str = "true") -> int:
        return int(self.ask(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])

    def enqueue(self, task: str, name: str) -> int:
        """An effect as another process writes it, published as it would be; returns its id."""
        queue = QUEUE.get(task, DEFAULT.name)
        columns = "task, payload, key, queue, status, due_at, attempts, created_at, last_error"
        values = f"'{task}', '{{\"name\": \"{name}\"}}', '{task}:{name}', '{queue}', 'waiting', now(), 0, now(), ''"
        ((effect,),) = self.ask(f"INSERT INTO outbox_effect ({columns}) VALUES ({values}) RETURNING id")
        Publisher(self.redis.url).publish(effect, queue)
        return int(effect)

    def tick(self) -> None:
        """What beat sends each minute."""
        told = Publisher(self.redis.url)
        told.app.send_task(TICK, exchange="", routing_key=PUBLIC.name, retry=False, ignore_result=True)
        told.app.close()

    def until_all_is_done(self) -> None:
        try:
            until(self._is_done, "the outbox is empty")
        except AssertionError as never:
            left = self.ask(
                "SELECT task, queue, status, attempts, last_error, due_at - now(), now() - created_at"
                " FROM outbox_effect WHERE status NOT IN ('done', 'dead')"
            )
            raise AssertionError(f"{never}: {left}") from never

    def _is_done(self) -> bool:
        """As in the house: beat ticks again and again, and a worker that ended by itself is started again, as
        containers and systemd do: a lost Redis can end one."""
        self.asked += 1
        if self.asked % 100 == 0:
            self.tick()
        assert self.worker.process
        if self.worker.process.poll() is not None:
            self.worker.start()
        return self.count("outbox_effect", "status NOT IN ('done', 'dead')") == 0
