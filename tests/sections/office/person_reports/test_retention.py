"""A report that is over loses every word of it; the unit is warned before, without a number."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from bureau.workflow.items import disagreements
from sections.office.letters.models import RetentionRule
from sections.office.person_reports import retention
from sections.office.person_reports.models import PersonReport, ReportedPerson, ReportRetentionNotice
from tests.cast import Cast
from tests.factories import person_reports as reports

pytestmark = pytest.mark.django_db


def hold() -> None:
    """Nobody takes the work over."""


def over(cast: Cast) -> PersonReport:
    report = reports.closed(cast, account=cast.basic_clerk)
    day = timezone.localdate() - timedelta(days=366 * 11)
    PersonReport.objects.filter(pk=report.pk).update(closed_on=day)
    report.refresh_from_db()
    return report


def test_the_unit_is_warned_then_every_word_goes(cast: Cast) -> None:
    report, young = over(cast), reports.closed(cast)
    assert retention.forget_reports(hold) == 0
    assert (retention.warn_units(), retention.warn_units()) == (1, 0)
    sent = Notice.objects.filter(kind="person_reports.retention")
    assert sent.exists() and report.number not in str(list(sent.values()))
    ReportRetentionNotice.objects.update(due_on=timezone.localdate())
    assert (retention.forget_reports(hold), retention.forget_reports(hold)) == (1, 0)
    report.refresh_from_db(), young.refresh_from_db()
    words = [getattr(report, name) for name in (*retention.NEEDED, *retention.OTHERS)]
    assert set(words) == {"—", ""}
    assert [note.text for note in report.notes.all()] == ["—"]
    assert not ReportedPerson.objects.filter(report=report).exists()
    assert young.body != "—"
    assert list(disagreements()) == []


def test_it_is_kept_longer_by_the_unit_alone_and_without_a_rule_for_good(cast: Cast) -> None:
    report, today = over(cast), timezone.localdate()
    retention.warn_units()
    until = {"until": today + timedelta(days=400)}
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(report, "keep_longer", by=cast.office_chief, data=until, reason="A court asks.")
    report = workflow.perform(
        report, "keep_longer", by=cast.discipline_officer, data=until, reason="A court asks."
    )
    assert report.retention_notice.due_on == today + timedelta(days=401)
    ReportRetentionNotice.objects.update(due_on=today)
    RetentionRule.objects.filter(kind="person_report").delete()
    assert retention.forget_reports(hold) == 0
