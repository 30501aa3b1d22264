from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from bureau.access.standing import rights_scope
from bureau.pages import menu


def built(user, path="/desk/"):
    request = RequestFactory().get(path)
    request.user = user
    with rights_scope():
        return menu.for_request(request)


def labels(user, path="/desk/"):
    return {entry.label for group in built(user, path) for entry in group.entries}


def test_lists_without_anything_for_the_person_are_absent(clubs):
    clubs.club()
    assert "Clubs" in labels(clubs.officer)
    assert "Clubs" not in labels(clubs.drafter)


def test_a_menu_entry_counts_what_is_to_do(clubs):
    clubs.paper()
    clubs.paper()
    entries = {entry.label: entry for group in built(clubs.clerk) for entry in group.entries}
    assert entries["Papers"].count == 2


def test_a_menu_counts_only_what_the_persons_own_role_can_do(clubs):
    clubs.drafted()  # a clerk sees it; only officers and chiefs approve
    for user, expected in ((clubs.clerk, 0), (clubs.chief, 1)):
        entries = {entry.label: entry for group in built(user) for entry in group.entries}
        assert entries["Papers"].count == entries["To do"].count == expected


def test_the_entry_of_the_open_page_is_current(clubs):
    clubs.club()
    current = [
        entry.label
        for group in built(clubs.officer, "/desk/pages_app/clubs/7/")
        for entry in group.entries
        if entry.current
    ]
    assert current == ["Clubs"]


def test_the_desk_menu_is_empty_for_who_has_no_desk(clubs):
    clubs.officer.memberships.all().delete()
    assert built(clubs.officer) == []


def test_the_menu_takes_the_same_number_of_queries_whatever_there_is(clubs):
    clubs.club()
    clubs.paper()
    with CaptureQueriesContext(connection) as few:
        built(clubs.officer)
    clubs.many(50)
    for _number in range(5):
        clubs.paper()
    cache.clear()
    with CaptureQueriesContext(connection) as many:
        built(clubs.officer)
    assert len(few) == len(many) <= 16


def test_what_a_menu_shows_is_remembered_until_the_posts_change(clubs):
    clubs.club()
    first = labels(clubs.officer)
    with CaptureQueriesContext(connection) as again:
        assert labels(clubs.officer) == first
    assert not [query for query in again if "EXISTS" in query["sql"] and "club" in query["sql"]]
    clubs.officer.memberships.all().delete()
    assert labels(clubs.officer) == set()
