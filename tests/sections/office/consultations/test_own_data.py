"""What who sent an opinion may do with the own data: take a copy, have it put right, have it deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC, Holder
from bureau.deadlines.selectors import open_clock
from bureau.files.models import Attachment
from bureau.identifiers import codes
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from bureau.workflow.models import WorkItem
from bureau.workflow.refusals import NotPermitted
from sections.office.consultations import services
from sections.office.consultations.models import Consultation, Opinion, OpinionDataRequest
from sections.office.data_requests.clocks import DATA_REQUEST
from tests.attacks.walking import signed_in
from tests.cast import Cast
from tests.factories import consultations
from tests.sections.office.consultations import test_files
from tests.sections.office.letters.filling import picture

pytestmark = pytest.mark.django_db
PAGE = "/en/your-data/"
NAME, PHONE, RIGHT = "Canary Writer", "13955550404", "13955550505"
CORRECTION = {"wish": "correct", "field": "phone", "value": RIGHT, "text": ""}


def sent(found: Consultation, **changes: Any) -> tuple[Opinion, Client]:
    receipt = consultations.opinion(found, **{"name": NAME, "phone": PHONE, "body": "Too early.", **changes})
    client = Client()
    client.post("/en/track/", {"number": receipt.opinion.number, "code": codes.grouped(receipt.code)})
    return receipt.opinion, client


def asked(opinion: Opinion, **data: str) -> Opinion:
    me = Holder("office.opinion", opinion.pk)
    return workflow.perform(opinion, "ask_about_data", by=me, data={**CORRECTION, **data})


def replied(opinion: Opinion, cast: Cast, decision: str = "granted") -> Opinion:
    data = {"decision": decision, "reply": "We have looked at it."}
    return workflow.perform(opinion, "reply_about_data", by=cast.office_chief, data=data)


def concluded(cast: Cast, opinion: Opinion) -> Consultation:
    consultations.grouped(cast, opinion, decision="adopted", reason_zh="合理。", reason="It is right.")
    consultations.closed(opinion.consultation)
    data = {"result_zh": "<p>已采纳。</p>", "result": "<p>Adopted.</p>"}
    return workflow.perform(opinion.consultation, "conclude", by=cast.office_chief, data=data)


def text(response: Any) -> str:
    return str(response.content.decode())


# -- the copy ---------------------------------------------------------------------------------------------


def test_the_copy_goes_to_who_knows_the_telephone_number_too(cast: Cast) -> None:
    opinion, client = sent(consultations.opened(cast))
    assert NAME not in text(client.get(PAGE))
    refused = client.post(PAGE, {"act": "copy", "phone": "13955550000"})
    assert refused.status_code == 422 and NAME not in text(refused)
    asked(opinion)
    copy = client.post(PAGE, {"act": "copy", "phone": PHONE}).json()
    assert (copy["name"], copy["text"]) == (NAME, "Too early.")
    assert [(one["field"], one["value"]) for one in copy["requests_about_data"]] == [("phone", RIGHT)]


# -- correction and deletion ------------------------------------------------------------------------------


def test_a_correction_is_asked_decided_and_read(cast: Cast) -> None:
    opinion, client = sent(consultations.opened(cast))
    assert client.post(PAGE, {"act": "ask", **CORRECTION}).headers["Location"] == PAGE
    clock = open_clock(DATA_REQUEST, opinion)
    assert clock is not None and clock.alarm_on == timezone.localdate() + timedelta(days=30)
    told = Notice.objects.filter(kind="consultations.data_requested").values_list("user_id", flat=True)
    assert list(told) == [cast.office_chief.pk]
    items = WorkItem.objects.filter(kind="office.opinion", object_id=opinion.pk)
    assert list(items.values_list("unit__key", "verb")) == [("office", "reveal")]
    opinion = replied(opinion, cast)
    assert (opinion.phone, opinion.name, opinion.body) == (RIGHT, NAME, "Too early.")
    assert open_clock(DATA_REQUEST, opinion) is None and not items.exists()
    page = text(client.get(PAGE))
    assert "We have looked at it." in page and RIGHT not in page


def test_the_office_decides_on_its_own_page(cast: Cast) -> None:
    opinion, client = sent(consultations.opened(cast))
    asked(opinion, wish="delete", field="", value="", text="I said too much.")
    chief = signed_in(cast.office_chief)
    where = f"/desk/office/opinions/{opinion.pk}/do/reply_about_data/"
    form = chief.get(where)
    assert "I said too much." in text(form)
    empty = chief.post(where, {"version": opinion.version, "decision": "declined", "reply": ""})
    assert empty.status_code == 422
    data = {"version": opinion.version, "decision": "granted", "reply": "Name and number are gone."}
    assert chief.post(where, data).status_code == 302
    opinion.refresh_from_db()
    assert (opinion.name, opinion.phone, opinion.body) == ("", "", "Too early.")
    page = text(client.get("/zh/your-data/"))
    assert "Name and number are gone." in page
    assert client.post(PAGE, {"act": "copy", "phone": PHONE}).status_code == 422


@pytest.mark.parametrize("is_over", [False, True])
def test_files_stay_while_the_draft_is_considered_and_go_with_a_deletion_afterwards(
    cast: Cast, settings: Any, is_over: bool
) -> None:
    settings.LETTERS_MIN_SECONDS = 0
    found, client = consultations.opened(cast), Client()
    test_files.send(client, found, test_files.ticket(client, found), picture("a.png"))
    opinion = Opinion.objects.get()
    if is_over:
        concluded(cast, opinion)
        opinion.refresh_from_db()
    opinion = replied(asked(opinion, wish="delete", field="", value=""), cast)
    assert opinion.name == "" and opinion.body == test_files.TYPED["body"]
    assert Attachment.objects.of(opinion).in_force().exists() is not is_over


def test_what_is_declined_changes_nothing_and_has_its_reason(cast: Cast) -> None:
    opinion, client = sent(consultations.opened(cast))
    opinion = replied(asked(opinion), cast, "declined")
    assert opinion.phone == PHONE
    page = text(client.get(PAGE))
    assert "We have looked at it." in page and "Not done, for the reason given" in page


def test_one_request_at_a_time_and_not_for_ever(cast: Cast, settings: Any) -> None:
    settings.LETTERS_DATA_REQUESTS = 1
    opinion, client = sent(consultations.opened(cast))
    opinion = asked(opinion)
    assert client.post(PAGE, {"act": "ask", **CORRECTION}).status_code == 422
    replied(opinion, cast)
    assert client.post(PAGE, {"act": "ask", **CORRECTION}).status_code == 422
    assert OpinionDataRequest.objects.count() == 1


def test_only_what_an_opinion_holds_can_be_put_right(cast: Cast) -> None:
    _opinion, client = sent(consultations.opened(cast))
    assert 'value="name"' in text(client.get(PAGE)) and 'value="email"' not in text(client.get(PAGE))
    email = {**CORRECTION, "field": "email", "value": "a@example.invalid"}
    assert client.post(PAGE, {"act": "ask", **email}).status_code == 422
    assert OpinionDataRequest.objects.count() == 0


# -- who reads and decides it -----------------------------------------------------------------------------


def test_only_who_may_see_the_sender_reads_the_request_and_decides(cast: Cast) -> None:
    opinion = asked(sent(consultations.opened(cast))[0])
    people = {
        name for name, one in cast.people().items() if permitted(one, "view", OpinionDataRequest).exists()
    }
    assert people == {"office_chief"}
    address = f"/desk/office/opinions/{opinion.pk}/"
    page = text(signed_in(cast.office_chief).get(address))
    assert "139****0505" in page and RIGHT not in page
    assert "0505" not in text(signed_in(cast.office_clerk).get(address))
    for stranger in (cast.office_clerk, cast.basic_clerk, PUBLIC, Holder("office.opinion", opinion.pk)):
        with pytest.raises(NotPermitted):
            data = {"decision": "granted", "reply": "Yes."}
            workflow.perform(opinion, "reply_about_data", by=stranger, data=data)


def test_nobody_asks_about_somebody_elses_opinion(cast: Cast) -> None:
    found = consultations.opened(cast)
    (opinion, _mine), (other, _theirs) = sent(found), sent(found)
    for stranger in (PUBLIC, cast.office_chief, Holder("office.opinion", other.pk)):
        with pytest.raises(NotPermitted):
            workflow.perform(opinion, "ask_about_data", by=stranger, data=CORRECTION)
    assert OpinionDataRequest.objects.count() == 0


# -- when senders are forgotten ---------------------------------------------------------------------------


def test_requests_go_when_the_senders_are_forgotten(cast: Cast) -> None:
    found = consultations.opened(cast)
    done, still_open = sent(found)[0], sent(found, body="Too late.")
    replied(asked(done), cast)
    open_opinion = asked(still_open[0], text="My number is wrong.")
    workflow.perform(
        found,
        "withdraw",
        by=cast.office_chief,
        data={"withdrawn_reason_zh": "草案有误。", "withdrawn_reason": "Wrong."},
    )
    services.forget_senders(timezone.localdate() + timedelta(days=4000))
    left = OpinionDataRequest.objects.get()
    assert (left.opinion_id, left.value, left.text) == (open_opinion.pk, "", "")
    open_opinion.refresh_from_db()
    open_opinion = replied(open_opinion, cast)
    assert open_opinion.phone == ""
    page = text(still_open[1].get(PAGE))
    assert "We have looked at it." in page and "were deleted on" in page
    assert still_open[1].post(PAGE, {"act": "ask", **CORRECTION}).status_code == 422
