"""Teachers for programs: never a number of a person, and the fields that each side keeps."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from bureau.audit.models import Event
from personnel.changes.models import TeacherChange
from personnel.models import Teacher
from tests.bureau.api.conftest import Program
from tests.factories.teachers import TeacherFactory, hiring_form, resident_number, subject

TEACHERS = "/api/v1/personnel/teachers/"
PHONE = "13912345678"


@pytest.fixture
def teacher(cast):
    made = TeacherFactory(school=cast.school, name="王敏", document=resident_number(7))
    made.set_phone(PHONE)
    made.save()
    return made


def told(teacher, text):
    """What of the number stands in the answer. Its last four alone: a moment ends in any digits."""
    number = teacher.id_number
    secrets = [number, number[:6], number[6:14], PHONE, teacher.id_digest]
    found = [word for word in secrets if word in text]
    return found + re.findall(rf"(?<!\d){number[-4:]}(?!\d)", text)


def test_no_answer_holds_a_number_of_a_person(cast, teacher):
    document = Teacher.objects.get(pk=teacher.pk)
    for name in (
        "personnel_clerk",
        "basic_clerk",
        "auditor",
        "district_reviewer",
        "principal",
        "school_clerk",
    ):
        one = Program(getattr(cast, name))
        found = [one.get(TEACHERS), one.get(TEACHERS, q="王敏"), one.get(f"{TEACHERS}{teacher.pk}/")]
        for part in ("posts", "qualifications", "education", "career"):
            found.append(one.get(f"/api/v1/personnel/{part}/"))
        text = "".join(answer.content.decode() for answer in found)
        text += "".join(f"{key}: {value}" for answer in found for key, value in answer.headers.items())
        assert told(document, text) == [], name


def test_the_masks_are_those_of_the_page(cast, teacher, client):
    answer = Program(cast.personnel_clerk).get(f"{TEACHERS}{teacher.pk}/").json()
    client.force_login(cast.personnel_clerk)
    page = client.get(reverse("desk:personnel:teacher_detail", args=[teacher.pk])).content.decode()
    assert answer["document_masked"] in page and answer["telephone_masked"] in page
    assert answer["document_masked"].strip("*•·＊ ") == teacher.id_number[-2:]


@pytest.mark.parametrize(
    "query",
    [
        "id_number=1",
        "id_digest=1",
        "id_number__startswith=14",
        "sort=id_number",
        "phone=139",
        "sort=phone",
        "born_on=1985-06-09",
    ],
)
def test_numbers_are_no_filter_and_no_order(cast, teacher, query):
    assert Program(cast.personnel_clerk).get(f"{TEACHERS}?{query}").status_code == 400


def test_searching_by_digits_of_a_number_finds_nobody(cast, teacher):
    one = Program(cast.personnel_clerk)
    number = Teacher.objects.get(pk=teacher.pk).id_number
    for word in (number[:6], number[:17], PHONE[:7], PHONE[-4:]):
        assert one.get(TEACHERS, q=word).json()["results"] == [], word


def test_a_number_that_is_written_does_not_come_back(cast, teacher):
    one = Program(cast.personnel_clerk)
    address = f"{TEACHERS}{teacher.pk}/"
    number = resident_number(9)
    sent = {"new_id_kind": "resident", "document": number, "telephone": "13800138000"}
    answer = one.patch(address, sent, If_Match=one.get(address).json()["version"])
    assert answer.status_code == 200, answer.content
    assert number not in answer.content.decode() and "13800138000" not in answer.content.decode()
    stored = Teacher.objects.get(pk=teacher.pk)
    assert (stored.id_number, stored.phone) == (number, "13800138000")
    assert number not in repr(list(Event.objects.values()))


def test_a_wrong_number_is_not_repeated_in_the_refusal(cast, teacher):
    one = Program(cast.personnel_clerk)
    address = f"{TEACHERS}{teacher.pk}/"
    number = resident_number(9)[:-1] + "x1"
    answer = one.patch(address, {"document": number}, If_Match=one.get(address).json()["version"])
    assert answer.status_code == 422 and number not in answer.content.decode()


def test_a_school_does_not_write_what_the_personnel_section_keeps(cast, teacher):
    one = Program(cast.principal)
    address = f"{TEACHERS}{teacher.pk}/"
    version = one.get(address).json()["version"]
    before = Teacher.objects.filter(pk=teacher.pk).values().get()
    for name, value in {
        "name": "李敏",
        "born_on": "1980-01-01",
        "title": 1,
        "document": resident_number(9),
    }.items():
        assert one.patch(address, {name: value}, If_Match=version).status_code == 422, name
    asked = one.patch(address, {"name": "李敏", "reason": "Identity card"}, If_Match=version)
    assert asked.status_code == 200 and asked.json()["name"] == teacher.name
    assert TeacherChange.objects.get().new == {"name": "李敏"}
    after = Teacher.objects.filter(pk=teacher.pk).values().get()
    assert {key: value for key, value in after.items() if key != "updated_at"} == {
        key: value for key, value in before.items() if key != "updated_at"
    }


def test_a_new_teacher_comes_in_through_the_checks_of_the_form(cast):
    one = Program(cast.personnel_clerk)
    sent = {
        "name": "赵静",
        "sex": "female",
        "born_on": "1985-06-09",
        "id_kind": "resident",
        "document": resident_number(11),
        "hired_on": "2010-09-01",
        "school": cast.school.code,
        "stage": cast.school.stages.get().stage,
        "kind": "teaching",
        "subject": subject().pk,
        "hiring_form": hiring_form().pk,
    }
    wrong = one.post(TEACHERS, {**sent, "document": resident_number(11)[:-1] + "?"})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["document"])
    made = one.post(TEACHERS, sent)
    assert made.status_code == 201, made.content
    assert Teacher.objects.get(pk=made.json()["id"]).name == "赵静"
    again = one.post(TEACHERS, sent)
    assert again.status_code == 422 and again.json()["errors"]
