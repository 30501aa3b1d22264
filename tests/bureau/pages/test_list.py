import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.bureau.pages.conftest import client_of
from tests.pages_app.models import Club

LIST = "/desk/pages_app/clubs/"


def names(response):
    return re.findall(
        r'<th role="rowheader" scope="row"><a href="[^"]*">([^<]*)</a>', response.content.decode()
    )


def test_the_list_shows_the_records_of_the_own_unit_and_no_others(clubs, desk):
    clubs.club("C1")
    clubs.club("X1", owner=clubs.section)
    assert names(desk.get(LIST)) == ["C1"]


def test_a_person_without_a_desk_is_refused(clubs):
    assert client_of(clubs.outsider).get("/school/pages_app/clubs/").status_code in (403, 404)


def test_a_visitor_is_sent_to_sign_in(clubs, client):
    assert client.get(LIST).status_code == 302


def test_a_kind_that_is_not_declared_for_a_workspace_has_no_page_there(clubs, desk):
    assert desk.get("/school/pages_app/clubs/").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "founded=2020",
        "owner__key=wf-office",
        "phone__startswith=139",
        "sort=phone",
        "sort=kind",
        "sort=owner__key",
        "tab=nonsense",
        "page=x",
        "page=0",
        "page=²",
        "per=7",
        "after=abc",
        "q=%00",
    ],
)
def test_what_the_list_does_not_declare_is_a_bad_request(clubs, desk, query):
    assert desk.get(f"{LIST}?{query}").status_code == 400


def test_a_filter_value_that_cannot_be_understood_is_said_at_its_field_and_shows_no_rows(clubs, desk):
    clubs.club()
    response = desk.get(f"{LIST}?founded_on__gte=yesterday")
    assert response.status_code == 400
    assert 'class="err"' in response.content.decode() and names(response) == []


def test_a_foreign_unit_cannot_be_chosen_as_a_filter(clubs, desk):
    clubs.club("X1", owner=clubs.section)
    foreign = desk.get(f"{LIST}?owner={clubs.section.pk}")
    missing = desk.get(f"{LIST}?owner=999999")
    assert foreign.status_code == missing.status_code == 400
    assert clubs.section.name not in foreign.content.decode()


@pytest.mark.parametrize(
    "text", ["chess", "CHESS  (old)", "Ｃｈｅｓｓ", "ｃ7", "Ｃ７", "c 7", "chess （old）"]
)
def test_search_does_not_mind_case_width_or_spaces(clubs, desk, text):
    clubs.club("C7", name="Chess （old）")
    clubs.club("C8", name="Choir")
    assert names(desk.get(LIST, {"q": text})) == ["C7"]


def test_search_looks_at_declared_fields_only(clubs, desk):
    clubs.club("C7", phone="13912345678", note="canary")
    assert names(desk.get(LIST, {"q": "13912345678"})) == []
    assert names(desk.get(LIST, {"q": "canary"})) == []


def test_a_masked_value_is_nowhere_on_the_page(clubs, desk):
    clubs.club("C7", phone="13912345678")
    page = desk.get(LIST).content.decode()
    assert "***78" in page and "139123" not in page


def test_columns_sort_both_ways_and_say_so(clubs, desk):
    clubs.club("C1", seats=5)
    clubs.club("C2", seats=9)
    clubs.club("C3", seats=None)
    up, down = desk.get(f"{LIST}?sort=seats"), desk.get(f"{LIST}?sort=-seats")
    assert names(up) == ["C1", "C2", "C3"] and names(down) == ["C2", "C1", "C3"]
    assert 'aria-sort="ascending"' in up.content.decode()
    assert 'aria-sort="descending"' in down.content.decode()


def test_tabs_count_what_may_be_seen_and_narrow_the_list(clubs, desk):
    clubs.club("C1", kind="chess")
    clubs.club("C2", kind="sport")
    clubs.club("X1", kind="chess", owner=clubs.section)
    response = desk.get(f"{LIST}?tab=chess")
    assert names(response) == ["C1"]
    assert re.search(r'aria-current="page">Chess<span class="count">1</span>', response.content.decode())


def test_applied_filters_are_chips_that_can_be_taken_away_and_the_count_says_how_many_of_how_many(
    clubs, desk
):
    clubs.club("C1", kind="chess")
    clubs.club("C2", kind="sport")
    page = desk.get(f"{LIST}?kind=chess&q=club").content.decode()
    assert "1 of 2" in page
    assert re.search(r'class="chip" href="\?q=club"><span class="vh">Remove filter </span>Kind: Chess', page)
    assert re.search(
        r'class="chip" href="\?kind=chess"><span class="vh">Remove filter </span>Search: club', page
    )


def test_numbered_pages_up_to_a_thousand_rows_with_the_number_in_the_title(clubs, desk):
    clubs.many(60)
    page = desk.get(f"{LIST}?page=2").content.decode()
    assert "26 to 50 of 60" in page
    assert re.search(r"<title>\s*Clubs, page 2", page)
    assert 'aria-current="page" aria-label="Page 2"' in page


def test_a_long_list_turns_by_key_both_ways_without_losing_or_repeating_a_row(clubs, desk):
    clubs.many(1003)
    seen, query = [], "?per=100&sort=-number"
    while query:
        response = desk.get(LIST + query)
        seen += names(response)
        found = re.search(r'href="(\?[^"]*)" rel="next"', response.content.decode())
        query = found.group(1).replace("&amp;", "&") if found else ""
    assert seen == sorted(Club.objects.values_list("number", flat=True), reverse=True)
    assert "1,000+" in response.content.decode()
    back = re.search(r'href="(\?[^"]*)" rel="prev"', response.content.decode()).group(1).replace("&amp;", "&")
    assert names(desk.get(LIST + back)) == seen[900:1000]


def test_a_long_list_sorted_by_a_field_with_gaps_shows_every_row_once(clubs, desk):
    clubs.many(600, seats=3)
    clubs.many(600)
    seen, query = [], "?per=100&sort=seats"
    while query:
        response = desk.get(LIST + query)
        seen += names(response)
        found = re.search(r'href="(\?[^"]*)" rel="next"', response.content.decode())
        query = found.group(1).replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 1200


def test_the_state_of_the_list_travels_to_the_record_and_back(clubs, desk):
    club = clubs.club("C1", kind="chess")
    page = desk.get(f"{LIST}?tab=chess&sort=-name").content.decode()
    carried = re.search(rf'href="({LIST}{club.pk}/\?back=[^"]*)"', page).group(1)
    detail = desk.get(carried).content.decode()
    assert f'href="{LIST}?tab=chess&amp;sort=-name"' in detail
    edit = re.search(rf'href="({LIST}{club.pk}/edit/\?back=[^"]*)"', detail).group(1)
    assert "tab%3Dchess" in edit


def test_the_way_back_never_leads_elsewhere(clubs, desk):
    club = clubs.club()
    page = desk.get(f"{LIST}{club.pk}/?back=//evil.example/x").content.decode()
    assert 'href="//evil' not in page and 'href="http' not in page


def test_htmx_gets_the_results_alone_and_caches_can_tell(clubs, desk):
    clubs.club()
    whole = desk.get(LIST)
    part = desk.get(LIST, headers={"HX-Request": "true", "HX-Target": "results"})
    assert b"<html" in whole.content and b"<html" not in part.content
    assert b'id="results"' in part.content and b"<title>" in part.content
    assert "HX-Request" in part.headers["Vary"] and "HX-Request" in whole.headers["Vary"]
    assert "no-store" in part.headers["Cache-Control"]


def test_the_number_of_queries_does_not_grow_with_the_list(clubs, desk):
    clubs.many(2)
    desk.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as few:
        desk.get(f"{LIST}?per=100")
    clubs.many(198)
    with CaptureQueriesContext(connection) as many:
        desk.get(f"{LIST}?per=100")
    assert len(many) == len(few) <= 20


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_empty_list_says_why(clubs, desk, language):
    type(clubs.officer).objects.filter(pk=clubs.officer.pk).update(language=language)
    assert 'class="panel empty"' in desk.get(LIST).content.decode()


def test_the_add_button_is_absent_for_who_may_not_add(clubs):
    clubs.club()
    assert f'href="{LIST}new/"' in client_of(clubs.clerk).get(LIST).content.decode()
    assert f'href="{LIST}new/"' not in client_of(clubs.auditor).get(LIST).content.decode()


def test_filters_are_labelled_and_empty_ones_say_all(clubs, desk):
    page = desk.get(LIST).content.decode()
    assert "Founded from" in page and 'type="date"' in page
    assert page.count('<option value="" selected>All</option>') == 2 and "------" not in page
