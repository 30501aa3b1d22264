"""Redis that answers late, a mail server that never does: letters are taken, nothing is lost, nothing comes twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bench.visitors import Form
from tests.outages.furnish import PASSWORD
from tests.outages.people import signed_in
from tests.outages.portal import Portal
from tests.outages.servers import Answer, Browser, until
from tests.outages.slow import Gate, MailServer

pytestmark = pytest.mark.postgres
LETTERS = 3
TRACK, SIGN_IN = "/en/track/", "/account/login/"
TOLD = (
    "kind = 'letters.received' AND user_id = (SELECT id FROM accounts_user WHERE username = 'office_clerk')"
)
MAILS = "task = 'notices.email'"
DELIVERIES = "task = 'notices.deliver'"


@pytest.fixture
def gate(portal: Portal) -> Iterator[Gate]:
    """All of the portal asks Redis through it."""
    gate = Gate(portal.redis.port)
    portal.set_up_with(REDIS_URL=gate.url)
    yield gate
    gate.open.set()
    portal.set_up_with()
    gate.server.end()


@pytest.fixture
def mail(portal: Portal) -> Iterator[MailServer]:
    mail = MailServer()
    portal.set_up_with(
        NOTICE_EMAIL="smtp", EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(mail.port), EMAIL_TIMEOUT="1"
    )
    yield mail
    portal.set_up_with()
    mail.server.end()


def test_letters_wait_for_no_answer_of_redis(portal: Portal, gate: Gate) -> None:
    """Redis hears everything and answers nothing until the letters are taken: no time is measured, none is needed."""
    before = portal.count("office_letter")
    gate.close()
    for _number in range(LETTERS):
        portal.send_letter()
    assert gate.held.is_set()
    gate.open.set()
    portal.tick()
    portal.until_all_is_done()
    assert portal.count("office_letter") == before + LETTERS
    # Redis had the message although whoever sent it gave up: each mail leaves all the same only once.
    assert portal.count("notices_outgoingmessage") == portal.count("outbox_effect", MAILS)
    assert portal.count("notices_notice", TOLD) == before + LETTERS
    assert portal.count("outbox_effect", "status = 'dead'") == 0


def letter_of(portal: Portal) -> tuple[int, str, str]:
    """One that arrived just now: its key, its number and the code of its writer."""
    code = portal.send_letter()
    ((key, number),) = portal.ask("SELECT id, number FROM office_letter ORDER BY id DESC LIMIT 1")
    return int(key), str(number), code


def tracked(portal: Portal, number: str, code: str) -> Answer:
    citizen = Browser(portal.address)
    citizen.get(TRACK)
    return citizen.post(TRACK, {"number": number, "code": code})


def work_goes_on(portal: Portal) -> None:
    """A citizen writes and looks, a clerk signs in, reads, and takes the step that opens the case."""
    key, number, code = letter_of(portal)
    assert b"Your letter has arrived" in tracked(portal, number, code).content
    clerk = signed_in(portal, "office_clerk")
    assert clerk.get("/desk/office/letters/").status_code == 200
    step = f"/desk/office/letters/{key}/do/register/"
    form = Form(clerk.get(step).content.decode())
    assert clerk.post(step, form.fields).status_code == 200
    assert portal.ask(f"SELECT status FROM office_letter WHERE id = {key}") == [("registered",)]


def limits_hold(portal: Portal) -> None:
    """Who guesses the code of a letter, or a password, is refused as ever."""
    _key, number, code = letter_of(portal)
    wrong = [tracked(portal, number, "AAAA-AAAA-AAAA").status_code for _try in range(11)]
    assert (set(wrong[:10]), wrong[10]) == ({422}, 429)
    assert tracked(portal, number, code).status_code == 429
    guesser = Browser(portal.address)
    guesser.get(SIGN_IN)
    for _try in range(6):
        refused = guesser.post(SIGN_IN, {"login": "basic_clerk", "password": "wrong"})
    assert refused.status_code == 429
    right = guesser.post(SIGN_IN, {"login": "basic_clerk", "password": PASSWORD})
    assert b"/account/logout/" not in right.content


def test_people_work_on_and_limits_hold_beside_a_redis_that_answers_nothing_or_is_gone(
    portal: Portal, gate: Gate
) -> None:
    """First every answer is held back until the work is done, then nobody listens: no page may need Redis."""
    try:
        gate.close()
        work_goes_on(portal)
        limits_hold(portal)
        assert gate.held.is_set()
        portal.redis.kill()
        gate.open.set()
        portal.ask("DELETE FROM accounts_bucket")
        portal.restart_web()
        work_goes_on(portal)
        limits_hold(portal)
    finally:
        portal.ask("DELETE FROM accounts_bucket")
        portal.redis.start()
    portal.tick()
    portal.until_all_is_done()
    assert portal.count("notices_outgoingmessage") == portal.count("outbox_effect", MAILS)
    assert portal.count("outbox_effect", "status = 'dead'") == 0


def test_a_mail_server_that_says_nothing_holds_up_nobody_and_gets_each_mail_later(
    portal: Portal, mail: MailServer
) -> None:
    mail.silent.set()
    known = {row[0] for row in portal.ask(f"SELECT id FROM outbox_effect WHERE {DELIVERIES}")}
    portal.send_letter()
    tried = f"{DELIVERIES} AND attempts > 0 AND last_error <> '' AND status = 'waiting'"
    until(lambda: portal.count("outbox_effect", tried), "the worker gave up waiting and will try again")
    other = portal.enqueue("t.public", "beside")
    until(
        lambda: portal.count("outbox_effect", f"id = {other} AND status = 'done'"), "others were carried out"
    )
    assert mail.mails == []
    mail.silent.clear()
    portal.ask(f"UPDATE outbox_effect SET due_at = now() WHERE {tried}")
    portal.tick()
    portal.until_all_is_done()
    new = portal.count("outbox_effect", DELIVERIES) - len(known)
    names = [re.search(r"^Message-ID: (\S+)", text, re.MULTILINE)[1] for text in mail.mails]
    assert len(names) == len(set(names)) == new  # each once, whatever else left at that time
    assert any("office@example.org" in text for text in mail.mails)
