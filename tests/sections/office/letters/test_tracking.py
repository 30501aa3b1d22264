"""What the writer reads on the tracking page, and what may be done there."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from bureau.deadlines.selectors import clocks_of
from bureau.identifiers import codes
from bureau.notices.models import Notice, OutgoingMessage
from bureau.outbox.models import Effect
from bureau.workflow import services as workflow
from sections.office.letters import lost_codes
from sections.office.letters.choices import Status
from sections.office.letters.models import Addition, Letter
from sections.office.letters.services import receipt_code
from tests.cast import Cast
from tests.factories import letters

pytestmark = pytest.mark.django_db
STATUS = "/en/track/status/"


def opened(letter: Letter, token: str) -> Client:
    client = Client()
    client.post("/en/track/", {"number": letter.number, "code": receipt_code(token)})
    return client


def text(client: Client) -> str:
    return str(client.get(STATUS).content.decode())


def test_each_stretch_says_who_has_it_what_comes_next_and_by_when(cast: Cast) -> None:
    ways = {
        "r": (letters.sent, "Next, the Office registers your letter"),
        "a": (letters.accepted, "Next, a section is chosen"),
        "d": (letters.assigned, "Next, the section looks into the matter"),
        "p": (letters.proposed, "Next, the answer appears on this page."),
    }
    for token, (way, words) in ways.items():
        made = way(token=token) if way is letters.sent else way(cast, token=token)  # type: ignore[operator]
        letter = getattr(made, "letter", made)
        page = text(opened(letter, token))
        assert words in page
        assert "Your letter is with:" in page
        clock = clocks_of(letter).exclude(matter="letters.objection").filter(stopped_on=None).first()
        assert clock is not None
        assert f"{clock.due_on.day} {clock.due_on:%B %Y}" in page
        assert "was computed" in page


def test_no_person_of_the_bureau_is_named(cast: Cast) -> None:
    letter = letters.answered(cast, token="names")
    page = text(opened(letter, "names"))
    for person in (cast.office_clerk, cast.office_chief, cast.basic_clerk):
        assert str(person) not in page and person.username not in page


def test_periods_between_offices_are_not_shown(cast: Cast) -> None:
    letter = letters.assigned(cast, token="inside")
    assert clocks_of(letter).filter(matter="letters.objection").exists()
    assert "Object to the transfer" not in text(opened(letter, "inside"))


def test_the_writer_adds_something_while_the_letter_is_open(cast: Cast) -> None:
    letter = letters.assigned(cast, token="add")
    client = opened(letter, "add")
    client.post(STATUS, {"act": "append", "body": "One more thing.\u202e"})
    assert Addition.objects.get().body == "One more thing."
    assert "One more thing." in text(client)
    for person in (cast.office_clerk, cast.basic_clerk):
        desk = Client()
        desk.force_login(person)
        assert "One more thing." in desk.get(f"/desk/office/letters/{letter.pk}/").content.decode()
    notice = Notice.objects.filter(user=cast.office_clerk, kind="letters.added").get()
    assert "One more thing" not in notice.title + str(notice.params)
    letter.refresh_from_db()
    assert letter.body == "Where does the bus stop after the holidays?"


@pytest.mark.parametrize("body", ["", "x" * 2001, "a\x00b"])
def test_an_addition_that_cannot_be_kept_gets_a_sentence(cast: Cast, body: str) -> None:
    letter = letters.assigned(cast, token="add")
    answer = opened(letter, "add").post(STATUS, {"act": "append", "body": body})
    assert answer.status_code == 422
    assert not Addition.objects.exists()


def test_nothing_is_added_too_often_or_to_a_closed_letter(cast: Cast, settings: Any) -> None:
    settings.LETTERS_ADDITIONS = 1
    client = opened(letters.assigned(cast, token="often"), "often")
    client.post(STATUS, {"act": "append", "body": "First"})
    assert client.post(STATUS, {"act": "append", "body": "Second"}).status_code == 422
    assert "What do you want to add?" not in text(client)
    client = opened(letters.answered(cast, token="closed"), "closed")
    assert client.post(STATUS, {"act": "append", "body": "Late"}).status_code == 422
    assert Addition.objects.count() == 1


def test_the_writer_withdraws_the_letter(cast: Cast) -> None:
    letter = letters.assigned(cast, token="gone")
    client = opened(letter, "gone")
    client.post(STATUS, {"act": "withdraw"})
    letter.refresh_from_db()
    assert letter.status == Status.WITHDRAWN
    assert "You withdrew this letter" in text(client)


def test_the_writer_asks_for_speed_only_once_the_day_has_passed(cast: Cast) -> None:
    letter = letters.accepted(cast, token="slow")
    client = opened(letter, "slow")
    assert "Ask for speed" not in text(client)
    late = max(clock.due_on for clock in clocks_of(letter)) + timedelta(days=2)
    with time_machine.travel(late, tick=False):
        client = opened(letter, "slow")
        assert "Ask for speed" in text(client)
        client.post(STATUS, {"act": "urge_by_writer"})
        assert "The writer asked for speed" in text(client)


def test_the_letter_is_reopened_once_with_a_reason(cast: Cast) -> None:
    letter = letters.answered(cast, token="again")
    client = opened(letter, "again")
    assert client.post(STATUS, {"act": "ask_again", "reason": ""}).status_code == 422
    client.post(STATUS, {"act": "ask_again", "reason": "The stop at the south gate is meant."})
    page = text(client)
    assert "The stop at the south gate is meant." in page
    assert "The bus stops at the north gate." in page  # the earlier answer stays
    letter.refresh_from_db()
    assert letter.status == Status.ACCEPTED and letter.reopened_on
    assert "A letter can be reopened once." not in page


def test_the_writer_asks_for_a_review_and_sees_its_date(cast: Cast) -> None:
    letter = letters.answered(cast, token="review")
    client = opened(letter, "review")
    assert client.post(STATUS, {"act": "ask_review", "reason": ""}).status_code == 422
    client.post(STATUS, {"act": "ask_review", "reason": "The law says otherwise."})
    page = text(client)
    assert letter.reviews.count() == 1
    assert letter.reviews.get().number in page
    assert "Why do you not agree with the answer?" not in page  # asked already


def test_was_it_solved_is_one_click(cast: Cast) -> None:
    letter = letters.answered(cast, token="solved")
    assert "Was it solved?" not in text(opened(letter, "solved"))
    Letter.objects.filter(pk=letter.pk).update(solved_asked_on=timezone.localdate())
    client = opened(letter, "solved")
    assert 'name="solved" value="yes"' in text(client)
    client.post(STATUS, {"act": "say_solved", "solved": "partly"})
    letter.refresh_from_db()
    assert letter.solved == "partly"
    assert "partly solved" in text(client)
    assert client.post(STATUS, {"act": "say_solved", "solved": "never"}).status_code == 422


def test_a_letter_referred_elsewhere_says_where_and_why(cast: Cast) -> None:
    letter = letters.registered(cast, token="else")
    workflow.perform(
        letter,
        "refer",
        by=cast.office_chief,
        data={"referred_to": "Bureau of Transport"},
        reason="It runs the buses.",
    )
    page = text(opened(letter, "else"))
    assert "Another authority is responsible: Bureau of Transport" in page
    assert "It runs the buses." in page


@pytest.mark.parametrize("act", ["assign", "approve", "register", "reveal", "confirm_urgency", "", "x" * 300])
def test_no_step_of_the_staff_is_taken_on_the_page(cast: Cast, act: str) -> None:
    letter = letters.sent(token="staff").letter
    answer = opened(letter, "staff").post(STATUS, {"act": act, "kind": "request"})
    assert answer.status_code == 200
    letter.refresh_from_db()
    assert letter.status == Status.RECEIVED


# -- a lost code ------------------------------------------------------------------------------------------

CODE = "/en/letters/code/"


def carry_out() -> None:
    from bureau.jobs import draining

    draining.drain()


def test_a_new_code_goes_to_the_registered_telephone_alone(cast: Cast, settings: Any) -> None:
    settings.SMS_GATEWAY = "table"
    receipt = letters.sent()
    page = Client().post(CODE, {"number": receipt.letter.number, "phone": "138 0000 0000"})
    assert "a new code is on its way" in page.content.decode()
    carry_out()
    message = OutgoingMessage.objects.get()
    assert message.address == "13800000000"
    found = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", message.body)
    assert found and found.group() not in page.content.decode()
    assert receipt.letter.number not in message.body and receipt.letter.title not in message.body
    letter = Letter.objects.get()
    assert letter.code_digest == codes.digest("letters.code", found.group())


def test_nobody_learns_whether_number_and_telephone_belong_together(cast: Cast, settings: Any) -> None:
    settings.SMS_GATEWAY = "table"
    receipt = letters.sent()
    before = receipt.letter.code_digest
    pages = [
        Client().post(CODE, {"number": number, "phone": phone}).content.decode()
        for number, phone in (
            (receipt.letter.number, "13800000000"),
            (receipt.letter.number, "13900000000"),
            ("L1999-000001", "13800000000"),
        )
    ]
    assert len({re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page) for page in pages}) == 1
    assert Letter.objects.get().code_digest == before  # nothing happens before the answer
    assert "13800000000" not in str(list(Effect.objects.values_list("payload", flat=True)))
    carry_out()
    assert OutgoingMessage.objects.count() == 1


def test_a_letter_without_a_telephone_gets_no_code_by_sms(cast: Cast, settings: Any) -> None:
    settings.SMS_GATEWAY = "table"
    letter = letters.sent(phone="").letter
    lost_codes.ask_for_code(letter.number, "")
    carry_out()
    assert not OutgoingMessage.objects.exists()


def test_new_codes_are_limited(cast: Cast, settings: Any) -> None:
    settings.SMS_GATEWAY, settings.LETTERS_CODES_PER_DAY = "table", 1
    number = letters.sent().letter.number
    answers = [Client().post(CODE, {"number": number, "phone": "13800000000"}) for _again in range(3)]
    assert [answer.status_code for answer in answers] == [200, 429, 429]
    assert answers[1].headers["Retry-After"]


def test_without_a_gateway_no_sms_is_promised(cast: Cast, settings: Any) -> None:
    settings.SMS_GATEWAY = "off"
    assert "The portal sends no SMS" in Client().get(CODE).content.decode()
    assert CODE not in Client().get("/en/track/").content.decode()
    Client().post(CODE, {"number": letters.sent().letter.number, "phone": "13800000000"})
    assert not Effect.objects.filter(task=lost_codes.TASK).exists()
