"""Many at the same instant, on PostgreSQL, with real connections."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from bureau.workflow import services as workflow
from bureau.workflow.refusals import Refusal
from sections.office.letters.models import Letter
from sections.office.person_reports.models import PersonReport
from tests.cast import Cast
from tests.factories import letters
from tests.factories import person_reports as reports

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

PEOPLE = 20


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    start = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_twenty_people_at_once_get_twenty_numbers_without_a_gap(cast: Cast) -> None:
    at_once([lambda n=n: reports.sent(token=f"person-{n}") for n in range(PEOPLE)])  # type: ignore[misc]
    numbers = sorted(int(number[-6:]) for number in PersonReport.objects.values_list("number", flat=True))
    assert numbers == list(range(1, PEOPLE + 1))


def test_one_form_sent_by_twenty_connections_is_one_report(cast: Cast) -> None:
    receipts = at_once([lambda: reports.sent(token="the same form")] * PEOPLE)
    assert {receipt.report.number for receipt in receipts} == {PersonReport.objects.get().number}
    assert len({receipt.code for receipt in receipts}) == 1


def test_a_letter_handed_over_twice_at_once_is_one_report(cast: Cast) -> None:
    letter = letters.registered(cast)
    data = {"accused_name": "Zhao Invented", "accused_post": "", "accused_unit": ""}

    def hand_over() -> Letter:
        return workflow.perform(Letter(pk=letter.pk), "hand_over", by=cast.office_clerk, data=data)

    found = at_once([hand_over] * 5)
    assert PersonReport.objects.count() == 1
    assert sum(isinstance(one, Refusal) for one in found) == 4


def test_two_who_close_at_once_close_once(cast: Cast) -> None:
    report = reports.verified(cast)
    data = {"result": "substantiated", "finding": "It is true."}

    def close() -> PersonReport:
        return workflow.perform(report, "close", by=cast.discipline_officer, data=data)

    found = at_once([close] * 5)
    assert sum(isinstance(one, Refusal) for one in found) == 4
