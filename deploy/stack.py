"""The portal as a city runs it, without containers: nginx, two web servers, workers and beat on one machine.

`make stack` runs it on the PostgreSQL of DATABASE_URL and the Redis of REDIS_URL until Ctrl-C. Tests and
measurements drive it from Python: `with Stack(database_url=…, redis_url=…) as stack: stack.get("/zh/")`.
Everything runs with the settings of production; keys are made once, into `stack.env` of its home.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO

if __name__ == "__main__":  # started as a file, the project is not on the path
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from deploy.keys import kept_certificate, kept_keys

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
TEMPLATE = ROOT / "deploy" / "nginx" / "nginx.conf.template"
HOST = "127.0.0.1"
PATIENCE = 60.0  # seconds until a process must answer
GRACE = 20.0  # seconds that a process has to end by itself
# What nginx tells the portal; who talks to a web server past nginx says it as well.
BEHIND_NGINX = {"X-Forwarded-Proto": "https"}


class NotStarted(Exception):
    """Says which part did not come up, and where its log lies."""


def nginx_path() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass
class Part:
    """One process of the stack. `port` is 0 for one that does not listen."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        if self.process is None:
            raise NotStarted(f"{self.name} is not running")
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Also after `stop` or `kill`: the same command on the same port."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def signal(self, number: int) -> None:
        """To the process and its children."""
        if self.is_alive:
            os.killpg(self.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self._wait(GRACE)

    def signal_main(self, number: int) -> None:
        """To the process alone, which tells its children."""
        if self.is_alive:
            os.kill(self.pid, number)

    def stop(self) -> None:
        """Politely, then not."""
        self.signal_main(signal.SIGTERM)
        if not self._wait(GRACE):
            self.kill()

    def _wait(self, seconds: float) -> bool:
        try:
            return self.process is None or self.process.wait(seconds) is not None
        except subprocess.TimeoutExpired:
            return False


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass
class Stack:
    """A running portal. `home` keeps keys, files, logs; `env` adds to or replaces variables of the portal.

    `web`, `desk`, `workers`, `beat` and `nginx` are the parts; any of them may be killed and started again by itself.
    """

    database_url: str
    redis_url: str
    home: Path = ROOT / "var" / "stack"
    env: dict[str, str] = field(default_factory=dict)
    servers: int = 2
    desk_servers: int = 0  # of their own for staff and schools; without any, `servers` take everybody
    server_workers: int = 2
    worker_processes: int = 2
    queues: tuple[str, ...] = ("public,default", "bulk")  # one worker for each
    with_workers: bool = True
    with_nginx: bool = True
    prepare: bool = True
    charter: str = "jinzhong"
    seed: str = ""  # small or city: invented data instead of a charter alone, into an empty database
    https_port: int = 0
    rate: int = 30  # requests a second from one address …
    burst: int = 200  # … and how many at once
    connections: int = 100
    web: list[Part] = field(default_factory=list)
    desk: list[Part] = field(default_factory=list)
    workers: list[Part] = field(default_factory=list)
    beat: Part | None = None
    nginx: Part | None = None

    def __post_init__(self) -> None:
        self.home = Path(self.home).resolve()
        self.https_port = self.https_port or free_port()
        self.http_port = free_port()

    # --- what a caller asks ---
    @property
    def address(self) -> str:
        """Where a browser goes: nginx where it runs, else the first web server."""
        return f"https://{HOST}:{self.https_port}" if self.nginx else f"http://{HOST}:{self.web[0].port}"

    @property
    def worker(self) -> Part:
        """The one that a citizen waits for."""
        return self.workers[0]

    @property
    def parts(self) -> list[Part]:
        return [
            part for part in (*self.web, *self.desk, *self.workers, self.beat, self.nginx) if part is not None
        ]

    def get(self, path: str, *, server: int | None = None, headers: dict[str, str] | None = None) -> Answer:
        """GET through nginx, or past it from one of the web servers."""
        return self.ask("GET", path, server=server, headers=headers)

    def ask(
        self,
        method: str,
        path: str,
        *,
        server: int | None = None,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        sender: str = HOST,
    ) -> Answer:
        """`sender`: the address of this machine (127.x.x.x) that asks; nginx counts by it."""
        line: http.client.HTTPConnection
        if server is None and self.nginx:
            trust = ssl.create_default_context(cafile=str(self.home / "certificate.pem"))
            line = http.client.HTTPSConnection(
                HOST, self.https_port, timeout=PATIENCE, context=trust, source_address=(sender, 0)
            )
            extra = {}
        else:
            line = http.client.HTTPConnection(HOST, self.web[server or 0].port, timeout=PATIENCE)
            extra = BEHIND_NGINX
        try:
            line.request(method, path, body=body, headers={**extra, **(headers or {})})
            response = line.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            line.close()

    def manage(self, *words: str) -> str:
        """A command of the portal under the settings of the stack. Raises NotStarted with its last lines."""
        done = subprocess.run(
            [PYTHON, "manage.py", *words], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        if done.returncode:
            raise NotStarted(f"manage.py {' '.join(words)}: {done.stderr[-2000:] or done.stdout[-2000:]}")
        return done.stdout

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "DJANGO_SETTINGS_MODULE": "bureau.settings.production",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "ALLOWED_HOSTS": f"{HOST},localhost",
            "PUBLIC_URL": f"https://{HOST}:{self.https_port}",
            "TRUSTED_PROXIES": "1",
            "BEHIND_TLS_PROXY": "true",
            "FILES_ROOT": str(self.home / "files"),
            "STATIC_ROOT": str(self.home / "static"),
            **({"FILES_ACCEL": "/attached-content/", "PAGE_PROXY_SECONDS": "10"} if self.with_nginx else {}),
        }
        return {**os.environ, **kept_keys(self.home / "stack.env"), **own, **self.env}

    # --- start and stop ---
    def __enter__(self) -> Stack:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        for name in ("files", "static", "logs", "run"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        self.with_nginx = self.with_nginx and nginx_path() is not None
        if self.prepare:
            self._prepare()
        self.web = [self._web(f"web{number}") for number in range(self.servers)]
        self.desk = [self._web(f"web-desk{number}") for number in range(self.desk_servers)]
        if self.with_workers:
            self.workers = [self._worker(names) for names in self.queues]
            self.beat = self._beat()
        if self.with_nginx:
            self.nginx = self.front()
        for part in self.parts:
            part.start()
        self.wait_until_ready()

    def stop(self) -> None:
        """All are told at once, the door first; whoever does not end by itself is ended."""
        for part in reversed(self.parts):
            part.signal_main(signal.SIGTERM)
        for part in self.parts:
            part.stop()

    def wait_until_ready(self) -> None:
        """Until every part that listens answers. Raises NotStarted."""
        deadline = time.monotonic() + PATIENCE
        waiting = [part for part in self.parts if part.port]
        while waiting:
            waiting = [part for part in waiting if not self._answers(part)]
            if waiting and (time.monotonic() > deadline or not all(part.is_alive for part in waiting)):
                raise NotStarted(f"{waiting[0].name} did not start; see {waiting[0].log}")
            if waiting:
                time.sleep(0.1)

    def _answers(self, part: Part) -> bool:
        path = "/nginx-alive" if part is self.nginx else "/healthz"
        line = http.client.HTTPConnection(HOST, part.port, timeout=5)
        try:
            line.request("GET", path)
            return line.getresponse().status == 200
        except OSError:
            return False
        finally:
            line.close()

    def _prepare(self) -> None:
        if self.seed:  # refuses a database that holds anything already: it goes first and lays all of it
            self.manage("demo", "seed", "--size", self.seed, "--charter", self.charter)
        else:
            self.manage("migrate", "--no-input", "--verbosity", "0")
            self.manage("reference", "--verbosity", "0")
            if self.charter:
                self.manage("charter", "load", self.charter)
        self.manage("collectstatic", "--no-input", "--verbosity", "0")
        self.manage("error_pages", str(self.home / "errors"))

    # --- the parts ---
    def _part(self, name: str, command: list[str], port: int = 0) -> Part:
        return Part(name, command, self.environment, self.home / "logs" / f"{name}.log", port)

    def _web(self, name: str) -> Part:
        port = free_port()
        command = [
            *(PYTHON, "-m", "gunicorn", "bureau.wsgi:application", "--bind", f"{HOST}:{port}"),
            *("--workers", str(self.server_workers), "--timeout", "120", "--graceful-timeout", "30"),
            *("--no-control-socket", "--log-level", "warning", "--max-requests", "5000"),
            *("--max-requests-jitter", "500", "--forwarded-allow-ips", HOST, "--backlog", "512"),
        ]
        return self._part(name, command, port)

    def _worker(self, queues: str) -> Part:
        """`--quiet`: a log without room must not stop it at the line that greets."""
        name = f"worker-{queues.replace(',', '-')}"
        return self._part(
            name,
            [
                *(
                    PYTHON,
                    "-m",
                    "celery",
                    "--quiet",
                    "-A",
                    "bureau.celery",
                    "worker",
                    "--loglevel",
                    "warning",
                ),
                *("--concurrency", str(self.worker_processes), "-Q", queues, "--without-mingle"),
                *("--hostname", f"{name}@%h"),
            ],
        )

    def _beat(self) -> Part:
        run = self.home / "run"
        return self._part(
            "beat",
            [
                *(PYTHON, "-m", "celery", "--quiet", "-A", "bureau.celery", "beat", "--loglevel", "warning"),
                *("--schedule", str(run / "beat"), "--pidfile", ""),
            ],
        )

    def front(self) -> Part:
        """nginx before the web servers; not started yet."""
        certificate, key = kept_certificate(self.home)
        values = {
            "RUN": self.home / "run",
            "LOG": self.home / "logs" / "nginx-access.log",
            "BODY_MB": self.environment.get("BODY_MAX_MB", "25"),
            "RATE": self.rate,
            "BURST": self.burst,
            "CONNECTIONS": self.connections,
            "REAL_IP": "",
            "USER": "user root;"
            if os.geteuid() == 0
            else "",  # attached files are readable by their owner alone
            "UPSTREAMS": _upstreams(self.web),
            "DESK_UPSTREAMS": _upstreams(self.desk or self.web),
            "QUERY": QUERY,
            "HTTP": f"{HOST}:{self.http_port}",
            "HTTPS": f"{HOST}:{self.https_port}",
            "URL": f"https://{HOST}:{self.https_port}",
            "HOSTS": f"{HOST} localhost",
            "CERTIFICATE": certificate,
            "CERTIFICATE_KEY": key,
            "STATIC": self.home / "static",
            "FILES": self.home / "files",
            "ERRORS": self.home / "errors",
        }
        path = self.home / "run" / "nginx.conf"
        path.write_text(
            filled(TEMPLATE.read_text(), {f"PORTAL_{name}": str(of) for name, of in values.items()})
        )
        return self._part("nginx", [nginx_path() or "nginx", "-c", str(path), "-e", "stderr"], self.http_port)


# The parts of a query by which public pages differ: what their views name in @kept(…).
QUERY = "issuer|kind|month|page|q|state|topic|validity|year"


def _upstreams(parts: list[Part]) -> str:
    return " ".join(f"server {HOST}:{part.port} max_fails=0;" for part in parts)


def filled(template: str, values: dict[str, str]) -> str:
    """As the container's entrypoint does it. A name without a value raises KeyError."""
    return re.sub(r"\$\{(PORTAL_\w+)\}", lambda found: values[found[1]], template)


def say(line: str, out: IO[str] = sys.stdout) -> None:
    print(line, file=out, flush=True)


def main() -> None:
    database, redis = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
    if not database.startswith("postgres") or not redis:
        sys.exit("Set DATABASE_URL to a PostgreSQL database of its own and REDIS_URL to a Redis.")
    port = int(os.environ.get("PORT", "8443"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    say("Preparing: tables, reference data, charter, static files …")
    try:
        with Stack(database_url=database, redis_url=redis, https_port=port, desk_servers=1) as stack:
            say(
                f"The portal answers at {stack.address}/zh/ ; logs lie in {stack.home / 'logs'}. Ctrl-C stops it."
            )
            if stack.nginx is None:
                say(
                    "nginx is not installed: there is no TLS, no page cache, and nobody can sign in by browser."
                )
            while all(part.is_alive for part in stack.parts):
                time.sleep(0.5)
            dead = next(part for part in stack.parts if not part.is_alive)
            sys.exit(f"{dead.name} stopped; {dead.log} says why.")
    except NotStarted as fault:
        sys.exit(str(fault))
    except KeyboardInterrupt:
        say("\nStopped.")


if __name__ == "__main__":
    main()
