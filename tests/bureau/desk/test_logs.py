"""Notices, jobs, outgoing messages and the audit on the screen."""

import pytest
from django.urls import reverse

from bureau.access.services import Decision
from bureau.accounts.principals import System
from bureau.audit.services import record
from bureau.jobs.kinds import JOB_KINDS, JobKind
from bureau.jobs.models import Job
from bureau.notices.kinds import KINDS, NoticeKind
from bureau.notices.models import Notice, OutgoingMessage
from bureau.notices.services import tell
from bureau.outbox.models import Effect

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind(monkeypatch):
    monkeypatch.setitem(KINDS._entries, "t.hello", NoticeKind("t.hello", title="Hello from %(section)s"))
    return "t.hello"


@pytest.fixture
def as_person(client, cast):
    def sign_in(name):
        person = getattr(cast, name)
        client.force_login(person)
        return person

    return sign_in


@pytest.fixture
def failed_job(monkeypatch, cast):
    kind = JobKind("t.job", "A kind of job", lambda user, payload: Decision(True), lambda run: None)
    monkeypatch.setitem(JOB_KINDS._entries, "t.job", kind)
    return Job.objects.create(kind="t.job", title="Make the slips", owner=cast.basic_clerk, status="failed")


@pytest.mark.parametrize(("name", "workspace"), [("basic_clerk", "desk"), ("principal", "school")])
def test_a_notice_is_listed_in_the_workspace_of_its_reader(client, as_person, kind, name, workspace):
    person = as_person(name)
    tell(kind, to=[person], params={"section": "Office"}, url=f"/{workspace}/")
    assert "Hello from Office" in client.get(reverse(f"{workspace}:notices")).content.decode()


def test_somebody_elses_notice_is_not_listed(client, as_person, cast, kind):
    as_person("basic_clerk")
    tell(kind, to=[cast.office_clerk], params={"section": "Office"})
    assert "Hello from" not in client.get(reverse("desk:notices")).content.decode()


def test_reading_the_list_marks_nothing(client, as_person, kind):
    person = as_person("basic_clerk")
    tell(kind, to=[person], params={"section": "Office"})
    client.get(reverse("desk:notices"))
    assert Notice.objects.get().read_at is None


def test_one_notice_is_marked_as_read(client, as_person, kind):
    person = as_person("basic_clerk")
    first, second = (tell(kind, to=[person], params={"section": name})[0] for name in "AB")
    client.post(reverse("desk:notices_read"), {"notice": first.pk})
    assert list(Notice.objects.filter(read_at__isnull=True)) == [second]


def test_all_notices_are_marked_as_read_but_only_mine(client, as_person, cast, kind):
    person = as_person("basic_clerk")
    tell(kind, to=[person, cast.office_clerk], params={"section": "A"})
    client.post(reverse("desk:notices_read"))
    assert list(Notice.objects.filter(read_at__isnull=True).values_list("user", flat=True)) == [
        cast.office_clerk.pk
    ]


@pytest.mark.parametrize("wanted", ["x", "9" * 40, "１", "-1", ""])
def test_a_key_that_is_no_number_marks_nothing(client, as_person, kind, wanted):
    tell(kind, to=[as_person("basic_clerk")], params={"section": "A"})
    assert client.post(reverse("desk:notices_read"), {"notice": wanted}).status_code == 302
    assert Notice.objects.get().read_at is None


def test_older_notices_stand_on_a_further_page(client, as_person, kind):
    person = as_person("basic_clerk")
    for number in range(51):
        tell(kind, to=[person], params={"section": f"No. {number}."})
    page = client.get(reverse("desk:notices"))
    assert "No. 0." not in page.content.decode()
    assert "No. 0." in client.get(reverse("desk:notices") + page.context["slice"].older_url).content.decode()


def test_the_owner_sees_a_job_and_runs_it_again(client, as_person, failed_job):
    as_person("basic_clerk")
    assert (
        reverse("desk:job_retry", args=[failed_job.pk])
        in client.get(reverse("desk:job", args=[failed_job.pk])).content.decode()
    )
    client.post(reverse("desk:job_retry", args=[failed_job.pk]))
    failed_job.refresh_from_db()
    assert (failed_job.status, Effect.objects.filter(task="jobs.run").count()) == ("waiting", 1)


def test_the_system_administrator_sees_a_job_without_running_it(client, as_person, failed_job):
    as_person("system_admin")
    page = client.get(reverse("desk:job", args=[failed_job.pk])).content.decode()
    assert "Make the slips" in page
    assert reverse("desk:job_retry", args=[failed_job.pk]) not in page
    assert client.post(reverse("desk:job_retry", args=[failed_job.pk])).status_code == 403


def test_nobody_else_sees_a_job(client, as_person, failed_job):
    as_person("office_chief")
    assert client.get(reverse("desk:job", args=[failed_job.pk])).status_code == 404
    assert "Make the slips" not in client.get(reverse("desk:jobs")).content.decode()


@pytest.mark.parametrize(
    ("name", "page", "status"),
    [
        ("auditor", "desk:audit", 200),
        ("system_admin", "desk:audit", 403),
        ("security_admin", "desk:audit", 403),
        ("bureau_leader", "desk:audit", 403),
        ("system_admin", "desk:outgoing", 200),
        ("auditor", "desk:outgoing", 403),
        ("basic_clerk", "desk:outgoing", 403),
        ("principal", "desk:jobs", 403),
        ("principal", "school:jobs", 200),
        ("basic_clerk", "desk:jobs", 200),
    ],
)
def test_who_may_open_which_log(client, as_person, name, page, status):
    as_person(name)
    assert client.get(reverse(page)).status_code == status


def entries(client, **wanted):
    return [line.event.action for line in client.get(reverse("desk:audit"), wanted).context["lines"]]


def test_the_audit_is_narrowed_by_each_field(client, as_person, cast):
    as_person("auditor")
    record("test.seen", by=cast.basic_clerk, obj=cast.school)
    record("test.tried", by=cast.office_clerk, refused=True)
    assert entries(client, person=cast.basic_clerk.username) == ["test.seen"]
    assert entries(client, act="tried") == ["test.tried"]
    assert entries(client, record=f"schools.school {cast.school.pk}") == ["test.seen"]
    assert entries(client, refused="on") == ["test.tried"]
    assert entries(client, until="2020-01-01") == []


def test_a_day_that_is_none_shows_no_entry_and_says_so(client, as_person, cast):
    as_person("auditor")
    record("test.seen", by=cast.basic_clerk)
    page = client.get(reverse("desk:audit"), {"since": "2026-02-31"})
    assert page.context["lines"] == []
    assert page.context["form"].errors


def test_the_audit_says_how_it_stands_itself(client, as_person):
    as_person("auditor")
    record("audit.verified", by=System("audit"), detail={"faults": 1})
    assert client.get(reverse("desk:audit")).context["standing"].is_sound is False


def test_the_trial_shows_the_text_of_a_message(client, as_person, settings):
    as_person("system_admin")
    settings.IS_DEMO = True
    OutgoingMessage.objects.create(channel="email", address="a@example.org", body="Hello", status="shown")
    assert "a@example.org" in client.get(reverse("desk:outgoing")).content.decode()


def test_in_production_nobody_reads_the_text_of_a_message(client, as_person, settings):
    as_person("system_admin")
    settings.IS_DEMO = False
    OutgoingMessage.objects.create(channel="email", address="a@example.org", body="Hello")
    assert "a@example.org" not in client.get(reverse("desk:outgoing")).content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("page", ["desk:jobs", "desk:notices", "desk:outgoing"])
def test_a_log_renders_in_both_languages(client, as_person, page, language):
    person = as_person("system_admin")
    person.language = language
    person.save()
    assert client.get(reverse(page)).status_code == 200


def test_acts_kinds_and_fields_are_told_in_words(client, as_person, cast):
    as_person("auditor")
    record("accounts.user.signed_in", by=cast.basic_clerk, obj=cast.basic_clerk, fields=["name"])
    line = next(iter(client.get(reverse("desk:audit")).context["lines"]))
    assert (line.act, line.kind, line.fields) == ("登录成功", "人员", "姓名")
