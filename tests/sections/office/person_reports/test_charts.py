"""Another chart: open reports follow the discipline unit, closed ones stay, nobody else gets them."""

from __future__ import annotations

import pytest

from bureau.access import reorganisation
from bureau.access.services import permitted
from bureau.accounts.principals import System
from bureau.charter.models import HeldCapability, Unit
from bureau.workflow.models import WorkItem
from sections.office.person_reports.models import PersonReport
from tests.cast import Cast
from tests.factories import person_reports as reports

pytestmark = pytest.mark.django_db

BY = System("test")


def seen_by(cast: Cast, report: PersonReport) -> set[str]:
    return {
        name
        for name, user in cast.people().items()
        if permitted(user, "view", PersonReport).filter(pk=report.pk).exists()
    }


def waits_for(report: PersonReport) -> set[str]:
    rows = WorkItem.objects.filter(kind="office.personreport", object_id=report.pk)
    return set(rows.values_list("unit__key", flat=True))


def test_on_the_compact_chart_the_discipline_officer_alone_goes_on(cast: Cast) -> None:
    before, done = reports.verified(cast), reports.closed(cast, name="", phone="")
    reorganisation.load(reorganisation.read("compact"), by=BY)
    after = reports.sent().report
    for report in (before, done, after):
        assert seen_by(cast, report) == {"discipline_officer"}
    assert waits_for(before) == waits_for(after) == {"discipline"}
    assert reports.closed(cast).status == "substantiated"


def test_open_reports_follow_the_capability_to_another_unit(cast: Cast) -> None:
    """A chart under which a unit of another key holds reports."""
    from bureau.access import unit_owned

    report, done = reports.verified(cast), reports.closed(cast, name="", phone="")
    owned = unit_owned.UNIT_OWNED["office.personreport.owner"]
    assert owned.capability == "office.person_reports"
    open_now = set(PersonReport.objects.filter(owned.is_open).values_list("pk", flat=True))
    assert open_now == {report.pk}
    told = reports.closed(cast)
    assert PersonReport.objects.filter(owned.is_open, pk=told.pk).exists()
    assert done.pk not in open_now


def test_when_the_capability_moves_the_former_unit_sees_nothing_any_more(cast: Cast) -> None:
    report = reports.verified(cast)
    personnel = Unit.objects.get(key="personnel")
    HeldCapability.objects.filter(capability="office.person_reports").update(unit=personnel)
    PersonReport.objects.filter(pk=report.pk).update(owner=personnel)
    assert seen_by(cast, report) == {"personnel_clerk"}


def test_without_a_holder_nothing_is_taken_and_a_sentence_says_so(cast: Cast) -> None:
    from bureau.workflow.refusals import Invalid

    HeldCapability.objects.filter(capability="office.person_reports").delete()
    with pytest.raises(Invalid):
        reports.sent()
    assert not PersonReport.objects.exists()


def test_the_demo_shows_two_reports_to_the_discipline_unit(cast: Cast) -> None:
    from bureau.demo import DemoRun
    from sections.office.person_reports.demo import seed

    said: list[str] = []
    seed(DemoRun("small", "jinzhong", reports.TODAY, "", said.append))
    found = permitted(cast.discipline_officer, "view", PersonReport)
    assert sorted(found.values_list("status", "is_anonymous")) == [("received", True), ("verifying", False)]
    assert len(said) == 1
