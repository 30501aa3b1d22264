"""The way of a report: arrived, registered, verified, closed; the clocks of a reporter by real name."""

from __future__ import annotations

import pytest
from django.db import connection

from bureau.accounts.principals import PUBLIC
from bureau.audit.models import Event
from bureau.deadlines import selectors as deadlines
from bureau.notices.models import Notice, OutgoingMessage
from bureau.workflow import services as workflow
from bureau.workflow.models import HistoryEntry, WorkItem
from bureau.workflow.refusals import Invalid, NotPermitted, WrongState
from sections.office.person_reports.choices import Status
from sections.office.person_reports.clocks import ACCEPTANCE, RESULT
from sections.office.person_reports.models import PersonReport, VerificationNote
from sections.office.person_reports.selectors import count_by_month
from tests.cast import Cast
from tests.factories import person_reports as reports

pytestmark = pytest.mark.django_db


def waits_for(report: PersonReport) -> list[tuple[str, str]]:
    rows = WorkItem.objects.filter(kind="office.personreport", object_id=report.pk).select_related("unit")
    return [(row.unit.key, row.verb) for row in rows]


def test_a_report_by_real_name_goes_its_way_and_both_notices_are_awaited(cast: Cast) -> None:
    report = reports.sent().report
    assert report.number.startswith("R2026-")
    assert report.is_by_real_name and not report.is_anonymous
    assert deadlines.open_clock(ACCEPTANCE, report).rule.length == 15
    officer = cast.discipline_officer
    report = workflow.perform(
        report, "register", by=officer, data={"is_by_real_name": True, "accused_account": None}
    )
    report = workflow.perform(report, "tell", by=officer, data={"on": report.received_on})
    assert deadlines.open_clock(ACCEPTANCE, report) is None
    report = workflow.perform(report, "verify", by=officer)
    data = {"result": "unsubstantiated", "finding": "Nothing was found."}
    report = workflow.perform(report, "close", by=officer, data=data)
    assert report.status == Status.UNSUBSTANTIATED
    assert deadlines.open_clock(RESULT, report) is not None
    assert waits_for(report) == [("discipline", "tell")]
    report = workflow.perform(report, "tell_result", by=officer, data={"on": report.closed_on})
    assert deadlines.open_clock(RESULT, report) is None
    assert waits_for(report) == []


def test_an_anonymous_report_has_no_clock_and_nobody_to_tell(cast: Cast) -> None:
    report = reports.closed(cast, name="", phone="", real=True)
    assert report.is_anonymous and not report.is_by_real_name
    assert list(deadlines.clocks_of(report)) == []
    assert waits_for(report) == []
    with pytest.raises(NotPermitted):
        workflow.perform(report, "tell_result", by=cast.discipline_officer, data={"on": report.closed_on})


def test_a_name_that_turns_out_false_stops_the_clock(cast: Cast) -> None:
    report = reports.registered(cast, real=False)
    assert not report.is_by_real_name
    assert deadlines.open_clock(ACCEPTANCE, report) is None


def test_a_report_that_is_referred_waits_until_the_reporter_is_told(cast: Cast) -> None:
    report = reports.registered(cast)
    data = {"referred_to": "County commission"}
    report = workflow.perform(report, "refer", by=cast.discipline_officer, data=data)
    assert (report.status, waits_for(report)) == (Status.REFERRED, [("discipline", "tell")])
    report = workflow.perform(report, "tell", by=cast.discipline_officer, data={"on": report.closed_on})
    assert (report.status, waits_for(report)) == (Status.REFERRED, [])


def test_a_clerk_of_the_unit_registers_and_does_not_decide(cast: Cast) -> None:
    from bureau.charter.choices import Role
    from bureau.charter.models import Unit
    from tests.cast import person

    clerk = person("discipline_clerk", (Unit.objects.get(key="discipline"), Role.CLERK))
    data = {"is_by_real_name": True, "accused_account": None}
    report = workflow.perform(reports.sent().report, "register", by=clerk, data=data)
    for step in ("verify", "refer"):
        with pytest.raises(NotPermitted):
            workflow.perform(report, step, by=clerk, data={"referred_to": "x"})


def test_nobody_closes_what_was_not_verified(cast: Cast) -> None:
    with pytest.raises(WrongState):
        workflow.perform(
            reports.registered(cast), "close", by=cast.discipline_officer, data={"result": "substantiated"}
        )


def test_a_closing_names_one_of_the_three_results(cast: Cast) -> None:
    report = reports.verified(cast)
    with pytest.raises(Invalid):
        workflow.perform(
            report, "close", by=cast.discipline_officer, data={"result": "received", "finding": "x"}
        )


def test_the_same_form_sent_twice_is_one_report_with_one_code(cast: Cast) -> None:
    first, second = reports.sent(token="one"), reports.sent(token="one")
    assert (first.report.pk, first.code) == (second.report.pk, second.code)
    assert PersonReport.objects.count() == 1


def test_a_failure_in_the_last_step_leaves_neither_report_nor_number(cast: Cast, monkeypatch) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("sections.office.person_reports.services._keep_from", broken)
    with pytest.raises(RuntimeError):
        reports.sent()
    monkeypatch.undo()
    assert not PersonReport.objects.exists()
    assert reports.sent().report.number.endswith("-000001")


def test_no_visitor_registers_what_he_sends(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        workflow.perform(PersonReport(), "enter", by=PUBLIC, data={**ENTERED, "received_on": reports.TODAY})


ENTERED = {
    "channel": "phone",
    "accused_name": "Zhao Invented",
    "accused_post": "",
    "accused_unit": "",
    "accused_account": None,
    "subject": "Canteen",
    "body": "A caller says…",
    "reporter_name": "",
    "reporter_phone": "",
    "reporter_address": "",
}


def test_the_unit_enters_what_came_by_telephone(cast: Cast) -> None:
    from sections.office.person_reports.services import enter_report

    report = enter_report(values={**ENTERED, "received_on": reports.TODAY}, by=cast.discipline_officer)
    assert (report.status, report.received_on) == (Status.REGISTERED, reports.TODAY)
    assert report.is_anonymous


# -- what is written where --------------------------------------------------------------------------------

MARKS = {
    "accused_name": "Canaccusedname",
    "accused_post": "Canaccusedpost",
    "accused_unit": "Canaccusedunit",
    "subject": "Cansubject",
    "body": "Canbody",
    "name": "Canreporter",
    "phone": "13912345678",
}


def whole_database() -> str:
    """Every cell of every table, as the database itself holds it: what a copy of it would tell."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [repr(row) for row in cursor.fetchall()]
    return "\n".join(found)


def test_a_copy_of_the_database_tells_nothing_of_a_report(cast: Cast) -> None:
    report = reports.sent(**MARKS).report
    officer = cast.discipline_officer
    data = {"is_by_real_name": True, "accused_account": cast.principal}
    report = workflow.perform(report, "register", by=officer, data=data)
    report = workflow.perform(report, "verify", by=officer)
    report = workflow.perform(report, "note", by=officer, data={"text": "Cannote"})
    data = {"result": "substantiated", "finding": "Canfinding"}
    report = workflow.perform(report, "close", by=officer, data=data)
    referred = reports.registered(cast)
    workflow.perform(referred, "refer", by=officer, data={"referred_to": "Canbodyelsewhere"})
    stored = whole_database()
    assert report.number in stored
    words = [*MARKS.values(), "Cannote", "Canfinding", "Canbodyelsewhere"]
    assert [word for word in words if word in stored] == []
    assert PersonReport.objects.get(pk=report.pk).finding == "Canfinding"
    assert VerificationNote.objects.get(report=report).text == "Cannote"


def test_history_audit_and_notices_hold_no_word_and_nothing_leaves_by_mail(cast: Cast) -> None:
    cast.discipline_officer.email = "officer@example.com"
    cast.discipline_officer.save()
    report = reports.closed(cast, **MARKS)
    assert set(HistoryEntry.objects.filter(kind="office.personreport").values_list("reason", flat=True)) == {
        ""
    }
    assert not Event.objects.filter(object_kind="office.personreport").exclude(reason="").exists()
    notices = Notice.objects.filter(object_kind="office.personreport")
    assert {(notice.user, tuple(notice.params.items())) for notice in notices} == {
        (cast.discipline_officer, (("number", report.number),))
    }
    assert not OutgoingMessage.objects.exists()


def test_the_figures_get_one_number_for_each_month(cast: Cast) -> None:
    from sections.office.person_reports.services import enter_report

    for day in ("2026-03-02", "2026-03-30", "2026-05-04"):
        values = {**ENTERED, "received_on": reports.date.fromisoformat(day)}
        enter_report(values=values, by=cast.discipline_officer)
    found = count_by_month(until=reports.date(2026, 12, 31))
    assert [(row.month.isoformat(), row.count) for row in found] == [("2026-03-01", 2), ("2026-05-01", 1)]
    assert [row.count for row in count_by_month(since=reports.date(2026, 4, 1))] == [1]
