"""The public page: writing with or without a name, the receipt, a state that says nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from bureau.charter.models import Membership
from bureau.workflow import services as workflow
from sections.office.person_reports.models import PersonReport
from tests.cast import Cast
from tests.factories import person_reports as reports

pytestmark = pytest.mark.django_db

WHERE, NEW = "/en/letters/reports/", "/en/letters/reports/new/"
TYPED = {
    "accused_name": "Zhao Invented",
    "accused_post": "headmaster",
    "accused_unit": "Invented Primary School",
    "subject": "Canteen money",
    "body": "It goes to a relative.",
    "how": "named",
    "name": "Li Example",
    "phone": "１３８ 0000 0000",
}


@pytest.fixture(autouse=True)
def no_least_time(settings: Any) -> None:
    settings.LETTERS_MIN_SECONDS = 0


def ticket(client: Client) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', client.get(NEW).content.decode())
    assert found
    return found.group(1)


def post(client: Client, token: str = "", **changes: str) -> Any:
    return client.post(NEW, {**TYPED, "ticket": token or ticket(client), **changes})


def receipt_of(page: Any) -> tuple[str, str]:
    number, code = re.findall(r'class="code big">([^<]+)<', page.content.decode())
    return number, code


def test_the_office_page_of_letters_leads_here(cast: Cast, client: Client) -> None:
    assert client.get(WHERE).status_code == 200
    assert NEW in client.get(WHERE).content.decode()


def test_a_report_is_stored_when_it_is_sent_and_the_receipt_shows_no_word_of_it(
    cast: Cast, client: Client
) -> None:
    page = post(client)
    report = PersonReport.objects.get()
    assert (report.reporter_phone, report.subject) == ("13800000000", "Canteen money")
    assert receipt_of(page)[0] == report.number
    text = page.content.decode()
    assert not [word for word in ("Zhao", "Canteen", "relative", "Li Example") if word in text]


def test_without_a_name_nothing_about_the_reporter_is_kept(cast: Cast, client: Client) -> None:
    post(client, how="anonymous", name="Li Example", phone="13800000000")
    report = PersonReport.objects.get()
    assert report.is_anonymous
    assert (report.reporter_name, report.reporter_phone) == ("", "")


@pytest.mark.parametrize("field", ["accused_name", "subject", "body", "how", "name", "phone"])
def test_what_is_missing_is_asked_for_and_the_rest_stays(field: str, cast: Cast, client: Client) -> None:
    page = post(client, **{field: ""})
    assert page.status_code == 422
    assert "Zhao Invented" in page.content.decode() or field == "accused_name"
    assert not PersonReport.objects.exists()


def test_a_form_sent_twice_is_one_report_and_one_receipt(cast: Cast, client: Client) -> None:
    token = ticket(client)
    first, second = post(client, token), post(client, token)
    assert receipt_of(first) == receipt_of(second)
    changed = post(client, token, body="Something else.")
    assert "had been sent before you changed it" in changed.content.decode()
    assert PersonReport.objects.get().body == TYPED["body"]


def test_a_form_whose_ticket_was_lost_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    page = post(client, "forged")
    assert page.status_code == 422
    assert "It goes to a relative." in page.content.decode()


def test_a_program_that_fills_in_everything_is_refused(cast: Cast, client: Client) -> None:
    from sections.office.letters.gate import LURE

    assert post(client, **{LURE: "http://example.com"}).status_code == 422
    assert not PersonReport.objects.exists()


def test_too_many_reports_are_asked_to_wait_and_nothing_typed_is_lost(
    cast: Cast, client: Client, settings: Any
) -> None:
    settings.LETTERS_PER_SENDER = 1
    assert post(client).status_code == 200
    page = post(client)
    assert page.status_code == 429 and page.headers["Retry-After"]
    assert "It goes to a relative." in page.content.decode()


def test_where_nobody_works_in_the_unit_the_page_only_says_where_to_go(cast: Cast, client: Client) -> None:
    token = ticket(client)
    Membership.objects.filter(unit__key="discipline").delete()
    assert NEW not in client.get(WHERE).content.decode()
    assert "ticket" not in client.get(NEW).content.decode()
    page = post(client, token)
    assert page.status_code == 422
    assert "It goes to a relative." in page.content.decode()
    assert not PersonReport.objects.exists()


def test_a_page_with_strange_text_neither_breaks_nor_runs(cast: Cast, client: Client) -> None:
    strange = "<script>alert(1)</script>\u2028\u202e x"
    assert post(client, accused_name=strange[:40], subject=strange).status_code in (200, 422)
    assert post(client, body="x" * 1_000_000).status_code == 422


# -- following --------------------------------------------------------------------------------------------


def follow(client: Client, number: str, code: str) -> str:
    client.post("/en/track/", {"number": number, "code": code})
    return str(client.get("/en/track/status/").content.decode())


def main(text: str) -> str:
    return text[text.index("<main") : text.index("</main>")]


def now(text: str) -> str:
    found = re.search(r'id="now">([^<]*)<', text)
    assert found
    return found.group(1)


def test_following_says_arrived_being_handled_concluded_and_nothing_else(cast: Cast, client: Client) -> None:
    receipt = reports.sent(body="Canbody", subject="Cansubject", accused_name="Canname", name="Canwriter")
    report, officer = receipt.report, cast.discipline_officer
    seen = []
    data = {"is_by_real_name": True, "accused_account": None}
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("register", data),
        ("verify", {}),
        ("close", {"result": "substantiated", "finding": "Canfinding"}),
    )
    seen.append(now(follow(client, report.number, receipt.code)))
    for step, values in steps:
        report = workflow.perform(report, step, by=officer, data=values)
        text = main(follow(client, report.number, receipt.code))
        assert "Can" not in text and "substantiated" not in text and "Discipline" not in text
        seen.append(now(text))
    assert seen == ["Arrived", "Being handled", "Being handled", "Concluded"]


def test_however_a_report_ends_the_page_is_the_same(cast: Cast, client: Client) -> None:
    texts = set()
    for result in ("substantiated", "unsubstantiated", "withdrawn"):
        receipt = reports.sent()
        data = {"is_by_real_name": True, "accused_account": None}
        report = workflow.perform(receipt.report, "register", by=cast.discipline_officer, data=data)
        report = workflow.perform(report, "verify", by=cast.discipline_officer)
        data = {"result": result, "finding": "x"}
        workflow.perform(report, "close", by=cast.discipline_officer, data=data)
        text = main(follow(client, report.number, receipt.code)).replace(report.number, "N")
        texts.add(re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text))
    assert len(texts) == 1


def test_a_wrong_code_says_what_a_wrong_number_says(cast: Cast) -> None:
    report = reports.sent().report
    texts = []
    for number in (report.number, "R2026-999999"):
        page = Client().post("/en/track/", {"number": number, "code": "AAAAA-AAAAA"})
        assert page.status_code == 422
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.content.decode())
        texts.append(text.replace(number, "N").replace(number.replace("-", ""), "N"))
    assert texts[0] == texts[1]
