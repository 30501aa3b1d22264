"""Programs read what the pages show, in the same rows and with the same masks."""

from __future__ import annotations

from bureau.accounts.models import User
from bureau.api.declare import EXTRAS
from bureau.api.resources import resources
from schools.models import School
from tests.bureau.api.conftest import SCHOOLS, Program
from tests.factories.schools import SchoolFactory, SchoolLeaderFactory


def test_a_row_holds_the_columns_of_the_list(cast):
    row = Program(cast.basic_clerk).get(SCHOOLS).json()["results"][0]
    assert row == {
        "id": cast.school.pk,
        "version": str(cast.school.version),
        "label": "Cast Primary School",
        "code": cast.school.code,
        "district": {"id": cast.school.district_id, "text": "Yuci District"},
        "school_type": {"id": cast.school.school_type_id, "text": "primary school"},
        "is_private": False,
        "managed_by": {"id": cast.school.managed_by_id, "text": "Yuci District Education Bureau"},
        "status": {"value": "open", "text": "in operation"},
    }


def test_one_record_holds_the_facts_of_its_page_and_what_hangs_on_it(cast):
    SchoolLeaderFactory(school=cast.school, name="李敏")
    answer = Program(cast.basic_clerk).get(f"{SCHOOLS}{cast.school.pk}/")
    one = answer.json()
    assert answer.headers["ETag"] == f'"{one["version"]}"'
    assert (one["founded_on"], one["closed_on"], one["stages"]) == ("1985-09-01", None, "primary education")
    assert [row["name"] for row in one["related"]["schoolleader"]["rows"]] == ["李敏"]
    assert "unit" not in one and "initials" not in one


def test_what_hangs_on_a_record_is_cut_where_the_page_cuts_it(cast):
    for number in range(23):
        SchoolLeaderFactory(school=cast.school, name=f"李{number}")
    leaders = Program(cast.basic_clerk).get(f"{SCHOOLS}{cast.school.pk}/").json()["related"]["schoolleader"]
    assert (len(leaders["rows"]), leaders["more"]) == (20, 3)


def test_accept_language_chooses_the_words(cast):
    one = Program(cast.basic_clerk)
    for header in ("en", "zh-CN,zh;q=0.9", "", "fr", "\x00;q=x"):
        one.headers["Accept-Language"] = header
        answer = one.get(SCHOOLS)
        code, words = ("en", "Yuci District") if header == "en" else ("zh-Hans", "榆次区")
        assert answer.headers["Content-Language"] == code
        assert answer.json()["results"][0]["district"]["text"] == words


def test_a_list_is_read_to_its_end_without_gap_or_double(cast):
    from bureau.access.remits import apply_remits

    made = [SchoolFactory(district=cast.school.district) for _number in range(60)]
    apply_remits(objects=made)
    one, found, link = Program(cast.basic_clerk), [], f"{SCHOOLS}?per=25&sort=-code"
    while link:
        part = one.get(link).json()
        found += [row["id"] for row in part["results"]]
        link = part["next"]
    assert sorted(found) == sorted(School.objects.values_list("pk", flat=True))
    assert len(found) == len(set(found)) == 62


def test_the_next_page_stays_right_when_rows_come_before_it(cast):
    from bureau.access.remits import apply_remits

    apply_remits(objects=[SchoolFactory(district=cast.school.district) for _number in range(40)])
    one = Program(cast.basic_clerk)
    first = one.get(f"{SCHOOLS}?per=25").json()
    SchoolFactory(code="1000000009", district=cast.school.district)
    second = one.get(first["next"]).json()
    assert not {row["id"] for row in first["results"]} & {row["id"] for row in second["results"]}


def test_a_page_after_a_row_that_is_gone_or_foreign_is_refused_alike(cast):
    one = Program(cast.principal)
    gone = one.get(SCHOOLS, after=10**9)
    foreign = one.get(SCHOOLS, after=cast.other_school.pk)
    assert (gone.status_code, gone.content) == (400, foreign.content)


UNKNOWN = [
    "nope=1",
    "code__startswith=21",
    "sort=unit",
    "sort=code__x",
    "tab=nowhere",
    "page=2",
    "before=1",
    "all=1",
    "per=7",
    "per=x",
    "after=x",
    "after=-1",
    "after=99999999999999999999999",
    "district=x",
    "district=99999999999999999999999999",
    "stage=x",
    "q=%00",
    "district=%ff",
    "limit=1",
    "fields=initials",
    "format=xml",
]


def test_a_filter_or_an_order_that_the_list_does_not_have_is_refused_with_a_sentence(cast):
    one = Program(cast.basic_clerk)
    for query in UNKNOWN:
        answer = one.get(f"{SCHOOLS}?{query}")
        assert answer.status_code == 400, query
        assert answer.json()["detail"].endswith(".")


def test_filters_and_search_narrow_as_on_the_page(cast):
    one = Program(cast.basic_clerk)
    assert len(one.get(SCHOOLS).json()["results"]) == 2
    for query in ({"district": cast.other_school.district_id}, {"q": "另一"}, {"q": cast.other_school.code}):
        assert [row["id"] for row in one.get(SCHOOLS, **query).json()["results"]] == [cast.other_school.pk]


def test_a_foreign_record_and_none_answer_byte_by_byte_alike(cast):
    one = Program(cast.principal)
    version = {"If_Match": "0"}
    for call in (
        lambda pk: one.get(f"{SCHOOLS}{pk}/"),
        lambda pk: one.patch(f"{SCHOOLS}{pk}/", {"address": "X"}, **version),
        lambda pk: one.put(f"{SCHOOLS}{pk}/", {"address": "X"}, **version),
        lambda pk: one.post(f"{SCHOOLS}{pk}/close/", {"reason": "R"}),
    ):
        foreign, none = call(cast.other_school.pk), call(10**9)
        assert foreign.status_code == 404
        assert (foreign.status_code, foreign.content) == (none.status_code, none.content)
        differing = {"X-Request-ID"}
        assert {k: v for k, v in foreign.headers.items() if k not in differing} == {
            k: v for k, v in none.headers.items() if k not in differing
        }


def test_counts_and_errors_betray_nothing_of_a_hidden_record(cast):
    """Two halves of a binary search over a school that is not mine answer alike."""
    one = Program(cast.principal)
    answers = {one.get(SCHOOLS, q=word).content for word in (cast.other_school.code, "9" * 10, "另一")}
    assert len(answers) == 1


def test_the_root_names_what_is_open_to_the_caller(cast):
    names = {one["name"] for one in Program(cast.principal).get("/api/v1/").json()["resources"]}
    assert "schools/schools" in names
    assert Program(cast.outsider).get("/api/v1/").json()["resources"] == []


def test_no_answer_may_be_stored_and_every_one_carries_the_usual_headers(cast):
    one = Program(cast.basic_clerk)
    for answer in (
        one.get(SCHOOLS),
        one.get(f"{SCHOOLS}0/"),
        Program(None).get(SCHOOLS),
        one.post(SCHOOLS, b"x"),
    ):
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Content-Type"].startswith("application/json")
        assert "Content-Security-Policy" in answer.headers and "Set-Cookie" not in answer.headers


def test_people_whose_password_is_not_their_own_yet_read_nothing(cast):
    one = Program(cast.basic_clerk)
    User.objects.filter(pk=cast.basic_clerk.pk).update(must_change_password=True)
    assert one.get(SCHOOLS).status_code == 403


def test_every_further_field_belongs_to_a_kind_of_record_that_programs_reach():
    reached = {one.model for one in resources()}
    assert {model for model, _extra in EXTRAS} <= reached
