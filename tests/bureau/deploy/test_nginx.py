"""The door, with a real nginx before a small server that answers as it is told."""

from __future__ import annotations

import http.client
import http.server
import itertools
import os
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.http import FileResponse
from django.test import RequestFactory, override_settings
from django.urls import URLResolver
from django.utils import translation

from bureau.files.handing import HandingMiddleware
from bureau.public.middleware import HeadersMiddleware
from bureau.settings.environment import ROOT
from bureau.urls import urlpatterns
from deploy import stack as stacks
from deploy.stack import HOST, PATIENCE, TEMPLATE, Part, Stack

pytestmark = pytest.mark.tool("nginx")

PAGE = {"Content-Type": "text/html", "Cache-Control": "public, max-age=20", "Vary": "Cookie"}
KEPT = {**PAGE, "X-Accel-Expires": "10"}
FRESH = itertools.count(100)  # numbers of pages that nginx does not hold yet
SAMPLES = {"int": "7", "slug": "a-b", "str": "x1"}


class Held:
    """A page that takes as long as the test wants."""

    def __init__(self) -> None:
        self.asked, self.made = threading.Event(), threading.Event()

    def wait(self) -> None:
        self.asked.set()
        self.made.wait(PATIENCE)


class Behind(http.server.ThreadingHTTPServer):
    """Stands where Django stands. `says` holds path → (status, headers, body); `asked` what came through.

    `held`: path → what the first who asks for it waits for. `arrived` counts who asks; while `goes_on` is
    clear everybody who asks waits.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.says: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.held: dict[str, Held] = {}
        self.arrived = threading.Semaphore(0)
        self.goes_on = threading.Event()
        self.goes_on.set()

    def times(self, path: str) -> int:
        return sum(urlsplit(address).path == path for address, _headers in self.asked)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Behind

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if held := self.server.held.pop(urlsplit(self.path).path, None):
            held.wait()
        self.server.arrived.release()
        self.server.goes_on.wait()
        status, headers, body = self.server.says.get(urlsplit(self.path).path, (200, PAGE, b"page"))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("X-Request-ID", "of the server")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def behind() -> Iterator[Behind]:
    server = Behind()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def before(home: Path, port: int, *, desk: int = 0, **given: int) -> Stack:
    """nginx alone, before whatever listens at the port; `desk`: before another one for staff and schools."""
    stack = Stack(
        database_url="", redis_url="", home=home, with_workers=False, env={"BODY_MAX_MB": "1"}, **given
    )
    for name in ("files", "static", "logs", "run", "errors"):
        (stack.home / name).mkdir(parents=True, exist_ok=True)
    stack.web = [Part("web0", [], {}, home / "none", port)]
    stack.desk = [Part("web-desk0", [], {}, home / "none", desk)] if desk else []
    stack.nginx = stack.front()
    stack.nginx.start()
    deadline = iter(range(2000))
    while not stack._answers(stack.nginx):
        assert next(deadline, None) is not None, stack.nginx.log.read_text()
    return stack


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory, behind: Behind) -> Iterator[Stack]:
    home = tmp_path_factory.mktemp("door")
    stack = before(home, behind.server_port, rate=1000, burst=1000)
    call_command("error_pages", str(stack.home / "errors"))
    yield stack
    assert stack.nginx is not None
    stack.nginx.stop()


@pytest.fixture(autouse=True)
def forgotten(behind: Behind) -> None:
    behind.says.clear()
    behind.asked.clear()
    behind.held.clear()


def test_what_a_sender_says_of_himself_is_overwritten(door, behind):
    forged = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "http", "X-Real-IP": "6.6.6.6"}
    forged |= {"Forwarded": "for=6.6.6.6", "X-Request-ID": "f" * 32, "X-Forwarded-Host": "evil.example"}
    answer = door.get("/account/login/", headers=forged)
    _path, arrived = behind.asked[-1]
    assert arrived["X-Forwarded-For"] == "127.0.0.1"
    assert arrived["X-Forwarded-Proto"] == "https"
    assert {"X-Real-IP", "Forwarded", "X-Forwarded-Host"}.isdisjoint(arrived)
    assert arrived["X-Request-ID"] != "f" * 32
    assert answer.headers.get_all("X-Request-ID") == [arrived["X-Request-ID"]]


def test_only_a_page_that_django_marks_is_kept_and_the_mark_stays_inside(door, behind):
    behind.says = {"/zh/news/1/": (200, KEPT, b"x"), "/zh/news/2/": (200, PAGE, b"x")}
    for path in ("/zh/news/1/", "/zh/news/2/"):
        answers = [door.get(path), door.get(path)]
        assert all("X-Accel-Expires" not in answer.headers for answer in answers)
    assert (behind.times("/zh/news/1/"), behind.times("/zh/news/2/")) == (1, 2)


@pytest.mark.parametrize("cookie", ["__Host-session=abc", "a=b; __Host-session=abc", "sessionid=abc"])
def test_who_is_signed_in_is_never_served_from_what_is_kept_nor_fills_it(door, behind, cookie):
    path = f"/zh/columns/own-{len(cookie)}/"
    behind.says[path] = (200, KEPT, b"x")
    door.get(path, headers={"Cookie": cookie})
    door.get(path)
    door.get(path, headers={"Cookie": cookie})
    assert behind.times(path) == 3
    door.get(path)
    assert behind.times(path) == 3  # the one of nobody was kept


def test_each_mode_of_display_has_a_page_of_its_own_and_an_unknown_one_none(door, behind):
    path = "/en/news/"
    behind.says[path] = (200, KEPT, b"x")
    for cookie in ("portal_mode=care", "portal_mode=dark", "portal_language=en; portal_mode=care", "other=1"):
        door.get(path, headers={"Cookie": cookie})
    assert behind.times(path) == 3  # care, dark, plain
    for _again in range(2):
        door.get(path, headers={"Cookie": "portal_mode=x.care.y"})
    assert behind.times(path) == 5


def test_a_part_of_the_query_that_public_pages_do_not_know_goes_past_what_is_kept(door, behind):
    path = "/zh/open/documents/"
    behind.says[path] = (200, KEPT, b"x")
    for query in ("page=2", "page=2", "page=2&q=a", "page=2&q=a", "utm=1", "utm=1", "Page=2", "Page=2"):
        door.get(f"{path}?{query}")
    assert behind.times(path) == 6


def test_a_page_that_sets_a_cookie_is_not_kept(door, behind):
    behind.says["/zh/news/3/"] = (200, {**KEPT, "Set-Cookie": "a=b"}, b"x")
    door.get("/zh/news/3/")
    door.get("/zh/news/3/")
    assert behind.times("/zh/news/3/") == 2


def test_of_many_who_ask_at_once_one_asks_the_portal_and_all_get_the_page(door, behind):
    path = f"/zh/news/{next(FRESH)}/"
    behind.says[path] = (200, KEPT, b"x")
    behind.held[path] = held = Held()
    crowd = [_line(door) for _number in range(12)]
    for line in crowd:
        line.request("GET", path)
    assert held.asked.wait(PATIENCE)
    held.made.set()
    assert [line.getresponse().read() for line in crowd] == [b"x"] * len(crowd)
    assert behind.times(path) == 1


def test_who_waits_for_a_page_that_does_not_come_asks_the_portal_himself(door, behind):
    path = f"/zh/news/{next(FRESH)}/"
    behind.says[path] = (200, KEPT, b"x")
    behind.held[path] = held = Held()
    first, *others = [_line(door) for _number in range(4)]
    first.request("GET", path)
    assert held.asked.wait(PATIENCE)
    for line in others:
        line.request("GET", path)
    answers = [line.getresponse().read() for line in others]
    assert not held.made.is_set()
    held.made.set()
    assert [*answers, first.getresponse().read()] == [b"x"] * 4


@pytest.mark.parametrize(
    "path", ["/zh/search/", "/en/letters/new/", "/zh/schools/", "/en/consultations/1/opinion/"]
)
def test_an_address_that_is_kept_for_nobody_goes_past_what_is_kept(door, behind, path):
    """Else everybody at a form would wait for everybody else there."""
    behind.says[path] = (200, KEPT, b"x")
    door.get(path)
    door.get(path)
    assert behind.times(path) == 2


def _line(door: Stack) -> http.client.HTTPSConnection:
    """A connection that stands already."""
    trust = ssl.create_default_context(cafile=str(door.home / "certificate.pem"))
    line = http.client.HTTPSConnection(HOST, door.https_port, timeout=PATIENCE, context=trust)
    line.connect()
    return line


def _views(patterns: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for entry in patterns:
        address = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _views(entry.url_patterns, address)
        else:
            yield address, entry.callback


def test_the_addresses_that_nginx_keeps_are_those_of_the_views():
    found = re.search(r'"~(\S+)" 0;', TEMPLATE.read_text().split("$other_address {")[1])
    assert found
    kept = {}
    for code in ("en", "zh-hans"):
        with translation.override(code):
            for address, view in _views(urlpatterns):
                sample = "/" + re.sub(r"<(\w+):\w+>", lambda one: SAMPLES[one[1]], address)
                kept[sample] = hasattr(view, "kept_query")
    assert sum(kept.values()) > 20
    assert {path: bool(re.search(found[1], path)) for path in kept} == kept


def test_the_query_parts_are_those_of_the_views():
    """What nginx takes for known is what the kept pages name, no more and no less."""
    named = set().union(*(getattr(view, "kept_query", ()) for _path, view in _views(urlpatterns)))
    assert stacks.QUERY.split("|") == sorted(named)
    assert f"PORTAL_QUERY: {stacks.QUERY}\n" in (ROOT / "docker-compose.yml").read_text()


@pytest.mark.parametrize(("prefix", "sentence"), [("zh", "<html"), ("en", "The portal is busy")])
def test_a_portal_that_does_not_answer_is_a_page_in_house_style(door, tmp_path, prefix, sentence):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        lonely = before(tmp_path, nobody.getsockname()[1])
        call_command("error_pages", str(lonely.home / "errors"))
        answer = lonely.get(f"/{prefix}/news/")
        lonely.nginx.stop()
    assert answer.status == 502
    text = answer.body.decode()
    assert sentence in text
    assert text.count("<h1>") == 1
    assert "nginx" not in text
    assert answer.headers["Retry-After"] == "5"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Strict-Transport-Security"]


def test_more_than_the_limit_of_an_address_is_429_with_retry_after(tmp_path, behind):
    narrow = before(tmp_path, behind.server_port, rate=1, burst=2)
    call_command("error_pages", str(narrow.home / "errors"))
    answers = [narrow.get("/en/news/") for _number in range(8)]
    static = narrow.get("/static/none.css")
    narrow.nginx.stop()
    refused = [answer for answer in answers if answer.status == 429]
    assert refused
    assert len(refused) + behind.times("/en/news/") == 8
    assert "Too many tries" in refused[0].body.decode()
    assert refused[0].headers["Retry-After"]
    assert static.status == 404  # files are not counted


def test_a_body_above_the_limit_never_reaches_the_portal(door, behind):
    answer = door.ask("POST", "/en/letters/", body=b"x" * 1_100_000)
    assert answer.status == 413
    assert "Too much was sent at once" in answer.body.decode()
    assert behind.asked == []


def test_a_slow_body_holds_no_worker(door, behind):
    """nginx reads the whole body before the portal hears of it."""
    trust = ssl.create_default_context(cafile=str(door.home / "certificate.pem"))
    with (
        socket.create_connection(("127.0.0.1", door.https_port)) as plain,
        trust.wrap_socket(plain, server_hostname="localhost") as line,
    ):
        line.sendall(b"POST /en/slow/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
        assert door.get("/en/other/").status == 200
        assert behind.times("/en/slow/") == 0
        line.sendall(b"x" * 96)
        assert line.recv(12) == b"HTTP/1.1 200"
    assert behind.times("/en/slow/") == 1


def test_another_host_is_cut_off(door, behind):
    with pytest.raises(OSError):
        door.get("/en/", headers={"Host": "evil.example"})
    assert behind.asked == []


def test_plain_http_is_sent_to_tls(door):
    line = http.client.HTTPConnection("127.0.0.1", door.http_port)
    line.request("GET", "/zh/news/?page=2")
    answer = line.getresponse()
    assert (answer.status, answer.headers["Location"]) == (308, f"{door.address}/zh/news/?page=2")


def test_a_static_file_carries_every_protecting_header_and_a_missing_one_too(door, behind):
    (door.home / "static" / "a.1f2e3d.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    for path, status in (("/static/a.1f2e3d.svg", 200), ("/static/none.svg", 404)):
        answer = door.get(path)
        policy = answer.headers.get_all("Content-Security-Policy")
        assert (answer.status, len(policy)) == (status, 1)
        assert "unsafe" not in policy[0]
        for part in ("default-src", "base-uri", "object-src", "frame-ancestors"):
            assert f"{part} 'none'" in policy[0]
        assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
        assert answer.headers.get_all("X-Frame-Options") == ["DENY"]
        assert answer.headers.get_all("Referrer-Policy") == ["same-origin"]
        assert answer.headers.get_all("Cross-Origin-Opener-Policy") == ["same-origin"]
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert "Set-Cookie" not in answer.headers
    assert behind.asked == []


def test_an_attached_file_is_sent_by_nginx_with_every_header_that_django_gave(door, behind):
    """The answer of Django is made by the middleware itself; what arrives is compared header by header."""
    folder = door.home / "files" / "ab"
    folder.mkdir(exist_ok=True)
    (folder / "abcd").write_bytes(b"content" * 1000)
    given = {
        "Content-Disposition": "attachment; filename=\"a.pdf\"; filename*=utf-8''%E6%89%B9.pdf",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Strict-Transport-Security": "max-age=31536000",
        "ETag": '"abc"',
    }

    def view(request):
        response = FileResponse((folder / "abcd").open("rb"), content_type="application/pdf", headers=given)
        response["Content-Disposition"] = given["Content-Disposition"]
        return response

    with override_settings(FILES_ROOT=str(door.home / "files"), FILES_ACCEL="/attached-content/"):
        made = HeadersMiddleware(HandingMiddleware(view))(RequestFactory().get("/desk/files/1/"))
    assert made.content == b""
    behind.says["/desk/files/1/"] = (200, dict(made.items()), b"")
    answer = door.get("/desk/files/1/")
    assert answer.body == b"content" * 1000
    assert "X-Accel-Redirect" not in answer.headers
    for name, value in dict(made.items()).items():
        if name != "X-Accel-Redirect":
            assert answer.headers.get_all(name) == [value], name
    assert door.get("/attached-content/ab/abcd").status == 404


def test_a_sealed_file_and_a_file_of_another_folder_are_sent_by_django(tmp_path):
    import io

    outside = tmp_path / "outside"
    outside.write_bytes(b"x")
    with override_settings(FILES_ROOT=str(tmp_path / "files"), FILES_ACCEL="/attached-content/"):
        for content in (io.BytesIO(b"sealed"), outside.open("rb")):
            answer = HandingMiddleware(lambda _request, it=content: FileResponse(it))(
                RequestFactory().get("/")
            )
            assert "X-Accel-Redirect" not in answer.headers
            assert b"".join(answer.streaming_content)


def test_the_log_holds_no_address_of_a_person_no_query_and_no_cookie(door):
    door.get("/zh/track/?number=CANARY-NUMBER&q=CANARY-WORD", headers={"Cookie": "a=CANARY-COOKIE"})
    log = (door.home / "logs" / "nginx-access.log").read_text()
    assert '"status": 200' in log
    assert "CANARY" not in log
    assert "127.0.0.1" not in log.replace(f'"upstream": "127.0.0.1:{door.web[0].port}"', "")
    assert os.stat(door.home / "certificate.key").st_mode & 0o077 == 0


CROWD, ADDRESSES = 60, 30


def test_a_crowd_from_many_addresses_holds_up_nobody_at_a_desk(tmp_path, behind):
    """Nobody of the crowd asks too much, and all of it hangs: staff and schools have servers of their own."""
    desk = Behind()
    threading.Thread(target=desk.serve_forever, daemon=True).start()
    two = before(tmp_path, behind.server_port, desk=desk.server_port, rate=1000, burst=1000)
    behind.arrived = threading.Semaphore(0)
    behind.goes_on.clear()
    try:
        with ThreadPoolExecutor(max_workers=CROWD) as crowd:
            asked = [
                crowd.submit(
                    two.ask, "GET", f"/zh/letters/{number}/", sender=f"127.0.1.{number % ADDRESSES + 1}"
                )
                for number in range(CROWD)
            ]
            try:
                for _visitor in range(CROWD):
                    assert behind.arrived.acquire(timeout=60), "the crowd never came"
                for path in ("/desk/", "/school/", "/account/login/"):
                    assert two.get(path).status == 200
                    assert (desk.times(path), behind.times(path)) == (1, 0)
                assert not any(future.done() for future in asked)
            finally:
                behind.goes_on.set()
        assert {future.result().status for future in asked} == {200}
    finally:
        two.nginx.stop()
        desk.shutdown()
        desk.server_close()
