"""Lists and their files leave long texts and sealed columns in the database, and do not fetch them line by line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sections.office.consultations.models import Consultation, Opinion
from sections.office.letters.models import Letter
from sections.office.person_reports.models import PersonReport
from tests.cast import Cast
from tests.factories import consultations, letters, person_reports

pytestmark = pytest.mark.django_db

Make = Callable[[Cast], Any]

KINDS: dict[str, tuple[type[Any], str, str, Make, tuple[str, ...]]] = {
    "letters": (
        Letter,
        "/desk/office/letters/",
        "office_chief",
        letters.accepted,
        ("body", "answer", "signature", "sender_name", "sender_phone"),
    ),
    "person reports": (
        PersonReport,
        "/desk/office/person-reports/",
        "discipline_officer",
        lambda cast: person_reports.sent(),
        ("body", "accused_name", "reporter_name", "finding"),
    ),
    "consultations": (
        Consultation,
        "/desk/office/consultations/",
        "office_chief",
        consultations.entered,
        ("body_zh", "explanation_zh", "result_zh"),
    ),
    "opinions": (
        Opinion,
        "/desk/office/opinions/",
        "office_chief",
        lambda cast: consultations.opinion(consultations.opened(cast)),
        ("name", "phone"),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ending", ["", "export/"])
def test_a_list_reads_no_long_and_no_sealed_column(cast: Cast, kind: str, ending: str) -> None:
    model, address, who, make, columns = KINDS[kind]
    if ending and model is PersonReport:
        assert asked(cast, who, address + ending) is None
        return
    make(cast)
    one = asked(cast, who, address + ending)
    make(cast)
    make(cast)
    three = asked(cast, who, address + ending)
    assert one is not None and three is not None and len(three) == len(one)
    table = model._meta.db_table
    for column in columns:
        assert not [sql for sql in three if f'"{table}"."{column}"' in sql]


def asked(cast: Cast, who: str, address: str) -> list[str] | None:
    """The statements of a page; None where there is no such page. What is remembered for a minute is asked before."""
    client = Client()
    client.force_login(getattr(cast, who))
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        response = client.get(address)
        if response.streaming:
            b"".join(response.streaming_content)  # type: ignore[attr-defined]
    if response.status_code == 404:
        return None
    assert response.status_code == 200
    return [query["sql"] for query in caught]
