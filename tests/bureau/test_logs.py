"""Log lines carry the request's id and no personal data."""

import io
import json
import logging

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from bureau.logs import RequestMiddleware, formatter


@pytest.fixture
def lines():
    """Writes to a logger of its own and gives back the parsed lines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(as_json=True))
    logger = logging.getLogger("test.logs")
    logger.handlers, logger.propagate, logger.level = [handler], False, logging.INFO
    return logger, lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_level_and_time(lines):
    logger, read = lines
    logger.warning("broker away", extra={"effect": 7})
    (line,) = read()
    assert (line["event"], line["effect"], line["level"]) == ("broker away", 7, "warning")
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("number", ["13900001111", "11010519491231002X", "110105194912310021"])
def test_a_phone_or_id_number_is_blotted_out(lines, number):
    logger, read = lines
    logger.warning("duplicate of %s found", number)
    assert read()[0]["event"] == "duplicate of *** found"


def test_an_extra_that_is_not_listed_is_dropped(lines):
    logger, read = lines
    logger.warning("saved", extra={"phone": "010-1234", "effect": 7})
    assert "010-1234" not in json.dumps(read())


def test_an_exception_is_its_kind_and_places_without_its_text(lines):
    logger, read = lines
    try:
        raise ValueError("Key (name)=(Li Ming) already exists")
    except ValueError:
        logger.exception("fault")
    (line,) = read()
    assert "Li Ming" not in json.dumps(line)
    assert line["exception"] == "ValueError"
    assert "test_logs.py" in line["frames"][-1]


def test_a_line_break_in_a_text_makes_no_second_line(lines):
    logger, read = lines
    logger.warning("name %s", 'Li\n{"event": "signed in"}')
    assert len(read()) == 1


def test_every_answer_names_its_request():
    middleware = RequestMiddleware(lambda request: HttpResponse())
    first, second = (middleware(RequestFactory().get("/")).headers["X-Request-ID"] for _ in range(2))
    assert first != second


def test_a_senders_own_request_id_is_not_believed():
    request = RequestFactory().get("/", headers={"X-Request-ID": "forged"})
    assert RequestMiddleware(lambda request: HttpResponse())(request).headers["X-Request-ID"] != "forged"


def test_the_id_that_our_own_proxy_gave_is_taken_over(settings):
    settings.TRUSTED_PROXIES = 1
    for given, is_ours in (("a" * 32, True), ("A" * 32, False), ("a" * 32 + "\n", False), ("x", False)):
        request = RequestFactory().get("/", headers={"X-Request-ID": given})
        answer = RequestMiddleware(lambda request: HttpResponse())(request)
        assert (answer.headers["X-Request-ID"] == given) is is_ours


def test_the_address_of_a_refused_request_is_not_in_the_log_its_id_is(client, db):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(as_json=True))
    logging.getLogger("django.request").addHandler(handler)
    try:
        answer = client.get("/zh/preview/CANARY-SECRET/?q=CANARY-WORD")
    finally:
        logging.getLogger("django.request").removeHandler(handler)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["request_id"]) == ("Not Found: …", answer.headers["X-Request-ID"])
    assert "CANARY" not in stream.getvalue()
