"""A lost code of a report is replaced by the discipline unit alone; the old one is dead, the audit says who did it."""

from __future__ import annotations

import pytest
from django.test import Client

from bureau.audit.models import Event
from sections.office.person_reports.models import PersonReport
from tests.attacks.walking import signed_in
from tests.cast import Cast, in_english
from tests.factories import person_reports as reports

pytestmark = pytest.mark.django_db


def address(report: PersonReport) -> str:
    return f"/desk/office/person-reports/{report.pk}/code/"


def follows(number: str, code: str) -> bool:
    return Client().post("/en/track/", {"number": number, "code": code}).status_code == 302


def test_the_new_code_opens_the_old_one_is_dead_and_the_audit_holds_neither(cast: Cast) -> None:
    receipt = reports.sent()
    officer = signed_in(in_english(cast.discipline_officer))
    asked = officer.get(address(receipt.report))
    assert "what only the writer can know" in asked.content.decode()
    assert follows(receipt.report.number, receipt.code)
    page = officer.post(address(receipt.report))
    code = page.context["code"]
    assert code in page.content.decode() and "no-store" in page.headers["Cache-Control"]
    assert follows(receipt.report.number, code)
    assert not follows(receipt.report.number, receipt.code)
    event = Event.objects.get(action="office.personreport.code_replaced")
    assert event.object_id == str(receipt.report.pk)
    assert code not in repr(vars(event)) and code.replace("-", "") not in repr(vars(event))
    assert code not in officer.get(address(receipt.report)).content.decode()


def test_the_detail_leads_there(cast: Cast) -> None:
    report = reports.sent(name="", phone="").report
    detail = signed_in(cast.discipline_officer).get(f"/desk/office/person-reports/{report.pk}/")
    assert address(report) in detail.content.decode()


@pytest.mark.parametrize("who", ["office_chief", "bureau_leader", "auditor", "security_admin"])
def test_nobody_else_replaces_a_code(cast: Cast, who: str) -> None:
    receipt = reports.sent()
    assert signed_in(getattr(cast, who)).post(address(receipt.report)).status_code in (403, 404)
    assert follows(receipt.report.number, receipt.code)


def test_not_even_the_officer_who_is_reported(cast: Cast) -> None:
    receipt = reports.registered(cast)
    from bureau.charter.choices import Role
    from bureau.charter.models import Membership, Unit

    second = cast.outsider
    Membership.objects.create(
        user=second, unit=Unit.objects.get(key="discipline"), role=Role.OFFICER, since="2020-09-01"
    )
    report = reports.sent(accused_name=second.name).report
    assert signed_in(second).get(address(receipt)).status_code == 200
    assert signed_in(second).post(address(report)).status_code == 404
