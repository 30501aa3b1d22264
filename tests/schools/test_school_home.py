"""The start page of a school: whose work it is, what comes first, what was sent; beside similar schools; its users."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from schools.models import PupilCount, School, SchoolFacts
from schools.returns.models import ReturnTerm
from schools.selectors.beside import MEASURES, comparison
from tests.cast import Cast, in_english
from tests.factories import returns
from tests.factories.returns import CollectionFactory, ReturnFactory
from tests.factories.schools import SchoolFactory, SchoolFactsFactory, area_class, school_type

HOME, BESIDE = reverse("school:inbox"), reverse("school:schools:school_beside")


def page(client: Client, address: str = HOME, **params: object) -> str:
    answered = client.get(address, params)
    assert answered.status_code == 200
    return answered.content.decode()


@pytest.mark.django_db
def test_a_line_names_the_section_and_what_came_back_stands_first(cast: Cast, client: Client) -> None:
    client.force_login(in_english(cast.principal))
    new = returns.issued(cast)
    late = timezone.localdate() + timedelta(days=7)
    back = returns.issued(cast)
    type(back).objects.filter(pk=back.pk).update(status="returned", round=1, returned_due_on=late)
    seen = page(client)
    assert seen.count(new.owner.name) >= 2
    assert seen.index(back.collection.title) < seen.index(new.collection.title)


@pytest.mark.django_db
def test_an_empty_day_says_what_comes_next_and_what_was_sent(cast: Cast, client: Client) -> None:
    client.force_login(in_english(cast.principal))
    assert "Nothing to do. Next:" not in page(client)
    tomorrow = timezone.localdate() + timedelta(days=1)
    ReturnFactory(school=cast.school, collection=CollectionFactory(title="Autumn figures", opens_on=tomorrow))
    ReturnFactory(school=cast.school, status="section", collection=CollectionFactory(title="Spring figures"))
    ReturnFactory(school=cast.other_school, status="section", collection=CollectionFactory(title="Theirs"))
    seen = page(client)
    assert "Nothing to do. Next: “Autumn figures” opens on" in seen
    assert "Spring figures" in seen and "with the section" in seen
    assert "Theirs" not in seen


@pytest.mark.django_db
def test_the_start_page_asks_no_more_for_more_work(cast: Cast, client: Client) -> None:
    client.force_login(cast.principal)

    def queries() -> int:
        page(client)
        with CaptureQueriesContext(connection) as caught:
            page(client)
        return len(caught)

    def work() -> None:
        returns.issued(cast)
        ReturnFactory(school=cast.school, status="section")

    work()
    few = queries()
    for _number in range(4):
        work()
    assert queries() == few


# --- beside similar schools -----------------------------------------------------------------------------


def facts(school: School, *, boys: int | None, classes: int | None = 10, **given: object) -> SchoolFacts:
    made: SchoolFacts = SchoolFactsFactory(school=school, classes=classes, **given)
    PupilCount.objects.create(facts=made, stage="primary", grade=1, boys=boys, girls=0 if boys else None)
    return made


def neighbours(*numbers: int, **given: object) -> None:
    for boys in numbers:
        facts(SchoolFactory(**given), boys=boys)


@pytest.mark.django_db
def test_the_quartiles_are_those_of_the_similar_schools_alone(cast: Cast) -> None:
    facts(cast.school, boys=900)
    neighbours(100, 200, 300, 400, 500)
    neighbours(9000, area_class=area_class("220"))
    neighbours(9000, school_type=school_type("312"))
    neighbours(9000, closed=True)
    facts(SchoolFactory(), boys=9000, year=2024)
    found = comparison(cast.school, least=5)
    assert found is not None and found.schools == 5
    rows = {row.measure.key: row for row in found.rows}
    pupils = rows["pupils"]
    assert (pupils.mine, pupils.low, pupils.median, pupils.high) == (900, 200, 300, 400)
    assert (rows["class_size"].mine, rows["class_size"].median) == (90, 30)
    assert (rows["books"].mine, rows["books"].median) == (None, None)


@pytest.mark.django_db
def test_of_too_few_schools_nothing_is_shown(cast: Cast) -> None:
    facts(cast.school, boys=900)
    neighbours(100, 200, 300, 400)
    facts(SchoolFactory(), boys=None)
    found = comparison(cast.school, least=5)
    assert found is not None
    pupils, classes = found.rows[:2]
    assert (pupils.measure, pupils.mine, pupils.median) == (MEASURES[0], 900, None)
    assert classes.median == 10


@pytest.mark.django_db
def test_the_page_names_nobody_and_goes_by_the_table(cast: Cast, client: Client) -> None:
    client.force_login(in_english(cast.principal))
    assert "no figures of your school yet" in page(client, BESIDE)
    facts(cast.school, boys=900)
    others = SchoolFactory.create_batch(6)
    for school in others:
        facts(school, boys=100)
    seen = page(client, BESIDE)
    assert "Compared with 6 other open schools" in seen
    assert not any(school.name in seen for school in others)
    ReturnTerm.objects.create(key="least_similar", length=7, basis="…", valid_from=date(2026, 1, 1))
    assert "too few similar schools" in page(client, BESIDE)
    assert client.get(BESIDE, {"school": others[0].pk}).status_code == 404


@pytest.mark.django_db
def test_the_principal_sees_who_may_sign_and_who_signed_in(cast: Cast, client: Client) -> None:
    client.force_login(in_english(cast.principal))
    seen = page(client, reverse("school:users"))
    assert "enters, signs and sends" in seen and "enters and sends" in seen
    assert "never" in seen
