"""All or nothing: killed at any row nothing stays; what the register says counts at the moment of saving."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from bureau.audit.models import Event
from bureau.charter.models import Membership, Remit
from bureau.jobs import draining
from bureau.jobs.models import Job
from bureau.sheets import tasks
from bureau.sheets.declare import SHEETS, Scope
from bureau.sheets.models import SheetUpload, oldest
from bureau.sheets.saving import NotSaved, save_upload
from bureau.sheets.uploading import check_upload, correct, remove_old, saved_before, table_of, take
from schools.models import School, SchoolChange
from tests.bureau.sheets.books import HEADS, xlsx
from tests.factories.schools import SchoolFactory

ROSTER = SHEETS["schools.roster"]
NEW = (*HEADS, "办学类型", "举办者类型", "城乡类型", "所在县区")
ROW = ("小学", "831", "111", "榆次区")


class Killed(BaseException):
    """The process is gone: nothing catches this."""


def uploaded(content, by):
    scope = ROSTER.scopes(by)[0]
    return check_upload(take(sheet=ROSTER, scope=scope, name="x.xlsx", content=content, by=by), by=by)


@pytest.fixture
def adder(cast):
    """Somebody whose remit lets him add schools."""
    from bureau.access.services import may_add

    return next(user for user in cast.people().values() if may_add(user, School))


@pytest.fixture
def roster(cast):
    schools = SchoolFactory.create_batch(4)
    from bureau.access.remits import apply_remits

    apply_remits(objects=schools)
    return schools


def test_a_new_school_that_no_remit_covers_is_refused_in_the_dry_run(cast, adder):
    Remit.objects.filter(over="school", verbs__icontains="add").update(filters={"stages": ["preschool"]})
    upload = uploaded(xlsx(NEW, ("2114997771", "新办小学", "新路1号", *ROW)), adder)
    assert upload.report["counts"]["faulty"] == 1
    assert "not yours to add" in str(upload.report["faults"])


def test_new_schools_are_entered_with_unit_stages_and_rights(cast, adder):
    rows = [("2114997771", "新办小学", "新路1号", *ROW)]
    upload = uploaded(xlsx(NEW, *rows), adder)
    assert upload.report["faults"] == []
    save_upload(upload, by=adder)
    school = School.objects.get(code="2114997771")
    assert (school.status, school.stages.get().stage) == ("open", "primary")
    assert school.unit.parent == school.managed_by


def test_a_new_row_without_what_it_must_have_is_an_error_in_every_missing_cell(cast, adder):
    upload = uploaded(xlsx(HEADS, ("2114997771", "新办小学", "新路1号")), adder)
    columns = {one["column"] for one in upload.report["faults"]}
    assert columns == {"school_type", "organiser", "area_class", "district"}


def test_a_school_without_a_code_is_asked_about_and_then_proposed(cast, adder):
    upload = uploaded(xlsx(NEW, ("", "拟建小学", "新路1号", *ROW)), adder)
    with pytest.raises(NotSaved, match="unusual"):
        save_upload(upload, by=adder)
    correct(upload, corrections={}, right=upload.report["doubt_signs"], by=adder)
    save_upload(upload, by=adder)
    assert School.objects.get(name_zh="拟建小学").status == "proposed"


def test_who_may_not_add_gets_the_sentence_and_nothing_else(cast, roster):
    upload = uploaded(xlsx(NEW, ("2114997771", "新办小学", "新路1号", *ROW)), cast.district_reviewer)
    assert "among those that you keep" in upload.report["faults"][0]["sentence"]


def test_the_same_file_a_second_time_finds_nothing_to_save(cast, roster):
    content = xlsx(HEADS, (roster[0].code, roster[0].name_zh, "新址"))
    first = uploaded(content, cast.basic_clerk)
    second = uploaded(content, cast.basic_clerk)
    save_upload(first, by=cast.basic_clerk)
    assert saved_before(second) == first
    with pytest.raises(NotSaved):
        save_upload(second, by=cast.basic_clerk)
    assert SchoolChange.objects.filter(school=roster[0]).count() == 1


def test_a_right_that_ends_before_saving_ends_the_import(cast, roster):
    upload = uploaded(xlsx(HEADS, (roster[0].code, roster[0].name_zh, "新址")), cast.basic_clerk)
    Membership.objects.filter(user=cast.basic_clerk).update(until=date(2024, 1, 1))
    with pytest.raises(PermissionDenied):
        save_upload(upload, by=cast.basic_clerk)
    assert School.objects.get(pk=roster[0].pk).address != "新址"


def test_a_right_that_ends_while_saving_undoes_it(cast, roster, monkeypatch):
    upload = uploaded(xlsx(HEADS, (roster[0].code, roster[0].name_zh, "新址")), cast.basic_clerk)
    import schools.sheets

    real = schools.sheets.change_schools

    def revoked(edits, *, by):
        done = real(edits, by=by)
        Membership.objects.filter(user=cast.basic_clerk).update(until=date(2024, 1, 1))
        return done

    monkeypatch.setattr(schools.sheets, "change_schools", revoked)
    with pytest.raises(PermissionDenied):
        save_upload(upload, by=cast.basic_clerk)
    assert School.objects.get(pk=roster[0].pk).address != "新址"


@pytest.fixture
def in_background(settings, monkeypatch):
    monkeypatch.setattr(type(ROSTER), "job_rows", 1)


def begun(upload, kind, by):
    url = reverse("desk:schools:school_sheet_roster_upload", args=[upload.pk])
    job = tasks.start(upload, kind, by=by, title="x", url=url)
    draining.drain()
    job.refresh_from_db()
    return job


def test_long_files_are_checked_and_saved_by_jobs_as_the_person(cast, roster, in_background):
    content = xlsx(HEADS, *[(school.code, school.name_zh, "新址") for school in roster])
    upload = take(sheet=ROSTER, scope=Scope(), name="x.xlsx", content=content, by=cast.basic_clerk)
    job = begun(upload, "check", cast.basic_clerk)
    assert (job.status, job.done, job.total) == ("done", 4, 4)
    assert School.objects.filter(address="新址").count() == 0
    assert begun(upload, "save", cast.basic_clerk).status == "done"
    assert School.objects.filter(address="新址").count() == 4
    assert Event.objects.get(action="sheets.upload.saved").actor_id == cast.basic_clerk.pk


def test_a_save_job_killed_half_way_leaves_nothing_and_runs_again(cast, roster, monkeypatch):
    content = xlsx(HEADS, *[(school.code, school.name_zh, "新址") for school in roster])
    upload = uploaded(content, cast.basic_clerk)
    import schools.sheets

    real, calls = schools.sheets.change_schools, iter(range(100))

    def killed(edits, *, by):
        if next(calls) == 3:
            raise Killed
        return real(edits, by=by)

    monkeypatch.setattr("bureau.sheets.saving.SHEET_BATCH", 1)

    tasks.start(upload, "save", by=cast.basic_clerk, title="x", url="/desk/")
    with monkeypatch.context() as patched:
        patched.setattr(schools.sheets, "change_schools", killed)
        with pytest.raises(Killed):
            draining.drain()
    assert School.objects.filter(address="新址").count() == 0
    draining.sweep(timezone.now() + timedelta(hours=1))
    from bureau.outbox.models import Effect

    Effect.objects.filter(status="waiting").update(due_at=timezone.now())
    draining.drain()
    assert Job.objects.get(kind="sheets.save").status == "done"
    assert School.objects.filter(address="新址").count() == 4


def test_a_file_that_was_saved_can_still_be_looked_into(cast, roster):
    upload = uploaded(xlsx(HEADS, (roster[0].code, roster[0].name_zh, "新址")), cast.basic_clerk)
    table = table_of(upload)
    assert "table" not in save_upload(upload, by=cast.basic_clerk).__dict__
    assert [list(row) for row in table_of(upload).rows] == [list(row) for row in table.rows]


def test_a_job_whose_owner_lost_the_right_fails_with_the_reason(cast, roster):
    upload = uploaded(xlsx(HEADS, (roster[0].code, roster[0].name_zh, "新址")), cast.basic_clerk)
    tasks.start(upload, "save", by=cast.basic_clerk, title="x", url="/desk/")
    Membership.objects.filter(user=cast.basic_clerk).update(until=date(2024, 1, 1))
    draining.drain()
    job = Job.objects.get()
    assert job.status == "failed"
    assert job.message
    assert School.objects.get(pk=roster[0].pk).address != "新址"


def test_uploads_are_stored_unreadable_and_gone_after_their_term(cast, roster):
    upload = uploaded(xlsx(HEADS, (roster[0].code, roster[0].name_zh, "很秘密的地址")), cast.basic_clerk)
    with connection.cursor() as cursor:
        cursor.execute('SELECT "table", report FROM sheets_sheetupload')
        stored = b"".join(bytes(part) for part in cursor.fetchone())
    assert "很秘密的地址".encode() not in stored
    SheetUpload.objects.filter(pk=upload.pk).update(created_at=oldest(timezone.now()) - timedelta(minutes=1))
    assert remove_old() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_new_school_saved_at_once_enter_it_once(cast, adder):
    content = xlsx(NEW, ("2114997771", "新办小学", "新路1号", *ROW))
    uploads = [uploaded(content, adder) for _number in range(2)]
    start, outcomes = Barrier(2), []

    def saving(upload):
        start.wait()
        try:
            save_upload(upload, by=adder)
            outcomes.append("saved")
        except NotSaved as refusal:
            outcomes.append(refusal.sentence)
        finally:
            connection.close()

    threads = [Thread(target=saving, args=[upload]) for upload in uploads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("saved") == 1
    assert School.objects.filter(code="2114997771").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_save_job_is_seen_to_move_while_nothing_of_it_is_committed(cast, roster, monkeypatch):
    upload = uploaded(xlsx(HEADS, *[(one.code, one.name_zh, "新址") for one in roster]), cast.basic_clerk)
    job = tasks.start(upload, "save", by=cast.basic_clerk, title="x", url="/desk/")
    seen = []
    import schools.sheets

    real = schools.sheets.change_schools

    def watched(edits, *, by):
        if not seen:
            thread = Thread(target=look)
            thread.start()
            thread.join()
        return real(edits, by=by)

    def look():
        now = Job.objects.get(pk=job.pk)
        seen.append((now.status, now.done, now.total, School.objects.filter(address="新址").count()))
        connection.close()

    monkeypatch.setattr(schools.sheets, "change_schools", watched)
    draining.drain()
    assert seen == [("running", 2, 4, 0)]
    job.refresh_from_db()
    assert (job.status, job.done) == ("done", 4)


def test_an_edit_after_the_check_is_named_and_nothing_is_saved(cast, roster):
    upload = uploaded(xlsx(HEADS, *[(one.code, one.name_zh, "新址") for one in roster]), cast.basic_clerk)
    School.objects.filter(pk=roster[1].pk).update(address="别处")
    with pytest.raises(NotSaved, match="changed since this file was checked"):
        save_upload(upload, by=cast.basic_clerk)
    assert not School.objects.filter(address="新址").exists()
