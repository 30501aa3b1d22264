"""The roster as a workbook: masked numbers, new persons, who is known already, bulk writing."""

import io
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.search.models import SearchEntry
from bureau.sheets.checking import Asked
from bureau.sheets.declare import SHEETS, Outcome, Scope
from bureau.sheets.saving import NotSaved, save_upload
from bureau.sheets.template import template
from bureau.sheets.uploading import check_upload, examine, take
from bureau.workflow.services import history
from personnel.models import Teacher
from tests.bureau.sheets.books import xlsx
from tests.factories.teachers import BORN_ON, TeacherFactory, resident_number

pytestmark = pytest.mark.django_db

ROSTER = SHEETS["personnel.roster"]
HEADS = ("教师编号", "姓名", "性别", "出生日期", "证件类型", "身份证号", "学校代码", "学科", "聘用形式")


def new(serial, name="赵敏", **given):
    row = {
        "number": "",
        "name": name,
        "sex": "female",
        "born_on": BORN_ON.isoformat(),
        "kind": "",
        "document": resident_number(serial + 200),
        "school": "",
        "subject": "语文",
        "form": "在编",
    }
    return tuple((row | given).values())


def uploaded(by, *rows, heads=HEADS, key=""):
    content = xlsx(heads, *rows)
    upload = take(sheet=ROSTER, scope=Scope(key), name="x.xlsx", content=content, by=by)
    return check_upload(upload, by=by)


def said(by, *rows, **options):
    """Sentences of the dry run by row number: faults, then doubts."""
    checked, _report = examine(uploaded(by, *rows, **options), by)
    return {row.number: [one.sentence for one in (*row.faults, *row.doubts)] for row in checked}


def saved(by, *rows, **options):
    return save_upload(uploaded(by, *rows, **options), by=by)


def test_new_persons_are_entered_with_post_history_timeline_and_index(cast):
    passport = new(3, "孙丽", kind="passport", document="E12345678")
    saved(cast.principal, new(1), new(2, "钱伟"), passport)
    teacher = Teacher.objects.get(name="赵敏")
    assert teacher.id_number == resident_number(201)
    assert teacher.status == "in_post" and teacher.main_post.school == cast.school
    assert teacher.main_post.subject.code == "01"
    assert {line.kind for line in teacher.timeline.all()} == {"entered", "appointed"}
    assert [line.transition for line in history(teacher)] == ["taken_over"]
    assert SearchEntry.objects.filter(kind="personnel.teacher", object_id=teacher.pk).exists()
    assert Teacher.objects.get(name="孙丽").id_kind == "passport"
    assert len(set(Teacher.objects.values_list("number", flat=True))) == 3


def test_the_template_holds_masks_and_changes_nothing_when_it_comes_back(cast, teacher):
    book = openpyxl.load_workbook(io.BytesIO(template(Asked(ROSTER, Scope(), cast.principal))))
    text = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert teacher.name in text and teacher.number in text
    assert teacher.id_number not in text and teacher.phone not in text
    content = io.BytesIO()
    book.save(content)
    upload = take(sheet=ROSTER, scope=Scope(), name="t.xlsx", content=content.getvalue(), by=cast.principal)
    rows, _report = examine(check_upload(upload, by=cast.principal), cast.principal)
    assert [(row.outcome, row.faults) for row in rows] == [(Outcome.SAME, [])]


def test_a_school_changes_subject_and_telephone_and_nothing_of_personnels(cast, teacher):
    heads = ("教师编号", "姓名", "学科", "手机号")
    saved(cast.principal, (teacher.number, teacher.name, "数学", "13900007788"), heads=heads)
    teacher.refresh_from_db()
    assert (teacher.main_post.subject.code, teacher.phone, teacher.version) == ("02", "13900007788", 2)
    assert list(history(teacher)[0].fields) == ["phone"]
    words = said(cast.principal, (teacher.number, "改名", "数学", ""), heads=heads)
    assert "not yours to change" in words[2][0]
    words = said(cast.principal, (teacher.number, resident_number(9)), heads=("教师编号", "身份证号"))
    assert "personnel section keeps documents" in words[2][0]


def test_personnel_changes_names_documents_and_titles(cast, teacher):
    heads = ("教师编号", "姓名", "身份证号", "职称", "岗位等级")
    saved(cast.personnel_clerk, (teacher.number, "王燕", resident_number(9), "S2", 6), heads=heads)
    teacher.refresh_from_db()
    assert (teacher.name, teacher.id_number, teacher.title.code) == ("王燕", resident_number(9), "S2")
    assert teacher.name_sort == "wang yan"
    assert teacher.timeline.filter(kind="title").count() == 1
    words = said(cast.personnel_clerk, (teacher.number, "", "", "S3", 3), heads=heads)
    assert "does not open a post of this grade" in words[2][0]


def test_one_person_in_the_file_in_the_register_and_at_another_school_is_told_apart(cast, teacher, other):
    words = said(
        cast.principal,
        new(1),
        new(1, "赵敏二"),
        new(0, teacher.name, document=teacher.id_number),
        new(0, other.name, document=other.id_number),
        new(0, "别人", document=other.id_number),
        new(5, teacher.name),
        new(6, other.name),
    )
    assert words[2] == []
    assert "stands in row 2 already" in words[3][0]
    assert teacher.number in words[4][0] and "Use that record" in words[4][0]
    assert "Ask for a transfer" in words[5][0] and other.number in words[5][0]
    assert "Another person" in words[6][0] and other.number not in words[6][0]
    assert "same name and date of birth" in words[7][0]
    assert "teaches elsewhere" in words[8][0] and other.number not in words[8][0]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (new(1, document=1.1e17), "rounded number"),
        (new(1, sex="male"), "sex in the number"),
        (new(1, born_on="1985-06-10"), "date of birth in the number"),
        (new(1, subject=""), "has a subject"),
        (new(1, form=""), "must be filled in"),
        (new(1, school="2114990002"), "whose teachers you may add"),
        (new(1, number="T2020999999"), "no teacher with this number"),
        (new(1, document="", kind="passport"), "Type the number"),
        (new(1, document=""), "entered without one"),
    ],
)
def test_each_wrong_row_says_what_to_do(cast, row, words):
    assert words in " ".join(said(cast.principal, row)[2])


def test_a_new_row_with_the_telephone_and_birth_of_somebody_is_asked_about(cast, teacher, other):
    heads = (*HEADS, "手机号")
    mine = (*new(1, "孙丽", born_on=str(teacher.born_on)), teacher.phone)
    words = said(cast.principal, mine, heads=heads)[2]
    assert teacher.number in words[0] and "same telephone and date of birth" in words[0]
    assert teacher.phone not in words[0]
    other.set_phone("13900005566")
    other.save()
    foreign = (*new(2, "钱伟", born_on=str(other.born_on)), "13900005566")
    words = said(cast.principal, foreign, heads=heads)[2]
    assert "much like this person" in words[0] and other.number not in words[0]


def test_a_teacher_of_another_school_is_no_row_of_this_roster(cast, other):
    assert "no teacher with this number" in said(cast.principal, new(1, number=other.number))[2][0]


def test_a_change_of_school_is_a_transfer(cast, teacher):
    heads = ("教师编号", "学校代码")
    words = said(cast.personnel_clerk, (teacher.number, cast.other_school.code), heads=heads)
    assert "is a transfer" in words[2][0]


def test_one_wrong_row_and_nothing_is_written(cast):
    with pytest.raises(NotSaved):
        saved(cast.principal, new(1), new(2, "钱伟", sex="male"))
    assert not Teacher.objects.exists()


def test_checking_and_saving_cost_the_same_queries_for_5_rows_and_for_50(cast):
    costs = []
    for start, count in ((10, 5), (100, 50)):
        rows = [new(number, f"赵敏{number}") for number in range(start, start + count)]
        with CaptureQueriesContext(connection) as asked:
            saved(cast.principal, *rows)
        costs.append(len(asked))
    assert costs[1] - costs[0] <= 4
    assert Teacher.objects.count() == 55


def test_who_only_reads_uploads_nothing(cast):
    assert not ROSTER.may_use(cast.district_reviewer)
    assert not ROSTER.may_use(cast.basic_clerk)
    assert ROSTER.may_use(cast.principal) and ROSTER.may_use(cast.personnel_clerk)


def test_a_district_workbook_holds_the_district_alone(cast, teacher, other):
    scope = ROSTER.scope("district:140728", cast.personnel_clerk)
    assert [row["number"] for row in ROSTER.known(scope, cast.personnel_clerk)] == [other.number]
    assert [one.key for one in ROSTER.scopes(cast.principal)] == [""]


def test_a_post_without_a_certificate_day_starts_today_when_none_is_given(cast):
    saved(cast.principal, new(1))
    assert Teacher.objects.get().main_post.since >= date(2026, 1, 1)


def test_somebody_who_was_faster_is_not_overwritten(cast, teacher):
    from bureau.workflow.refusals import Conflict
    from bureau.workflow.services import amend_many

    stale = Teacher.objects.get(pk=teacher.pk)
    Teacher.objects.filter(pk=teacher.pk).update(version=5, email="theirs@example.org")
    stale.email = "mine@example.org"
    with pytest.raises(Conflict):
        amend_many([(stale, ["email"])], by=cast.personnel_clerk)
    assert TeacherFactory._meta.model.objects.get(pk=teacher.pk).email == "theirs@example.org"
