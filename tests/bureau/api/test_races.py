"""Programs at the same instant, on PostgreSQL, with real connections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from bureau.charter.models import Unit
from tests.bureau.api.conftest import Program
from tests.cast import Cast
from tests.pages_app.models import Club

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

CLUBS = "/api/v1/pages_app/clubs/"
PROGRAMS = 12


def at_once(act: Callable[[int], Any]) -> list[Any]:
    start = Barrier(PROGRAMS)

    def run(number: int) -> Any:
        try:
            start.wait()
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(PROGRAMS) as pool:
        return list(pool.map(run, range(PROGRAMS)))


def test_of_many_editors_who_read_the_same_version_one_wins(cast: Cast) -> None:
    club = Club.objects.create(number="C1", name="Chess", owner=Unit.objects.get(key="office"))
    address = f"{CLUBS}{club.pk}/"
    programs = [Program(cast.office_chief) for _number in range(PROGRAMS - 2)] + [
        Program(cast.office_clerk) for _number in range(2)
    ]
    version = programs[0].get(address).json()["version"]
    answers = at_once(lambda n: programs[n].patch(address, {"name": f"Name {n}"}, If_Match=version))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: PROGRAMS - 1}
    won = next(answer.json()["name"] for answer in answers if answer.status_code == 200)
    assert Club.objects.get().name == won
    assert {answer.json()["current"]["name"] for answer in answers if answer.status_code == 409} == {won}


def test_one_request_sent_many_times_at_once_makes_one_record(cast: Cast) -> None:
    one = Program(cast.office_chief)
    sent = {"number": "C9", "name": "Go", "kind": "chess", "owner": Unit.objects.get(key="office").pk}
    answers = at_once(lambda n: one.post(CLUBS, sent, Idempotency_Key="the same"))
    assert {answer.status_code for answer in answers} == {201}
    assert {answer.json()["id"] for answer in answers} == {Club.objects.get().pk}


def test_one_token_reads_many_times_at_once(cast: Cast, settings: Any) -> None:
    """Counting calls and the day of use must not make readers wait for each other until they fail."""
    settings.API_CALLS_PER_MINUTE = PROGRAMS - 2
    one = Program(cast.office_chief)
    answers = at_once(lambda n: one.get(CLUBS))
    assert Counter(answer.status_code for answer in answers) == {200: PROGRAMS - 2, 429: 2}
