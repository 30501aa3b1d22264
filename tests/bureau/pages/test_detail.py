import re

import pytest

from bureau.access.services import permitted
from tests.bureau.pages.conftest import client_of
from tests.pages_app.models import Club, Room

LIST = "/desk/pages_app/clubs/"
PAPERS = "/desk/pages_app/papers/"


def headers(response):
    return {name: value for name, value in response.headers.items() if name != "X-Request-ID"}


@pytest.mark.parametrize("part", ["", "edit/", "history/", "print/", "do/approve/"])
def test_a_foreign_record_and_a_missing_one_answer_byte_for_byte_the_same(clubs, desk, part):
    foreign = clubs.club("X1", owner=clubs.section)
    one = desk.get(f"{LIST}{foreign.pk}/{part}")
    two = desk.get(f"{LIST}{foreign.pk + 1000}/{part}")
    assert one.status_code == two.status_code == 404
    assert one.content == two.content
    assert headers(one) == headers(two)


def test_posting_to_a_foreign_record_is_answered_like_a_missing_one(clubs, desk):
    foreign = clubs.club("X1", owner=clubs.section)
    for page in ("edit/", "do/approve/"):
        one = desk.post(f"{LIST}{foreign.pk}/{page}", {"name": "mine"})
        two = desk.post(f"{LIST}{foreign.pk + 1000}/{page}", {"name": "mine"})
        assert one.status_code == two.status_code == 404
        assert one.content == two.content
    foreign.refresh_from_db()
    assert foreign.name == "Club X1"


def test_the_detail_page_shows_facts_related_records_and_history(clubs, desk):
    club = clubs.club("C1", name="Chess", seats=1200, founded_on="2020-03-01")
    Room.objects.create(club=club, name="Hall 3")
    page = desk.get(f"{LIST}{club.pk}/").content.decode()
    for said in ("Chess", "1,200", "1 March 2020", "Hall 3", "Nothing has happened yet."):
        assert said in page


def test_list_detail_and_export_agree_for_every_person(clubs):
    mine, theirs = clubs.club("C1"), clubs.club("X1", owner=clubs.section)
    for user in (clubs.officer, clubs.drafter, clubs.auditor, clubs.outsider):
        client = client_of(user)
        seen = set(permitted(user, "view", Club).values_list("pk", flat=True))
        for club in (mine, theirs):
            expected = 200 if club.pk in seen else 404
            assert client.get(f"{LIST}{club.pk}/").status_code == expected


def test_the_history_says_who_changed_which_fields(clubs, desk):
    club = clubs.club()
    form = desk.get(f"{LIST}{club.pk}/edit/").context["form"]
    data = {"number": "C1", "name": "Renamed", "kind": "sport", "owner": clubs.office.pk}
    desk.post(f"{LIST}{club.pk}/edit/", {**data, "version": form.stamp()})
    page = desk.get(f"{LIST}{club.pk}/history/").content.decode()
    assert "Changed" in page and "Officer" in page and "name" in page


def test_a_tracked_record_says_who_has_it_what_next_and_what_i_can_do(clubs):
    paper = clubs.paper(due="2020-01-02")
    office, section = client_of(clubs.clerk), client_of(clubs.drafter)
    page = office.get(f"/desk/workflow_app/papers/{paper.pk}/").content.decode()
    assert "Office: Assign" in page and "overdue" in page and "It is your turn" in page
    assert f"/desk/workflow_app/papers/{paper.pk}/do/assign/" in page
    assert section.get(f"/desk/workflow_app/papers/{paper.pk}/").status_code == 404


def test_the_print_view_has_no_menu_and_no_acts(clubs):
    paper = clubs.paper()
    page = client_of(clubs.clerk).get(f"/desk/workflow_app/papers/{paper.pk}/print/").content.decode()
    assert "<form" not in page and 'class="side"' not in page and "Stairs" in page


@pytest.mark.parametrize(("language", "mark"), [("en", 'lang="en"'), ("zh-hans", 'lang="zh')])
@pytest.mark.parametrize("part", ["", "edit/", "history/", "print/"])
def test_every_page_of_a_record_renders_in_both_languages(clubs, desk, part, language, mark):
    club = clubs.club()
    type(clubs.officer).objects.filter(pk=clubs.officer.pk).update(language=language)
    response = desk.get(f"{LIST}{club.pk}/{part}")
    assert response.status_code == 200 and mark in response.content.decode()


def test_pages_carry_no_inline_style_and_no_script_of_their_own(clubs, desk):
    club = clubs.club()
    for page in ("", f"{club.pk}/", f"{club.pk}/edit/", "new/"):
        html = desk.get(LIST + page).content.decode()
        assert " style=" not in html and "onclick" not in html
        assert not re.search(r"<script(?![^>]*src=)", html)
