"""Who writes in bad faith: programs, floods, guesses, marks that no name has."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bureau.access.services import permitted
from bureau.accounts import limits
from bureau.accounts.models import Bucket
from bureau.identifiers import codes
from bureau.notices.channels import as_mail
from bureau.notices.models import OutgoingMessage
from bureau.public import tracking
from bureau.workflow import services as workflow
from sections.office.letters.gate import LURE
from sections.office.letters.models import Letter, LetterDraft
from sections.office.letters.writing import Draft
from tests.cast import Cast
from tests.factories import letters
from tests.sections.office.letters.filling import (
    NEW,
    TEXT,
    WRITER,
    at_text,
    code_on,
    hidden,
    post,
    to_the_check,
)

pytestmark = pytest.mark.django_db
FINISHED = {"kind": {"kind": "request"}, "text": TEXT, "writer": WRITER}


def finished(token: str = "one-form", **changes: Any) -> dict[str, str]:
    """What a browser posts to send a finished letter."""
    return {"draft": Draft({**FINISHED, **changes}, token).signed(), "step": "check", "go": "send"}


# -- programs ---------------------------------------------------------------------------------------------


def test_who_fills_in_the_empty_field_sends_nothing_and_loses_nothing(cast: Cast, client: Client) -> None:
    answer = client.post(NEW, {**finished(), LURE: "https://spam.example"})
    assert answer.status_code == 422
    assert "Where does the bus stop?" in answer.content.decode()
    assert not Letter.objects.exists() and not LetterDraft.objects.exists()
    assert code_on(post(client, answer, go="send"))


def test_nobody_who_sees_hears_or_tabs_finds_the_empty_field(cast: Cast, client: Client) -> None:
    for page in (client.get(NEW), at_text(client), to_the_check(client)):
        field = re.search(
            rf'<div class="vh" aria-hidden="true">.*?name="{LURE}"[^>]*>', page.content.decode()
        )
        assert field, "the field is hidden"
        assert 'tabindex="-1"' in field.group() and 'autocomplete="off"' in field.group()
        assert "Leave empty" in field.group()


def test_a_letter_written_faster_than_anybody_can_is_asked_for_again(
    cast: Cast, client: Client, settings: Any
) -> None:
    settings.LETTERS_MIN_SECONDS = 3600
    answer = post(client, to_the_check(client), go="send")
    assert answer.status_code == 422
    assert "very quick" in answer.content.decode() and "Bus stop" in answer.content.decode()
    assert not Letter.objects.exists()
    old = Draft(FINISHED, "slow", began=time.time() - 3601)
    assert code_on(client.post(NEW, {"draft": old.signed(), "step": "check", "go": "send"}))


def test_the_time_of_opening_cannot_be_forged(cast: Cast, client: Client, settings: Any) -> None:
    settings.LETTERS_MIN_SECONDS = 3600
    signed = Draft(FINISHED, "quick", began=time.time()).signed()
    body, rest = signed.split(":", 1)
    answer = client.post(NEW, {"draft": f"{body[:-2]}AA:{rest}", "step": "check", "go": "send"})
    assert "nothing was sent" in answer.content.decode()
    assert not Letter.objects.exists()


# -- floods -----------------------------------------------------------------------------------------------


def test_one_telephone_number_sends_so_many_letters_a_day(cast: Cast, settings: Any) -> None:
    settings.LETTERS_PER_CONTACT, settings.TRUSTED_PROXIES = 2, 1
    answers = [
        Client().post(NEW, finished(f"form-{n}"), HTTP_X_FORWARDED_FOR=f"10.0.{n}.1").status_code
        for n in range(4)
    ]
    assert answers == [200, 200, 429, 429]
    other = finished("other", writer={**WRITER, "phone": "13900000000"})
    assert Client().post(NEW, other, HTTP_X_FORWARDED_FOR="10.0.9.1").status_code == 200
    assert "13800000000" not in str(list(Bucket.objects.values()))


def test_everybody_together_sends_so_many(cast: Cast, settings: Any) -> None:
    settings.LETTERS_GLOBAL, settings.TRUSTED_PROXIES = 3, 1
    answers = []
    for n in range(5):
        changes = {"writer": {**WRITER, "phone": f"1380000000{n}"}}
        sent = Client().post(NEW, finished(f"form-{n}", **changes), HTTP_X_FORWARDED_FOR=f"10.0.{n}.1")
        answers.append(sent.status_code)
    assert answers == [200, 200, 200, 429, 429]


def test_who_is_asked_to_wait_is_told_how_long_and_keeps_what_was_typed(
    cast: Cast, client: Client, settings: Any
) -> None:
    settings.LETTERS_PER_SENDER = 1
    client.post(NEW, finished("first"))
    answer = client.post(NEW, finished("second"))
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= settings.LETTERS_WINDOW_MINUTES * 60
    kept = Draft.read(hidden(answer, "draft"))
    assert kept is not None and kept.answers["text"]["body"] == TEXT["body"]
    assert Letter.objects.count() == 1


def test_a_reply_that_was_lost_is_given_again_and_costs_nothing(
    cast: Cast, client: Client, settings: Any
) -> None:
    settings.LETTERS_PER_SENDER = 1
    found = {code_on(client.post(NEW, finished())) for _again in range(20)}
    assert len(found) == 1
    assert Letter.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_identical_submits_at_once_are_one_letter_and_every_reply_shows_its_code(cast: Cast) -> None:
    start = Barrier(50)

    def send(_place: int) -> str:
        try:
            start.wait()
            return code_on(Client().post(NEW, finished()))
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        found = set(pool.map(send, range(50)))
    assert len(found) == 1
    assert Letter.objects.count() == 1


@pytest.mark.parametrize("address", ["wang@163.com", "12345678@qq.com", "li.example@foxmail.com"])
def test_ordinary_addresses_are_ordinary(cast: Cast, client: Client, address: str) -> None:
    client.post(NEW, finished(writer={**WRITER, "email": address}))
    assert Letter.objects.get().sender_email == address
    with connection.cursor() as cursor:
        cursor.execute("SELECT sender_email FROM office_letter")
        assert address not in str(cursor.fetchall())


# -- guesses ----------------------------------------------------------------------------------------------


def track(number: str, code: str, place: int = 0) -> Any:
    where = f"10.{place // 65536}.{place // 256 % 256}.{place % 256}"
    return Client().post("/en/track/", {"number": number, "code": code}, HTTP_X_FORWARDED_FOR=where)


def test_a_thousand_guesses_from_rotating_addresses_are_stopped_at_the_number(
    cast: Cast, settings: Any, rf: Any
) -> None:
    settings.TRUSTED_PROXIES = 1
    letter = letters.sent().letter
    answers = [track(letter.number, f"AAAAA{place:05d}", place).status_code for place in range(20)]
    assert answers == [422] * 10 + [429] * 10
    number, passed = codes.normalise(letter.number), 0
    for place in range(1000):  # as above, without drawing a thousand pages
        request = rf.post("/en/track/", HTTP_X_FORWARDED_FOR=f"10.1.{place // 256}.{place % 256}")
        passed += not limits.spend_all(*tracking.tolls_of(request, number))
    assert passed <= 1  # what flowed back meanwhile


def test_guesses_at_many_numbers_are_stopped_for_everybody_together(cast: Cast, settings: Any) -> None:
    settings.TRUSTED_PROXIES, settings.TRACK_TRIES_GLOBAL = 1, 30
    answers = [track(f"L2026-{place:06d}", "AAAAAAAAAA", place) for place in range(60)]
    assert [answer.status_code for answer in answers].count(429) >= 29
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_who_knows_the_code_takes_nothing_from_anybody(cast: Cast, settings: Any) -> None:
    settings.TRACK_TRIES_GLOBAL = 2
    receipt = letters.sent()
    for _again in range(5):
        assert track(receipt.letter.number, receipt.code).status_code == 302


def test_what_a_sender_claims_to_be_changes_nothing_without_proxies_of_ours(
    cast: Cast, settings: Any
) -> None:
    settings.TRUSTED_PROXIES, settings.LETTERS_PER_SENDER = 0, 1
    answers = [
        Client().post(NEW, finished(f"form-{n}"), HTTP_X_FORWARDED_FOR=f"10.0.{n}.1").status_code
        for n in range(3)
    ]
    assert answers == [200, 429, 429]


def test_a_wrong_number_and_a_wrong_code_cost_the_same_work(cast: Cast) -> None:
    letter = letters.sent().letter
    track("L2026-999998", "AAAAAAAAAA")
    work = []
    for number, code in ((letter.number, "AAAAAAAAAA"), ("L2026-999999", "AAAAAAAAAA"), ("L²", "A")):
        with CaptureQueriesContext(connection) as queries:
            answer = track(number, code)
        assert answer.status_code == 422
        work.append([re.sub(r"'[^']*'|\d+(\.\d+)?(e[+-]?\d+)?", "?", one["sql"]) for one in queries])
    assert work[0] == work[1] == work[2]


# -- marks ------------------------------------------------------------------------------------------------

STRANGE = {
    "a line break": "Bus\r\nBcc: everybody@example.com",
    "a separator": "Bus\u2028Bcc: everybody@example.com",
    "a paragraph separator": "Bus\u2029Bcc: x@example.com",
    "a direction mark": "Bus\u202e\u2066gnp.exe",
    "no width": "Bus\u200bstop\ufeff",
    "a vertical tab": "Bus\x0bstop\x85x",
    "HTML": "<script>alert(1)</script><b>Bus</b>",
    "a formula": '=HYPERLINK("http://x")',
    "a format": "%(x)s {0} {{ x }}",
}


@pytest.mark.parametrize("text", list(STRANGE.values()), ids=list(STRANGE))
def test_strange_marks_become_inert_text(cast: Cast, text: str) -> None:
    changes = {
        "text": {"title": text[:100], "body": text, "school": ""},
        "writer": {**WRITER, "name": text[:50]},
    }
    answer = Client().post(NEW, finished(**changes))
    assert answer.status_code == 200
    letter = Letter.objects.get()
    for line in (letter.title, letter.sender_name):
        assert not re.search(
            "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", line
        )
    assert not re.search("[\u2028\u2029\u202a-\u202e\u2066-\u2069]", letter.body)
    desk = Client()
    desk.force_login(cast.office_clerk)
    page = desk.get(f"/desk/office/letters/{letter.pk}/").content.decode()
    assert "<script>alert" not in page and "<b>Bus" not in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Bus\x00stop"),
        ("body", "Bus\x00stop"),
        ("title", "长" * 101),
        ("body", "长" * 340_000),
        ("title", "\u2028\u202e"),
    ],
    ids=["NUL in the subject", "NUL in the text", "a long subject", "a megabyte", "nothing but marks"],
)
def test_what_cannot_be_kept_gets_a_sentence(cast: Cast, field: str, value: str) -> None:
    client = Client()
    answer = post(client, at_text(client), **{**TEXT, field: value})
    assert answer.status_code in (400, 413, 422)
    assert not Letter.objects.exists()


def test_no_mark_in_a_name_adds_a_header_to_a_mail(cast: Cast, settings: Any) -> None:
    settings.NOTICE_EMAIL = "table"
    for text in STRANGE.values():
        message = OutgoingMessage(channel="email", address="a@example.com", subject=f"A {text}", body=text)
        message.pk = 1
        parsed = message_from_bytes(as_mail(message).message().as_bytes(), policy=policy.default)
        assert parsed.get_all("to") == ["a@example.com"]
        assert parsed["bcc"] is None and len(parsed.get_all("subject")) == 1
        assert parsed.get_content_type() == "text/plain"


# -- people who move --------------------------------------------------------------------------------------


def test_who_leaves_the_section_mid_way_loses_the_letter_at_once(cast: Cast) -> None:
    letter = letters.assigned(cast)
    member = cast.basic_clerk.memberships.get()
    client = Client()
    client.force_login(cast.basic_clerk)
    address = f"/desk/office/letters/{letter.pk}/"
    assert client.get(address).status_code == 200
    yesterday = letter.received_on.replace(year=letter.received_on.year - 1)
    type(member).objects.filter(pk=member.pk).update(since=yesterday, until=yesterday)
    assert client.get(address).status_code in (302, 403, 404)
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(letter, "draft", by=cast.basic_clerk, data={"answer": "Too late"})
    letter.refresh_from_db()
    assert letter.answer == ""


def test_an_officer_who_moves_to_the_accused_school_sees_the_letter_no_more(cast: Cast) -> None:
    letter = letters.assigned(cast, school=cast.school)
    client = Client()
    client.force_login(cast.basic_clerk)
    address = f"/desk/office/letters/{letter.pk}/"
    assert client.get(address).status_code == 200
    member = cast.basic_clerk.memberships.get()
    type(member).objects.create(
        user=cast.basic_clerk,
        unit=cast.school.unit,
        role=cast.principal.memberships.get().role,
        since=member.since,
    )
    assert client.get(address).status_code == 404
    assert not permitted(cast.basic_clerk, "view", Letter).filter(pk=letter.pk).exists()
    assert letter.number not in client.get("/desk/office/letters/").content.decode()
    assert letter.number not in client.get("/desk/").content.decode()
