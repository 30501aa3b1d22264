"""Number and code open one record; everything else gets one neutral sentence."""

import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.http import HttpResponse

from bureau.charter.models import Charter
from bureau.identifiers import codes
from bureau.public import tracking
from bureau.public.trackers import TRACKERS, Tracker

pytestmark = pytest.mark.django_db
WORK: list[str] = []


def _digest(code: str) -> str:
    WORK.append(code)
    return codes.digest("test", code)


@pytest.fixture
def record(monkeypatch):
    """A tracked record: its number is "ZZ" and its key, its code ABCDE23456."""
    stored = codes.digest("test", "ABCDE23456")
    WORK.clear()
    tracker = Tracker(
        prefix="ZZ",
        find=lambda number: Charter.objects.filter(pk=int(number[2:] or 0)).first(),
        check=lambda record, code: _digest(code) == stored,
        page=lambda request, holder: HttpResponse(f"{holder.kind} {holder.pk}"),
        decoy=_digest,
    )
    monkeypatch.setitem(TRACKERS._entries, "ZZ", tracker)
    cache.clear()
    return Charter.objects.create(key="tracked", name="Tracked", name_zh="被查询")


def send(client, number, code):
    return client.post("/en/track/", {"number": number, "code": code})


def test_number_and_code_open_the_record(client, record):
    answer = send(client, f"ZZ{record.pk}", "ABCDE23456")
    assert answer.headers["Location"] == "/en/track/status/"
    page = client.get("/en/track/status/")
    assert page.content.decode() == f"charter.charter {record.pk}"
    assert "no-store" in page.headers["Cache-Control"]


def test_small_letters_dashes_and_full_width_signs_are_taken(client, record):
    assert send(client, f" zz-{record.pk}", "ａbcde-23456").status_code == 302


def test_a_wrong_number_and_a_wrong_code_get_the_same_answer(client, record):
    wrong = [
        send(client, f"ZZ{record.pk}", "WRONG23456"),
        send(client, f"ZZ{record.pk + 9}", "ABCDE23456"),
        send(client, "QQ1", "ABCDE23456"),
    ]
    sentences = {answer.context["form"].non_field_errors()[0] for answer in wrong}
    assert len(sentences) == 1
    assert {answer.status_code for answer in wrong} == {422}


def test_a_wrong_number_costs_the_same_work_as_a_wrong_code(client, record):
    send(client, f"ZZ{record.pk}", "WRONG23456")
    send(client, f"ZZ{record.pk + 9}", "WRONG23456")
    assert WORK == ["WRONG23456", "WRONG23456"]


def test_nothing_is_shown_without_the_proof(client, record):
    assert client.get("/en/track/status/").headers["Location"] == "/en/track/"


@pytest.mark.parametrize("forged", ["", "x", '["ZZ","charter.charter",1]', "a:b:c"])
def test_a_forged_cookie_opens_nothing(client, record, forged):
    client.cookies[tracking.COOKIE] = forged
    assert client.get("/en/track/status/").status_code == 302


def test_the_proof_ends_after_half_an_hour(client, record, time_machine_like):
    send(client, f"ZZ{record.pk}", "ABCDE23456")
    time_machine_like(tracking.OPEN_FOR + timedelta(seconds=1))
    assert client.get("/en/track/status/").status_code == 302


@pytest.fixture
def time_machine_like():
    import time_machine

    travellers = []

    def leap(by: timedelta) -> None:
        traveller = time_machine.travel(time.time() + by.total_seconds(), tick=False)
        traveller.start()
        travellers.append(traveller)

    yield leap
    for traveller in travellers:
        traveller.stop()


def test_the_cookie_is_out_of_reach_of_scripts(client, record):
    cookie = send(client, f"ZZ{record.pk}", "ABCDE23456").cookies[tracking.COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 1800


def test_closing_forgets_the_record(client, record):
    send(client, f"ZZ{record.pk}", "ABCDE23456")
    client.post("/en/track/leave/")
    assert client.get("/en/track/status/").status_code == 302


def test_guessing_at_one_number_is_stopped(client, record, settings):
    for _try in range(settings.TRACK_TRIES_PER_NUMBER):
        assert send(client, f"ZZ{record.pk}", "WRONG23456").status_code == 422
    assert send(client, f"ZZ{record.pk}", "ABCDE23456").status_code == 429


def test_one_sender_cannot_walk_through_the_numbers(client, record, settings):
    answers = [
        send(client, f"ZZ9{number}", "WRONG23456") for number in range(settings.TRACK_TRIES_PER_SENDER + 1)
    ]
    assert [answer.status_code for answer in answers].index(429) == settings.TRACK_TRIES_PER_SENDER


def test_the_number_of_a_receipt_is_filled_in_and_nothing_else(client, record):
    page = client.get("/en/track/?number=ZZ1&code=ABCDE23456").content.decode()
    assert 'value="ZZ1"' in page
    assert 'value="ABCDE23456"' not in page


def test_what_was_typed_is_kept_when_something_is_missing(client, record):
    page = send(client, "ZZ77", "").content.decode()
    assert 'value="ZZ77"' in page
    assert "Type the code that stands on your receipt." in page
    assert "<title>Error:" in page
