"""Everybody looks at every page while reports with words found nowhere else lie in the house."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from bureau.workflow import services as workflow
from sections.office.person_reports.models import PersonReport
from tests.cast import Cast
from tests.factories import letters
from tests.factories import person_reports as reports
from tests.faults.walking import addresses, body, signed_in

pytestmark = pytest.mark.django_db

TEXT = {
    "accused_name": "Canaccusedname",
    "accused_post": "Canaccusedpost",
    "accused_unit": "Canaccusedunit",
    "subject": "Cansubject",
    "body": "Canbody",
}
WRITER = {"name": "Canreporter", "phone": "13912345678"}
LATER = ["Cannote", "Canfinding", "Canreferredto"]


@pytest.fixture
def marked(furnished: Cast) -> list[PersonReport]:
    """One report at each end of the way, and one that was a letter."""
    cast, officer = furnished, furnished.discipline_officer
    found = [reports.sent(**TEXT, **WRITER).report]
    report = reports.verified(cast, **TEXT, **WRITER)
    report = workflow.perform(report, "note", by=officer, data={"text": "Cannote"})
    data = {"result": "substantiated", "finding": "Canfinding"}
    found.append(workflow.perform(report, "close", by=officer, data=data))
    referred = reports.registered(cast, **TEXT, **WRITER)
    found.append(workflow.perform(referred, "refer", by=officer, data={"referred_to": "Canreferredto"}))
    letter = letters.registered(cast, title="Cansubject", body="Canbody", name="Canreporter")
    about = {name: TEXT[name] for name in ("accused_name", "accused_post", "accused_unit")}
    workflow.perform(letter, "hand_over", by=cast.office_clerk, data=about)
    found.append(PersonReport.objects.latest("pk"))
    call_command("work", "--once", verbosity=0)
    return found


# One of each kind that works in the portal; that nobody else of the cast sees a report stands in test_rights.
NAMES = [
    "office_clerk",
    "office_chief",
    "bureau_leader",
    "auditor",
    "security_admin",
    "principal",
    "visitor",
]


@pytest.mark.parametrize("name", NAMES)
def test_nobody_else_meets_a_word_or_a_number_of_a_report(
    name: str, marked: list[PersonReport], furnished: Cast
) -> None:
    user = furnished.people().get(name)
    client = signed_in(user) if user else Client()
    words = [*TEXT.values(), *WRITER.values(), *LATER, *(report.number for report in marked)]
    kept = [word.encode() for word in words]
    for where in addresses(most=1, of="office.personreport"):
        if where.startswith(("/zh/", "/en/")) and name != "visitor":
            continue
        met = body(client.get(where))
        assert [word for word in kept if word in met] == [], where
    for query in ("Cansubject", "Canaccusedname", marked[0].number):
        for where in ("/desk/search/", "/desk/office/letters/", "/desk/office/person-reports/"):
            page = body(client.get(where, {"q": query})).replace(query.encode(), b"")
            assert [word for word in kept if word in page] == [], where


def test_the_officer_meets_the_text_and_never_unasked_the_reporter(
    marked: list[PersonReport], furnished: Cast
) -> None:
    client = signed_in(furnished.discipline_officer)
    met = b""
    for where in addresses(most=1, of="office.personreport"):
        if where.startswith("/desk/office/person-reports/"):
            met += body(client.get(where))
    assert [word for word in [*TEXT.values(), *LATER] if word.encode() not in met] == []
    assert [word for word in WRITER.values() if word.encode() in met] == []
