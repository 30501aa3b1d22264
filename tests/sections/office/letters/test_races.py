"""Many citizens at the same instant, on PostgreSQL, with real connections."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from bureau.workflow import services as workflow
from sections.office.letters.choices import Status
from sections.office.letters.models import Letter
from sections.office.letters.services import Receipt
from tests.cast import Cast
from tests.factories import letters

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

PEOPLE = 50


def at_once(token_of: list[str]) -> list[Receipt]:
    start = Barrier(len(token_of))

    def write(token: str) -> Receipt:
        try:
            start.wait()
            return letters.sent(token=token)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(token_of)) as pool:
        return list(pool.map(write, token_of))


def test_fifty_people_at_the_same_instant_get_fifty_numbers_without_a_gap(cast: Cast) -> None:
    receipts = at_once([f"person-{n}" for n in range(PEOPLE)])
    numbers = sorted(int(receipt.letter.number[-6:]) for receipt in receipts)
    assert numbers == list(range(1, PEOPLE + 1))
    assert len({receipt.code for receipt in receipts}) == PEOPLE


def test_one_form_sent_fifty_times_at_once_is_one_letter(cast: Cast) -> None:
    receipts = at_once(["the same form"] * PEOPLE)
    assert {receipt.letter.number for receipt in receipts} == {Letter.objects.get().number}
    assert len({receipt.code for receipt in receipts}) == 1


def test_two_letters_merged_crosswise_at_once_do_not_both_disappear(cast: Cast) -> None:
    pair = [letters.registered(cast), letters.registered(cast)]
    start = Barrier(2)

    def merge(letter: Letter, other: Letter) -> bool:
        try:
            start.wait()
            workflow.perform(letter, "merge", by=cast.office_clerk, data={"other": other})
        except workflow.Refusal:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(merge, pair, reversed(pair)))
    assert sum(done) <= 1
    assert Letter.objects.filter(status=Status.REGISTERED).count() == 2 - sum(done)
