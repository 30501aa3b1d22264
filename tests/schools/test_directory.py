import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from schools.models import School
from schools.selectors.directory import PUBLIC_FIELDS, public_page
from tests.factories.schools import (
    SchoolContactFactory,
    SchoolFactory,
    SchoolFactsFactory,
    SchoolLeaderFactory,
)

pytestmark = pytest.mark.django_db


def test_anyone_finds_a_school_by_a_part_of_its_name(client, cast):
    page = client.get("/zh/schools/", {"q": "演员"}).content.decode()
    assert "演员小学" in page
    assert "另一小学" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"district": "140728"}, "另一小学"),
        ({"stage": "preschool"}, "演员幼儿园"),
        ({"run_by": "private"}, "民办小学"),
        ({"q": "yyyey"}, "演员幼儿园"),
    ],
)
def test_the_directory_filters(client, cast, kindergarten, query, found):
    SchoolFactory(private=True, name_zh="民办小学")
    page = client.get("/zh/schools/", query).content.decode()
    names = {"演员小学", "另一小学", "演员幼儿园", "民办小学"}
    assert {name for name in names if name in page} == {found}


@pytest.mark.parametrize("query", [{"stage": "x"}, {"district": "1' OR 1=1"}, {"run_by": "x"}, {"page": "x"}])
def test_a_strange_query_is_no_fault(client, cast, query):
    assert client.get("/en/schools/", query).status_code == 200


def test_the_directory_shows_25_schools_on_a_page(client, cast):
    for _number in range(30):
        SchoolFactory()
    first = client.get("/en/schools/").content.decode()
    second = client.get("/en/schools/", {"page": 2}).content.decode()
    assert first.count('scope="row"') == 25
    assert second.count('scope="row"') == 7


def test_a_directory_page_costs_the_same_for_two_schools_and_for_twenty(client, cast):
    with CaptureQueriesContext(connection) as few:
        client.get("/en/schools/")
    for _number in range(18):
        SchoolFactory()
    with CaptureQueriesContext(connection) as many:
        client.get("/en/schools/")
    assert len(many) == len(few)


def test_an_english_page_shows_a_chinese_name_and_says_that_it_is_chinese(client, cast):
    school = SchoolFactory(name="", name_zh="平遥中学")
    page = client.get(f"/en/schools/{school.code}/").content.decode()
    assert '<span lang="zh">平遥中学</span>' in page


@pytest.mark.parametrize("state", ["proposed", "suspended", "closed"])
def test_a_school_that_is_not_open_has_no_public_page(client, cast, state):
    school = SchoolFactory(**{state: True})
    assert client.get(f"/en/schools/{school.code or 'none'}/").status_code == 404


def test_a_closed_school_and_an_unknown_code_look_the_same(client, cast):
    closed = client.get(f"/en/schools/{SchoolFactory(closed=True).code}/")
    unknown = client.get("/en/schools/2114999999/")
    assert closed.content == unknown.content


def test_the_public_page_holds_no_value_that_is_not_listed(client, cast):
    school = SchoolFactory(credit_code="12140702MB1234567X", township="北关街道")
    SchoolLeaderFactory(school=school, name="没有公开的人")
    SchoolContactFactory(school=school, phone="0354-1111111", is_public=False, email="secret@example.org")
    SchoolContactFactory(school=school, phone="0354-2222222")
    SchoolFactsFactory(school=school, staff=987654)
    page = client.get(f"/en/schools/{school.code}/").content.decode()
    for hidden in ("12140702MB1234567X", "没有公开的人", "0354-1111111", "secret@example.org", "987654"):
        assert hidden not in page
    assert "0354-2222222" in page
    assert "北关街道" in page


def test_every_field_of_a_school_is_either_published_or_kept():
    kept = {
        "id",
        "unit",
        "initials",
        "managed_by",
        "credit_code",
        "status",
        "closed_on",
        "merged_into",
        "version",
        "created_at",
        "updated_at",
    }
    assert {field.name for field in School._meta.concrete_fields} == set(PUBLIC_FIELDS) | kept


def test_the_page_names_the_day_and_the_section_that_keeps_it(client, cast):
    assert public_page(cast.school.code).owner.key == "basic"
    assert "Basic Education Section" in client.get(f"/en/schools/{cast.school.code}/").content.decode()
