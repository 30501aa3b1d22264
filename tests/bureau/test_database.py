"""A page reads at one moment; a busy database answers 503."""

import sqlite3
import threading

import pytest
from django.db import OperationalError, connection, connections
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from bureau.accounts.models import User
from bureau.database import RETRY_AFTER, BusyMiddleware, SnapshotMiddleware, is_busy


def elsewhere(act):
    """Do something on another connection and wait for it."""

    def run():
        try:
            act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def someone_arrives():
    User.objects.create_user("newcomer", name="Newcomer")


def counts_around_an_arrival():
    before = User.objects.count()
    elsewhere(someone_arrives)
    return before, User.objects.count()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_read_sees_one_moment():
    seen = []

    def view(request):
        seen.append(counts_around_an_arrival())
        return HttpResponse()

    SnapshotMiddleware(view)(RequestFactory().get("/"))
    assert seen == [(0, 0)]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_page_that_writes_sees_what_is_new():
    seen = []

    def view(request):
        seen.append(counts_around_an_arrival())
        return HttpResponse()

    SnapshotMiddleware(view)(RequestFactory().post("/"))
    assert seen == [(0, 1)]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_rows_sent_as_they_are_read_share_one_moment():
    def rows():
        before, after = counts_around_an_arrival()
        yield f"{before} {after}".encode()

    response = SnapshotMiddleware(lambda request: StreamingHttpResponse(rows()))(RequestFactory().get("/"))
    assert b"".join(response) == b"0 0"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_after_a_stream_that_was_broken_off_no_transaction_is_open():
    response = SnapshotMiddleware(lambda request: StreamingHttpResponse(iter([b"1", b"2"])))(
        RequestFactory().get("/")
    )
    next(iter(response))
    response.close()
    assert not connection.in_atomic_block


@pytest.mark.django_db
def test_a_page_inside_a_transaction_keeps_to_that_one():
    User.objects.create_user("liming", name="Li Ming")
    response = SnapshotMiddleware(lambda request: HttpResponse(User.objects.count()))(
        RequestFactory().get("/")
    )
    assert response.content == b"1"


@pytest.mark.django_db
def test_a_file_is_sent_as_it_is():
    sent = FileResponse(open(__file__, "rb"))  # noqa: SIM115
    assert SnapshotMiddleware(lambda request: sent)(RequestFactory().get("/")) is sent
    sent.close()


def raised(cause, text="fault"):
    try:
        raise OperationalError(text) from cause
    except OperationalError as error:
        return error


class Fault(Exception):
    def __init__(self, state):
        super().__init__(state)
        self.pgcode = state


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03", "57014", "57P01", "53300", "53100"])
def test_a_lock_a_timeout_no_room_and_a_closing_database_are_busy(state):
    assert is_busy(raised(Fault(state)))


@pytest.mark.parametrize("error", [ValueError("locked"), raised(Fault("42601"))])
def test_other_faults_are_not(error):
    assert not is_busy(error)


@pytest.mark.django_db
def test_a_locked_file_answers_503_with_retry_after():
    error = raised(sqlite3.OperationalError("database is locked"), "database is locked")
    answer = BusyMiddleware(lambda request: HttpResponse()).process_exception(
        RequestFactory().post("/zh/"), error
    )
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(RETRY_AFTER))


@pytest.mark.django_db
def test_a_file_that_takes_no_page_more_answers_503_too(tmp_path):
    """As SQLite itself says it: a file of two pages takes no third."""
    with sqlite3.connect(tmp_path / "full.sqlite3") as full:
        full.execute("PRAGMA max_page_count = 2")
        full.execute("CREATE TABLE words (word TEXT)")
        with pytest.raises(sqlite3.OperationalError) as caught:
            full.execute("INSERT INTO words VALUES (?)", ["long" * 5000])
    full.close()
    assert "disk is full" in str(caught.value)
    answer = BusyMiddleware(lambda request: HttpResponse()).process_exception(
        RequestFactory().post("/zh/"), raised(caught.value, str(caught.value))
    )
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(RETRY_AFTER))


@pytest.mark.django_db
def test_another_fault_is_left_to_the_error_page():
    middleware = BusyMiddleware(lambda request: HttpResponse())
    assert middleware.process_exception(RequestFactory().post("/zh/"), ValueError()) is None


def busy_answer(data):
    error = raised(sqlite3.OperationalError("database is locked"), "database is locked")
    request = RequestFactory().post("/zh/letters/new/", data)
    return BusyMiddleware(lambda request: HttpResponse()).process_exception(request, error).content.decode()


def test_what_was_typed_stands_in_the_busy_page():
    assert '<input type="hidden" name="text" value="Dear &lt;bureau&gt;">' in busy_answer(
        {"text": "Dear <bureau>"}
    )


def test_a_password_is_not_shown_again():
    assert "pass-word-1" not in busy_answer({"text": "x", "new_password": "pass-word-1"})


@pytest.fixture
def locked(transactional_db):
    """Somebody else holds the lock that a write needs (SQLite: of the file) and does not let go."""
    other = connections.create_connection("default")
    other.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    with connection.cursor() as mine, other.cursor() as theirs:
        if connection.vendor == "sqlite":
            mine.execute("PRAGMA busy_timeout = 0")
        else:
            mine.execute("SET lock_timeout = '50ms'")
            tables = [name for name in connection.introspection.table_names() if name.startswith("accounts_")]
            theirs.execute(f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE")
    yield
    other.rollback()
    other.close()
    connection.close()


def test_a_write_that_waits_for_a_lock_answers_503_and_a_read_goes_on(client, locked):
    client.raise_request_exception = False
    answer = client.post("/account/login/", {"login": "liming", "password": "x"})
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, str(RETRY_AFTER))
    assert client.get("/healthz").status_code == 200
