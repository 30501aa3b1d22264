"""Who sees a report: the staff of the discipline unit, and of them nobody who is reported or works under who is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.access.services import may_add, permitted
from bureau.accounts.models import User
from bureau.charter.choices import Role
from bureau.charter.models import Membership, Unit
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from bureau.workflow.inbox import open_count
from bureau.workflow.models import Delegation
from bureau.workflow.refusals import Invalid, NotPermitted
from sections.office.person_reports.models import PersonReport, ReferralSlip
from tests.attacks.walking import signed_in
from tests.cast import Cast, person
from tests.factories import person_reports as reports

pytestmark = pytest.mark.django_db

VERBS = ("view", "register", "tell", "verify", "refer", "close", "reveal", "export", "add")
SLIP_READERS = {"office_clerk", "office_chief"}


def sees(user: User, report: PersonReport) -> bool:
    return permitted(user, "view", PersonReport).filter(pk=report.pk).exists()


def in_unit(name: str, role: Role, **fields: object) -> User:
    return person(name, (Unit.objects.get(key="discipline"), role), **fields)


def pages_of(report: PersonReport) -> list[str]:
    address = f"/desk/office/person-reports/{report.pk}/"
    return [address, *(f"{address}{end}/" for end in ("history", "print", "reporter", "do/register"))]


def test_of_the_whole_cast_the_discipline_officer_alone_sees_a_report(cast: Cast) -> None:
    report = reports.sent().report
    everything = set(PersonReport.objects.values_list("pk", flat=True))
    assert everything == {report.pk}
    seen = {name for name, user in cast.people().items() if sees(user, report)}
    assert seen == {"discipline_officer"}
    for name, user in cast.people().items():
        if name != "discipline_officer":
            for verb in VERBS:
                assert not permitted(user, verb, PersonReport).exists(), (name, verb)
            assert not may_add(user, PersonReport), name


@pytest.mark.parametrize(
    "name",
    [
        "office_clerk",
        "office_chief",
        "basic_clerk",
        "personnel_clerk",
        "deputy_leader",
        "bureau_leader",
        "auditor",
        "system_admin",
        "security_admin",
        "district_leader",
        "principal",
        "outsider",
    ],
)
def test_for_everybody_else_a_report_does_not_exist(name: str, cast: Cast) -> None:
    report = reports.sent().report
    client = signed_in(cast.people()[name])
    for where in pages_of(report):
        assert client.get(where).status_code in (403, 404), where
        missing = client.get(where.replace(f"/{report.pk}/", "/987654/"))
        assert client.get(where).status_code == missing.status_code, where


def test_a_leader_in_charge_of_the_discipline_unit_sees_nothing(cast: Cast) -> None:
    report = reports.sent().report
    charge = Membership.objects.get(user=cast.deputy_leader)
    charge.in_charge_of.add(Unit.objects.get(key="discipline"))
    assert not sees(cast.deputy_leader, report)
    assert open_count(cast.deputy_leader) == 0


def test_a_membership_in_the_unit_as_leader_or_administrator_opens_nothing(cast: Cast) -> None:
    report = reports.sent().report
    for role in (Role.AUDITOR, Role.BUREAU_LEADER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN):
        assert not sees(in_unit(f"odd_{role}", role), report)


def test_chief_and_clerk_of_the_unit_see_it_while_they_belong_to_it(cast: Cast) -> None:
    report = reports.sent().report
    chief, clerk = in_unit("chief", Role.CHIEF), in_unit("clerk", Role.CLERK)
    assert sees(chief, report) and sees(clerk, report)
    Membership.objects.filter(user=clerk).update(until=timezone.localdate() - timedelta(days=1))
    assert not sees(User.objects.get(pk=clerk.pk), report)


def stand_in(absent: User, substitute: User) -> None:
    """Written past the checks: even such a row must open nothing."""
    today = timezone.localdate()
    Delegation.objects.create(
        absent=absent, substitute=substitute, since=today, until=today, reason="Leave", created_by=absent.name
    )


@pytest.mark.parametrize("name", ["office_chief", "bureau_leader", "auditor", "personnel_clerk"])
def test_a_stand_in_from_outside_the_unit_sees_and_does_nothing(name: str, cast: Cast) -> None:
    report = reports.sent().report
    user = cast.people()[name]
    stand_in(cast.discipline_officer, user)
    assert not sees(user, report)
    with pytest.raises(NotPermitted):
        workflow.perform(report, "register", by=user, data={"is_by_real_name": True, "accused_account": None})
    assert open_count(user) == 0


def test_a_stand_in_of_the_unit_does_what_the_absent_person_may(cast: Cast) -> None:
    report = reports.registered(cast)
    chief = in_unit("chief", Role.CHIEF)
    stand_in(cast.discipline_officer, chief)
    assert workflow.perform(report, "verify", by=chief).status == "verifying"


# -- who is reported --------------------------------------------------------------------------------------


def test_who_is_reported_by_name_never_sees_it_though_he_belongs_to_the_unit(cast: Cast) -> None:
    other = in_unit("other_officer", Role.OFFICER, email="other@example.com")
    report = reports.sent(accused_name="Other Officer").report
    assert not sees(other, report)
    assert sees(cast.discipline_officer, report)
    assert not Notice.objects.filter(user=other).exists()
    assert open_count(other) == 0


def test_who_is_named_at_registration_is_kept_out_from_then_on(cast: Cast) -> None:
    other = in_unit("other_officer", Role.OFFICER)
    report = reports.sent(accused_name="the officer with the glasses").report
    assert sees(other, report)
    data = {"is_by_real_name": True, "accused_account": other}
    workflow.perform(report, "register", by=cast.discipline_officer, data=data)
    assert not sees(User.objects.get(pk=other.pk), report)


def test_nobody_is_cured_of_a_conflict_by_standing_in(cast: Cast) -> None:
    other = in_unit("other_officer", Role.OFFICER)
    report = reports.sent(accused_name="Other Officer").report
    stand_in(cast.discipline_officer, other)
    assert not sees(other, report)
    with pytest.raises(NotPermitted):
        workflow.perform(
            report, "register", by=other, data={"is_by_real_name": True, "accused_account": None}
        )


def test_a_person_who_comes_into_the_unit_later_does_not_see_the_report_on_him(cast: Cast) -> None:
    report = reports.sent(accused_name=cast.personnel_clerk.name).report
    unit = Unit.objects.get(key="discipline")
    Membership.objects.create(
        user=cast.personnel_clerk, unit=unit, role=Role.OFFICER, since=timezone.localdate()
    )
    assert not sees(User.objects.get(pk=cast.personnel_clerk.pk), report)
    assert sees(User.objects.get(pk=cast.personnel_clerk.pk), reports.sent().report)


def test_a_report_on_the_chief_is_not_taken_where_all_report_to_the_chief(cast: Cast) -> None:
    in_unit("the_chief", Role.CHIEF)
    with pytest.raises(Invalid, match="discipline inspection commission of the city"):
        reports.sent(accused_name="The Chief")
    assert not PersonReport.objects.exists()


def test_a_report_on_a_clerk_is_for_the_chief_and_the_officers(cast: Cast) -> None:
    chief, clerk = in_unit("the_chief", Role.CHIEF), in_unit("the_clerk", Role.CLERK)
    report = reports.sent(accused_name="The Clerk").report
    assert sees(chief, report) and sees(cast.discipline_officer, report) and not sees(clerk, report)


def test_nobody_enters_a_report_on_himself(cast: Cast) -> None:
    from sections.office.person_reports.services import enter_report
    from tests.sections.office.person_reports.test_way import ENTERED

    in_unit("the_chief", Role.CHIEF)
    values = {
        **ENTERED,
        "accused_name": cast.discipline_officer.name,
        "received_on": reports.TODAY,
    }
    with pytest.raises(Invalid, match="closed envelope"):
        enter_report(values=values, by=cast.discipline_officer)


# -- slips ------------------------------------------------------------------------------------------------


def test_slips_are_for_those_who_register_letters(cast: Cast) -> None:
    slip = reports.slip(cast)
    for name, user in cast.people().items():
        if not user.is_active:
            continue
        found = permitted(user, "view", ReferralSlip).filter(pk=slip.pk).exists()
        assert found == (name in SLIP_READERS), name
        assert bool(may_add(user, ReferralSlip)) == (name in SLIP_READERS), name
        assert not permitted(user, "change", ReferralSlip).exists(), name


def test_a_slip_has_its_own_number_and_no_word_of_a_report(cast: Cast) -> None:
    slip = reports.slip(cast)
    assert slip.number == "Z2026-000001"
    held = {field.name for field in ReferralSlip._meta.concrete_fields}
    assert held == {"id", "number", "received_on", "sent_on", "sent_to", "sheets", "owner", "created_at"}
