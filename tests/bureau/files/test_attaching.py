"""A file and its row come together or not at all; who may add what, and how much."""

import errno
import hashlib
import io
import os
import resource
import subprocess
import sys
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC, Holder
from bureau.audit.models import Event
from bureau.files import keeping, services, storage
from bureau.files.kinds import CARRIERS
from bureau.files.models import Attachment
from bureau.files.refusals import FileRefused, NoRoom, NotOpen
from bureau.files.rules import VERBS, permitted_on
from bureau.workflow.services import perform
from tests.bureau.files import corpus
from tests.cast import person


def other_pdf(number):
    return corpus.pdf(catalog=f"/Note{number} 1")


def test_a_file_is_stored_under_a_random_name_with_its_digest(attach, stored, root, cast):
    row = attach()
    assert stored() == [row.stored_as]
    assert "批复" not in row.stored_as
    assert (root / row.stored_as).read_bytes() == corpus.pdf()
    assert row.sha256 == hashlib.sha256(corpus.pdf()).hexdigest()
    assert row.size == len(corpus.pdf())
    assert (row.added_by_id, row.added_by_name) == (cast.principal.pk, cast.principal.audit_name)
    assert oct((root / row.stored_as).stat().st_mode)[-3:] == "600"


def test_adding_is_audited_without_the_name_of_the_file(attach):
    row = attach()
    event = Event.objects.get(action="files.attachment.added")
    assert event.object_id == str(row.pk)
    assert event.detail["record"] == f"schools.school:{row.record_id}"
    assert "批复" not in str(event.detail)


def test_who_may_not_change_the_record_adds_nothing(attach, stored, cast):
    for stranger in (cast.other_principal, cast.auditor, cast.outsider, cast.inactive, PUBLIC):
        with pytest.raises(PermissionDenied):
            attach(by=stranger)
    assert stored() == [] and not Attachment.objects.exists()


def test_a_kind_that_the_record_does_not_carry_is_refused(attach, stored):
    with pytest.raises(FileRefused, match="no files of this kind"):
        attach(kind="evidence")
    assert stored() == []


def test_a_record_that_has_ended_takes_no_files(attach, cast):
    cast.school.status = "closed"
    cast.school.save()
    with pytest.raises((FileRefused, PermissionDenied)):
        attach(by=cast.basic_officer)


def test_the_same_file_is_taken_once(attach, stored):
    attach()
    with pytest.raises(FileRefused, match="on the record already"):
        attach(name="again.pdf")
    assert len(stored()) == 1


def test_a_kind_takes_as_many_files_as_it_says(attach, stored):
    for number in range(5):
        attach(other_pdf(number))
    with pytest.raises(FileRefused, match="5 files of this kind already"):
        attach(other_pdf(5))
    assert len(stored()) == Attachment.objects.count() == 5


def test_the_files_of_one_record_have_a_common_limit(attach, stored, settings):
    settings.FILES_RECORD_MB = 1
    attach(corpus.pdf(objects=(b"x" * 700_000,)))
    with pytest.raises(FileRefused, match="1 MB together"):
        attach(corpus.pdf(objects=(b"y" * 700_000,)), kind="licence")
    assert len(stored()) == 1


def test_one_person_adds_so_much_a_day(attach, stored, settings, cast):
    settings.FILES_DAY_MB = 1
    attach(corpus.pdf(objects=(b"x" * 700_000,)))
    with pytest.raises(FileRefused, match="1 MB today"):
        attach(corpus.pdf(objects=(b"y" * 700_000,)))
    attach(corpus.pdf(objects=(b"y" * 700_000,)), by=cast.basic_clerk)
    assert len(stored()) == 2


def test_what_was_withdrawn_today_still_counts_for_the_day(attach, settings, cast):
    settings.FILES_DAY_MB = 1
    row = attach(corpus.pdf(objects=(b"x" * 700_000,)))
    services.withdraw(row, by=cast.principal, reason="Wrong page")
    with pytest.raises(FileRefused, match="today"):
        attach(corpus.pdf(objects=(b"y" * 700_000,)))


def test_with_too_little_room_on_the_disk_nothing_more_is_taken(attach, stored, settings):
    settings.FILES_FREE_MB = 10**9
    with pytest.raises(NoRoom, match="no room"):
        attach()
    assert stored() == [] and not Attachment.objects.exists()


def test_a_row_that_cannot_be_written_leaves_no_file(attach, stored, monkeypatch):
    """The audit is the last thing written in the transaction."""

    def fails(*args, **kwargs):
        raise RuntimeError("the audit is away")

    monkeypatch.setattr("bureau.files.services.audit.record", fails)
    with pytest.raises(RuntimeError):
        attach()
    assert stored() == [] and not Attachment.objects.exists()


class FullDisk(io.BytesIO):
    """Breaks off after its first part, as a disk does that fills up."""

    def __init__(self, body, number):
        super().__init__(body)
        self.number = number

    def read(self, size=-1):
        if self.tell():
            raise OSError(self.number, os.strerror(self.number))
        return super().read(size)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG])
def test_a_write_that_breaks_off_leaves_no_part_of_a_file(stored, number):
    with pytest.raises(NoRoom):
        storage.write(FullDisk(b"x" * 200_000, number))
    assert stored() == []


LIMITED = """
import io, resource, signal, sys
sys.path[:0] = {path!r}
from django.conf import settings
settings.configure(FILES_ROOT={root!r}, USE_I18N=False)
from bureau.files import storage
from bureau.files.refusals import NoRoom
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    storage.write(io.BytesIO(b"x" * 300_000))
except NoRoom:
    print("no room")
small = storage.write(io.BytesIO(b"y" * 1000))
print(small.size)
"""


def test_the_operating_system_stops_a_write_and_the_next_one_goes_on(root, stored):
    """RLIMIT_FSIZE, in a process of its own: half a file is never left, and it works again at once."""
    assert resource.RLIMIT_FSIZE is not None
    script = LIMITED.format(path=sys.path, root=str(root))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stdout.split("\n")[:2] == ["no room", "1000"], done.stderr
    assert len(stored()) == 1


def test_a_file_is_seen_with_its_record_and_by_nobody_else(attach, cast):
    row = attach()
    seen = {
        name
        for name, user in cast.people().items()
        if permitted(user, "view", Attachment).filter(pk=row.pk).exists()
    }
    school = {
        name
        for name, user in cast.people().items()
        if permitted(user, "view", type(cast.school)).filter(pk=cast.school.pk).exists()
    }
    assert seen == school
    assert "other_principal" not in seen and {"principal", "basic_clerk", "district_reviewer"} <= seen
    for nobody in (PUBLIC, Holder("schools.school", cast.school.pk), Holder("files.attachment", row.pk)):
        assert not permitted(nobody, "view", Attachment).exists()


def test_a_file_of_a_kind_that_is_no_longer_declared_is_seen_by_nobody(attach, cast):
    row = attach()
    Attachment.objects.filter(pk=row.pk).update(kind="gone")
    assert not permitted(cast.principal, "view", Attachment).exists()
    with pytest.raises(PermissionDenied):
        services.open_content(row, by=cast.principal)


def test_a_right_that_is_gone_between_the_page_and_the_click_is_gone(attach, cast):
    row = attach()
    clerk = person("new_clerk", (cast.school.unit, "school_clerk"))
    assert services.open_content(row, by=clerk).read() == corpus.pdf()
    clerk.memberships.all().delete()
    with pytest.raises(PermissionDenied):
        services.open_content(row, by=clerk)


def test_a_withdrawn_file_is_out_of_reach_and_its_reason_stays(attach, cast):
    row = services.withdraw(attach(), by=cast.principal, reason="The seal is missing.")
    assert row.withdrawal == "The seal is missing."
    with pytest.raises(NotOpen, match="withdrawn"):
        services.open_content(row, by=cast.principal)
    assert Event.objects.get(action="files.attachment.withdrawn").reason == "The seal is missing."
    with pytest.raises(ValidationError, match="already"):
        services.withdraw(row, by=cast.principal, reason="Again")


def test_a_withdrawal_needs_a_reason_and_the_right(attach, cast):
    row = attach()
    with pytest.raises(ValidationError):
        services.withdraw(row, by=cast.principal, reason="  ")
    for stranger in (cast.district_reviewer, cast.other_principal, cast.auditor):
        with pytest.raises(PermissionDenied):
            services.withdraw(row, by=stranger, reason="No")
    row.refresh_from_db()
    assert row.withdrawn_at is None


def test_the_content_of_a_withdrawn_file_goes_after_its_term(attach, cast, stored, settings):
    row = services.withdraw(attach(), by=cast.principal, reason="Wrong")
    assert keeping.remove_outdated() == 0
    settings.FILES_KEPT_DAYS = -1
    assert keeping.remove_outdated() == 1
    work()
    row.refresh_from_db()
    assert row.removed_at and stored() == []
    assert keeping.reconcile().is_sound


def test_deleting_the_record_removes_its_files_after_the_commit(attach, cast, stored, school_to_delete):
    row = attach(record=school_to_delete, by=cast.basic_clerk)
    school_to_delete.delete()
    assert not Attachment.objects.filter(pk=row.pk).exists()
    assert stored() == [row.stored_as]
    work()
    assert stored() == []


def test_a_deletion_that_is_rolled_back_keeps_the_files(attach, cast, stored, school_to_delete):
    row = attach(record=school_to_delete, by=cast.basic_clerk)
    with pytest.raises(RuntimeError), transaction.atomic():
        school_to_delete.delete()
        raise RuntimeError
    work()
    assert stored() == [row.stored_as] and Attachment.objects.filter(pk=row.pk).exists()


@pytest.fixture
def school_to_delete(cast):
    from bureau.access.remits import apply_remits
    from schools.models import School
    from tests.factories.schools import SchoolFactory

    school = SchoolFactory()
    apply_remits(objects=[school])
    return School.objects.get(pk=school.pk)


def work():
    from bureau.jobs.draining import drain

    drain()


def test_evidence_belongs_to_a_request_until_it_is_decided(attach, cast):
    from schools.models import ChangeRequest
    from schools.services.register import change_school

    values = {"name_zh": "榆次区演员实验小学"}
    request = change_school(school=cast.school, values=values, by=cast.principal, reason="批复").requests[0]
    attach(record=request, kind="evidence")
    with pytest.raises(PermissionDenied):
        attach(record=request, kind="opinion")
    attach(record=request, kind="opinion", by=cast.district_reviewer)
    perform(request, "withdraw", by=cast.principal)
    request = ChangeRequest.objects.get(pk=request.pk)
    with pytest.raises(FileRefused, match="decided"):
        attach(other_pdf(1), record=request, kind="evidence")
    with pytest.raises(ValidationError, match="decided"):
        services.withdraw(Attachment.objects.get(kind="evidence"), by=cast.principal, reason="No")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_add_at_once_do_not_exceed_the_limit_together(cast, root):
    """The last place of five is taken by one of eight."""
    from concurrent.futures import ThreadPoolExecutor

    from django.core.files.base import ContentFile

    def add(number):
        try:
            upload = ContentFile(other_pdf(number), name=f"{number}.pdf")
            services.attach(record=cast.school, upload=upload, kind="approval", by=cast.principal)
            return True
        except FileRefused:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(add, range(12))) == 5
    assert Attachment.objects.count() == len([path for path in root.rglob("*") if path.is_file()]) == 5


# --- moving and discarding ---------------------------------------------------------------------------


def test_files_are_handed_over_with_their_content_under_a_kind_of_the_new_record(attach, cast, stored):
    row, before = attach(), stored()
    with transaction.atomic():
        moved = services.hand_over(
            source=cast.school, target=cast.other_school, kind="other", by=cast.principal
        )
    assert [one.pk for one in moved] == [row.pk]
    assert list(Attachment.objects.of(cast.other_school).values_list("kind", "name")) == [("other", row.name)]
    assert not Attachment.objects.of(cast.school).exists()
    assert stored() == before
    assert Event.objects.filter(action="files.attachment.handed_over", object_id=str(row.pk)).exists()


def test_a_kind_that_the_new_record_does_not_carry_is_refused_and_nothing_moves(attach, cast):
    attach()
    with pytest.raises(FileRefused), transaction.atomic():
        services.hand_over(source=cast.school, target=cast.other_school, kind="evidence", by=cast.principal)
    assert Attachment.objects.of(cast.school).count() == 1


def test_a_discarded_file_leaves_no_row_and_no_content(
    attach, cast, stored, django_capture_on_commit_callbacks
):
    row = attach()
    with pytest.raises(PermissionDenied):
        services.discard(row, by=cast.other_principal)
    services.discard(row, by=cast.principal)
    keeping.remove_contents([row.stored_as])
    assert not Attachment.objects.exists() and stored() == []


def test_the_files_of_one_record_are_those_that_the_whole_rule_names(furnished, rights_read_once):
    keys = set(Attachment.objects.values_list("record_kind", "record_id"))
    records = [CARRIERS[kind].model._default_manager.get(pk=pk) for kind, pk in sorted(keys)]
    seen = 0
    for user, verb in product(furnished.people().values(), VERBS):
        whole_rule = permitted(user, verb, Attachment)  # over every kind of record: made once, asked of each
        for record in records:
            whole = set(whole_rule.of(record))
            assert set(permitted_on(user, verb, record)) == whole, (user, verb, record)
            seen += len(whole)
    assert not any(permitted_on(PUBLIC, "view", record).exists() for record in records)
    assert seen > 1
