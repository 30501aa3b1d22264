"""The box: over what I may see, nothing else; counts as in the list; plain answers to odd questions."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bureau.access.remits import apply_remits
from bureau.pages.listing import Listing
from bureau.pages.pagesets import pageset_of
from schools.models import School
from tests.cast import OTHER_SCHOOL, SCHOOL
from tests.factories.schools import SchoolFactory, SchoolLeaderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(cast):
    def page(name, workspace="desk", status=200, **params):
        user = getattr(cast, name)
        user.language = "en"
        user.save(update_fields=["language"])
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        response = client.get(f"/{workspace}/search/", params)
        assert response.status_code == status
        return response

    return page


def titles(response):
    return [hit.title for group in response.context["groups"] for hit in group.hits]


def more_schools(cast, *names, **fields):
    made = [SchoolFactory(name_zh=name, name="", district=cast.school.district, **fields) for name in names]
    apply_remits(objects=made)
    return made


def test_two_characters_pinyin_initials_and_whole_pinyin_find_a_school(cast, ask):
    more_schools(cast, "榆次第一小学")
    for text in ("一小", "第一", "榆次", "ycdyxx", "YCDYXX", "dyxx", "yuci", "ｙｕｃｉ", "榆次 小学"):
        assert "榆次第一小学" in titles(ask("basic_clerk", q=text)), text


def test_every_word_must_be_found_and_in_one_piece(cast, ask):
    more_schools(cast, "榆次第一小学", "平遥第一中学")
    assert titles(ask("basic_clerk", q="第一 中学")) == ["平遥第一中学"]
    assert titles(ask("basic_clerk", q="榆次第一中学")) == []
    # Each pair stands somewhere in the name, the word itself does not.
    more_schools(cast, "东关村关村东小学")
    assert titles(ask("basic_clerk", q="村东关")) == []


def test_the_very_code_comes_first_then_the_very_name(cast, ask):
    code = "2114995555"
    more_schools(cast, f"{code}路小学", "实验小学东校区", "实验小学")
    more_schools(cast, "最后小学", code=code)
    assert titles(ask("basic_clerk", q=code))[0] == "最后小学"
    assert titles(ask("basic_clerk", q="实验小学"))[:2] == ["实验小学", "实验小学东校区"]
    assert titles(ask("basic_clerk", q="2114 9955 55"))[0] == "最后小学"


def test_a_school_is_found_by_its_former_name_and_its_principal(cast, ask):
    (school,) = more_schools(cast, "新城小学", former_names="城关小学")
    SchoolLeaderFactory(school=school, name="王芳芳")
    assert titles(ask("basic_clerk", q="城关小学")) == ["新城小学"]
    assert titles(ask("basic_clerk", q="王芳芳 新城")) == ["新城小学"]


def test_a_principal_finds_the_own_school_and_learns_nothing_of_others(cast, ask):
    assert len(titles(ask("principal", "school", q=SCHOOL))) == 1
    foreign, absent = ask("principal", "school", q=OTHER_SCHOOL), ask("principal", "school", q="2114990009")
    assert titles(foreign) == titles(absent) == []
    plain = [
        page.content.decode().replace(OTHER_SCHOOL, "…").replace("2114990009", "…")
        for page in (foreign, absent)
    ]
    assert without_tokens(plain[0]) == without_tokens(plain[1])


def without_tokens(page):
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]


def test_the_box_counts_what_the_list_counts_for_everybody(cast, ask):
    more_schools(cast, "榆次实验小学", "平遥实验中学", "实验幼儿园")
    for name, workspace in (
        ("basic_clerk", "desk"),
        ("preschool_clerk", "desk"),
        ("district_reviewer", "desk"),
        ("other_district", "desk"),
        ("bureau_leader", "desk"),
        ("principal", "school"),
    ):
        for text in ("实验", "sy"):
            groups = ask(name, workspace, q=text).context["groups"]
            boxed = sum(group.count for group in groups if group.kind == "schools.school")
            pageset = pageset_of(workspace, School)
            listed = Listing(pageset, getattr(cast, name), QueryDict(f"q={text}")).filtered.count()
            assert boxed == listed, (name, text)


def test_a_person_without_a_case_finds_none(cast, ask):
    assert titles(ask("security_admin", q="小学")) == []
    ask("principal", "desk", status=403, q="小学")


def test_more_than_a_page_is_turned_by_number(cast, ask):
    more_schools(cast, *(f"连山{number:02}小学" for number in range(30)))
    first = ask("basic_clerk", q="连山", kind="schools.school")
    second = ask("basic_clerk", q="连山", kind="schools.school", page=2)
    assert len(titles(first)) == 25
    assert len(titles(second)) == 5
    assert not set(titles(first)) & set(titles(second))
    assert titles(ask("basic_clerk", q="连山", kind="schools.school", page=99)) == titles(second)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "a\x00b",
        "%",
        "_",
        "'",
        '"',
        "\\",
        "' OR 1=1 --",
        "*",
        "AND",
        "NEAR(",
        "'':*",
        "(((",
        "🙂",
        "\ud7ff",
        "：*&|!<->",
        "榆" * 99,
    ],
)
def test_odd_questions_get_a_plain_answer(cast, ask, text):
    assert titles(ask("basic_clerk", q=text)) == []


def test_a_megabyte_is_cut_and_says_so(cast, ask):
    page = ask("basic_clerk", q="小" * 1_000_000)
    assert "at most 100 characters" in page.content.decode()


def test_a_percent_sign_is_no_wildcard(cast, ask):
    assert titles(ask("basic_clerk", q="小%学")) == titles(ask("basic_clerk", q="小学"))
    assert titles(ask("basic_clerk", q="演_小学")) == []


@pytest.mark.parametrize(
    "params",
    [
        {"id_number__startswith": "1424"},
        {"ordering": "phone"},
        {"kind": "accounts.user"},
        {"page": "0"},
        {"page": "x"},
    ],
)
def test_what_the_search_does_not_offer_is_refused(cast, ask, params):
    ask("basic_clerk", status=400, q="小学", **params)


def test_the_number_of_queries_does_not_grow_with_the_hits(cast, ask):
    more_schools(cast, "连山小学", "连山中学")
    ask("basic_clerk", q="连山")
    with CaptureQueriesContext(connection) as few:
        ask("basic_clerk", q="连山")
    more_schools(cast, *(f"连山{number:02}小学" for number in range(40)))
    with CaptureQueriesContext(connection) as many:
        assert titles(ask("basic_clerk", q="连山"))
    assert len(many) == len(few)


def test_what_was_asked_stands_in_no_log(cast, ask, caplog):
    caplog.set_level(logging.DEBUG)
    ask("basic_clerk", q="演员小学")
    ask("basic_clerk", status=400, q="演员小学", nonsense="1")
    assert "演员" not in "".join(
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    )


def test_the_box_stands_on_every_work_page(cast):
    for name, workspace in (("basic_clerk", "desk"), ("principal", "school")):
        client = Client()
        client.force_login(getattr(cast, name), backend=settings.AUTHENTICATION_BACKENDS[0])
        for address in (f"/{workspace}/", f"/{workspace}/schools/schools/"):
            assert f'action="/{workspace}/search/"' in client.get(address).content.decode()
