"""The files of schools through what happens to a school."""

import pytest

from bureau.access.remits import apply_remits
from bureau.duplicates.merging import merge
from bureau.files.invented import invented_pdf
from bureau.files.models import Attachment
from bureau.files.refusals import FileRefused
from bureau.files.services import attach, open_content, withdraw
from bureau.workflow.services import perform
from schools.models import School, SchoolDuplicate
from tests.factories.duplicates import second_record


def add(school, by, words="Approval", kind="approval"):
    return attach(record=school, upload=invented_pdf([words], f"{words}.pdf"), kind=kind, by=by)


@pytest.fixture
def double(cast):
    found = second_record(cast.school, code="2114990077")
    apply_remits(objects=[found])
    return School.objects.get(pk=found.pk)


def test_the_files_of_a_double_are_read_at_the_school_that_stays(cast, double, chief_planner):
    kept, moved = add(cast.school, cast.principal), add(double, cast.basic_clerk, "Licence", "licence")
    gone = withdraw(add(double, cast.basic_clerk, "Wrong"), by=cast.basic_clerk, reason="Wrong page")
    pair = SchoolDuplicate.objects.get(first=cast.school, second=double)
    merge(pair=pair, keep="first", values={}, by=chief_planner, reason="One school")
    assert set(Attachment.objects.of(cast.school)) == {kept, moved, gone}
    assert not Attachment.objects.of(double).exists()
    assert open_content(moved, by=cast.principal).read(5) == b"%PDF-"


def test_a_school_that_has_ended_keeps_its_files_as_they_are(cast, chief_planner):
    row = add(cast.school, cast.principal)
    perform(
        cast.school, "close", by=chief_planner, reason="No pupils", data={"closed_on": cast.school.founded_on}
    )
    ended = School.objects.get(pk=cast.school.pk)
    with pytest.raises(FileRefused, match="has ended"):
        add(ended, cast.basic_clerk, "Late")
    assert open_content(row, by=cast.basic_clerk).read(5) == b"%PDF-"
