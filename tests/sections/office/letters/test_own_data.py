"""What a writer may do with the own data: see until when they are kept, take a copy, ask for correction or deletion."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from bureau.access.services import permitted
from bureau.accounts.principals import Holder
from bureau.deadlines.selectors import open_clock
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from bureau.workflow.models import WorkItem
from sections.office.data_requests.clocks import DATA_REQUEST
from sections.office.letters import privacy, retention
from sections.office.letters.models import Agreement, DataRequest, Letter, PrivacyText
from sections.office.letters.same_writer import sender_digest
from sections.office.letters.services import receipt_code
from tests.attacks.walking import signed_in
from tests.cast import Cast
from tests.factories import letters
from tests.sections.office.letters.filling import to_the_check

pytestmark = pytest.mark.django_db
PAGE = "/en/your-data/"
NAME, PHONE, EMAIL = "Canary Writer", "13955550404", "canary@example.invalid"
CORRECTION = {"wish": "correct", "field": "phone", "value": "13955550505", "text": ""}


def opened(number: str, token: str) -> Client:
    client = Client()
    client.post("/en/track/", {"number": number, "code": receipt_code(token)})
    return client


def sent(token: str = "own", **changes: Any) -> tuple[Letter, Client]:
    letter = letters.sent(**{"token": token, "name": NAME, "phone": PHONE, "email": EMAIL, **changes}).letter
    return letter, opened(letter.number, token)


def me(letter: Letter) -> Holder:
    return Holder("office.letter", letter.pk)


def asked(letter: Letter, **data: str) -> Letter:
    return workflow.perform(letter, "ask_about_data", by=me(letter), data={**CORRECTION, **data})


def replied(letter: Letter, cast: Cast, decision: str = "granted") -> Letter:
    data = {"decision": decision, "reply": "We have looked at it."}
    return workflow.perform(letter, "reply_about_data", by=cast.office_clerk, data=data)


def text(response: Any) -> str:
    return str(response.content.decode())


# -- who gets there ---------------------------------------------------------------------------------------


def test_without_number_and_code_nobody_gets_there(cast: Cast) -> None:
    letter, _client = sent()
    for answer in (Client().get(PAGE), Client().post(PAGE, {"act": "copy", "phone": PHONE})):
        assert (answer.status_code, answer.headers["Location"]) == (302, "/en/track/")
    assert DataRequest.objects.count() == 0
    wrong = [
        Client().post("/en/track/", {"number": number, "code": code})
        for number, code in ((letter.number, "AAAAA-AAAAA"), ("L2026-999999", receipt_code("own")))
    ]
    pages = [re.sub(r'value="[^"]*"|nonce="[^"]*"', "", text(one)) for one in wrong]
    assert pages[0] == pages[1] and {one.status_code for one in wrong} == {422}


def test_the_page_shows_neither_name_nor_number_and_is_kept_by_nobody(cast: Cast) -> None:
    _letter, client = sent()
    assert PAGE in text(client.get("/en/track/status/"))
    for where in (PAGE, "/zh/your-data/"):
        answer = client.get(where)
        assert answer.status_code == 200
        assert not any(one in text(answer) for one in (NAME, PHONE, EMAIL))
        assert "no-store" in answer.headers["Cache-Control"] and "Cookie" in answer.headers["Vary"]


# -- the copy ---------------------------------------------------------------------------------------------


def test_the_copy_goes_to_who_knows_the_telephone_number_too(cast: Cast) -> None:
    letter, client = sent()
    refused = client.post(PAGE, {"act": "copy", "phone": "13955550000"})
    assert refused.status_code == 422 and NAME not in text(refused)
    answer = client.post(PAGE, {"act": "copy", "phone": "139 5555 0404"})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="data-{letter.number}.json"'
    copy = json.loads(answer.content)
    assert (copy["name"], copy["phone"], copy["email"]) == (NAME, PHONE, EMAIL)
    assert (copy["number"], copy["text"]) == (letter.number, letter.body)
    assert copy["kept"]


def test_telephone_numbers_cannot_be_tried_through(cast: Cast, settings: Any) -> None:
    settings.OWN_DATA_TRIES = 2
    _letter, client = sent()
    answers = [client.post(PAGE, {"act": "copy", "phone": f"1395555000{n}"}) for n in range(3)]
    assert [one.status_code for one in answers] == [422, 422, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert client.post(PAGE, {"act": "copy", "phone": PHONE}).status_code == 429


def test_who_gave_no_number_gets_no_copy_here(cast: Cast) -> None:
    _letter, client = sent(phone="")
    assert "No phone number is kept here" in text(client.get(PAGE))
    assert client.post(PAGE, {"act": "copy", "phone": PHONE}).status_code == 422


# -- correction and deletion ------------------------------------------------------------------------------


def test_a_correction_is_asked_decided_and_read(cast: Cast) -> None:
    letter, client = sent()
    assert client.post(PAGE, {"act": "ask", **CORRECTION}).headers["Location"] == PAGE
    clock = open_clock(DATA_REQUEST, letter)
    assert clock is not None and clock.alarm_on == timezone.localdate() + timedelta(days=30)
    assert Notice.objects.filter(kind="letters.data_requested").exists()
    letter = replied(letter, cast)
    assert letter.sender_phone == "13955550505"
    assert letter.sender_digest == sender_digest("13955550505")
    assert open_clock(DATA_REQUEST, letter) is None
    page = text(client.get(PAGE))
    assert "We have looked at it." in page and "13955550505" not in page


def test_a_closed_letter_comes_back_to_the_office_until_it_has_replied(cast: Cast) -> None:
    letter = letters.answered(cast, token="closed")
    items = WorkItem.objects.filter(kind="office.letter", object_id=letter.pk)
    assert not items.exists()
    letter = asked(letter)
    assert list(items.values_list("unit__key", "verb")) == [("office", "register")]
    replied(letter, cast)
    assert not items.exists()


def test_deleting_takes_what_need_not_be_kept_and_says_until_when_the_rest_is(cast: Cast) -> None:
    letter = letters.answered(cast, token="gone", name=NAME, email=EMAIL)
    client = opened(letter.number, "gone")
    day = timezone.localdate()
    years = retention.rules_today(day)[letter.kind].years
    assert f"must be kept until {day.year + years}" in text(client.get(PAGE))
    letter = replied(asked(letter, wish="delete"), cast)
    assert (letter.sender_email, letter.sender_address) == ("", "")
    assert letter.sender_name == NAME


def test_what_is_declined_changes_nothing_and_has_its_reason(cast: Cast) -> None:
    letter, client = sent()
    letter = replied(asked(letter), cast, "declined")
    assert letter.sender_phone == PHONE
    assert "We have looked at it." in text(client.get(PAGE))


def test_one_request_at_a_time_and_not_for_ever(cast: Cast, settings: Any) -> None:
    settings.LETTERS_DATA_REQUESTS = 1
    letter, client = sent()
    letter = asked(letter)
    assert client.post(PAGE, {"act": "ask", **CORRECTION}).status_code == 422
    replied(letter, cast)
    assert client.post(PAGE, {"act": "ask", **CORRECTION}).status_code == 422
    assert DataRequest.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"wish": ""}, {"field": ""}, {"value": ""}, {"value": "12"}, {"field": "email"}, {"field": "other"}],
)
def test_what_cannot_be_understood_is_said_and_nothing_is_kept(cast: Cast, wrong: dict[str, str]) -> None:
    _letter, client = sent()
    answer = client.post(PAGE, {"act": "ask", **CORRECTION, **wrong})
    assert answer.status_code == 422 and "There is a problem" in text(answer)
    assert DataRequest.objects.count() == 0


def test_only_the_office_reads_the_request_and_even_there_it_is_masked(cast: Cast) -> None:
    letter = asked(letters.assigned(cast))
    people = {name for name, one in cast.people().items() if permitted(one, "view", DataRequest).exists()}
    assert people == {"office_clerk", "office_chief"}
    page = text(signed_in(cast.office_clerk).get(f"/desk/office/letters/{letter.pk}/"))
    assert "139****0505" in page and "13955550505" not in page
    assert "0505" not in text(signed_in(cast.basic_clerk).get(f"/desk/office/letters/{letter.pk}/"))


def test_requests_go_when_the_letter_is_forgotten(cast: Cast) -> None:
    letter = replied(asked(letters.answered(cast)), cast)
    workflow.perform(letter, "anonymise", by=retention.KEEPER)
    assert DataRequest.objects.count() == 0


# -- what was agreed to -----------------------------------------------------------------------------------


def test_the_text_that_stood_on_the_form_is_kept_with_what_was_sent(cast: Cast) -> None:
    old = PrivacyText.objects.get()
    letter, client = sent()
    newer = PrivacyText.objects.create(
        valid_from=timezone.localdate(), text_zh="新文本。", text="A newer text."
    )
    later, _client = sent("later")
    PrivacyText.objects.create(valid_from=date(2099, 1, 1), text_zh="将来。", text="Not yet.")
    kept = {one.object_id: one.text for one in Agreement.objects.filter(kind="office.letter")}
    assert kept == {letter.pk: old, later.pk: newer}
    assert privacy.text_in_force() == newer
    link = f"/en/your-data/texts/{old.pk}/"
    assert link in text(client.get(PAGE))
    assert "handle your letter" in text(client.get(link))


def test_the_form_names_the_text_before_sending(cast: Cast) -> None:
    page = text(to_the_check(Client()))
    assert f"/en/your-data/texts/{PrivacyText.objects.get().pk}/" in page


def test_a_text_that_is_in_force_is_never_rewritten(cast: Cast) -> None:
    row = PrivacyText.objects.get()
    PrivacyText.objects.update(text="As it was agreed to.")
    call_command("reference", verbosity=0)
    row.refresh_from_db()
    assert row.text == "As it was agreed to."
    assert signed_in(cast.office_chief).get(f"/desk/office/privacy-texts/{row.pk}/edit/").status_code == 404
