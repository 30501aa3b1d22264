"""Wherever the accused are placed: list, search box, page, export and inbox say the same to everybody."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau.access.services import is_kept_from, may, may_on_the_ground, permitted
from bureau.access.standing import rights_scope
from bureau.accounts.models import User
from bureau.charter.models import Unit
from bureau.pages.listing import Listing
from bureau.workflow.inbox import inbox
from sections.office.letters.accused import kept_out
from sections.office.letters.models import Accused, Letter
from sections.office.letters.pages import LetterPages
from tests.cast import Cast
from tests.factories import letters

pytestmark = pytest.mark.django_db

UNITS = ("office", "basic", "personnel", "discipline", "district-140702")
PEOPLE = ("office_chief", "basic_clerk", "basic_officer", "deputy_leader", "bureau_leader", "principal")
PLACES = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from((*UNITS, *PEOPLE, "school"))), max_size=6, unique=True
)
STAFF = sorted({"office_clerk", "basic_clerk", "deputy_leader", "discipline_officer", "auditor", *PEOPLE})


def place(letter: Letter, about: str, cast: Cast) -> None:
    if about in UNITS:
        Accused.objects.create(letter=letter, kind="unit", unit=Unit.objects.get(key=about))
    elif about == "school":
        Accused.objects.create(letter=letter, kind="school", school=cast.school)
    else:
        Accused.objects.create(letter=letter, kind="person", user=getattr(cast, about))


def rows(user: User, **params: str) -> set[int]:
    query = QueryDict(mutable=True)
    query.update(params)
    return set(Listing(LetterPages(), user, query).filtered.values_list("pk", flat=True))


def on_the_pages(user: User, made: list[Letter], seen: set[int]) -> None:
    """As a browser gets it: every page, the list, the export."""
    client = Client()
    client.force_login(user)
    here = "/desk/office/letters/"
    for letter in made:
        expected = 200 if letter.pk in seen else 404
        assert client.get(f"{here}{letter.pk}/").status_code == expected
    page = client.get(here).content.decode()
    assert {letter.pk for letter in made if letter.number in page} == seen
    answer = client.get(f"{here}export/")
    if answer.status_code == 200:
        lines = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
        numbers = {line[0] for line in list(lines)[1:]}
        exported = set(permitted(user, "export", Letter).values_list("pk", flat=True))
        assert {letter.pk for letter in made if letter.number in numbers} == exported & seen
    else:
        assert not permitted(user, "export", Letter).exists()


@pytest.fixture
def made(cast: Cast) -> list[Letter]:
    return [
        letters.sent(school=cast.school).letter,
        letters.registered(cast),
        letters.assigned(cast),
        letters.co_handled(cast),
    ]


@given(places=PLACES, walker=st.sampled_from(STAFF))
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_list_page_export_search_and_inbox_say_the_same(
    cast: Cast, made: list[Letter], places: list[tuple[int, str]], walker: str
) -> None:
    with transaction.atomic():
        for number, about in places:
            place(made[number], about, cast)
        out = {letter.pk: set(kept_out(letter).values_list("pk", flat=True)) for letter in made}
        for user in cast.people().values():
            with rights_scope():
                seen = {letter.pk for letter in made if may(user, "view", letter)}
                assert rows(user) == seen
                assert rows(user, q="School bus stop") == seen
                assert set(permitted(user, "export", Letter).values_list("pk", flat=True)) <= seen
                assert {entry.record.pk for entry in inbox(user, kind="office.letter").entries} <= seen
                away = {letter.pk for letter in made if is_kept_from(user, letter)}
                assert not away & seen
                assert away == {pk for pk, people in out.items() if user.pk in people} or user == cast.auditor
        user = getattr(cast, walker)
        if may_on_the_ground(user, "desk.open"):
            on_the_pages(user, made, rows(user))
        transaction.set_rollback(True)
