"""Figures of letters, against numbers computed by hand."""

from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bureau.access.standing import rights_scope
from bureau.pages.listing import Listing
from bureau.pages.pagesets import pageset_of
from sections.office.letter_figures.counting import FIGURES, Period, whole_month
from sections.office.letter_figures.links import tables, totals
from sections.office.letter_figures.selectors import count, figures, median
from sections.office.letters.choices import Channel, Kind, Solved, Status
from sections.office.letters.clocks import ACCEPTANCE
from sections.office.letters.models import Letter
from tests.factories.letter_figures import answered, clock, letter

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
D = date


@pytest.fixture
def signed_in():
    def client_of(user):
        user.language = "en"
        user.save(update_fields=["language"])
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return client_of


@pytest.fixture
def spring(cast):
    """Twelve letters around March 2026; what each adds to March stands beside it."""
    pingyao, yuci = cast.other_school, cast.school
    # Answered in March: within 10, 20 and 30 days; the second late, the third after an extension.
    answered(
        D(2026, 3, 1), D(2026, 3, 11), D(2026, 4, 30), unit="basic", rating=5, solved=Solved.YES, school=yuci
    )
    answered(D(2026, 3, 2), D(2026, 3, 22), D(2026, 3, 20), unit="basic", rating=2, solved=Solved.NO)
    answered(
        D(2026, 2, 15),
        D(2026, 3, 17),
        D(2026, 3, 18),
        extension=30,
        unit="preschool",
        kind=Kind.SUGGESTION,
        channel=Channel.POST,
        rating=4,
        school=pingyao,
    )
    # Answered in April; received and accepted in March; open at the end of March, its day already past then.
    answered(D(2026, 3, 5), D(2026, 4, 7), D(2026, 3, 30), unit="preschool")
    # Ended otherwise.
    letter(D(2026, 3, 3), Status.DECLINED, closed_on=D(2026, 3, 8), kind=Kind.SUGGESTION)
    letter(D(2026, 2, 20), Status.REFERRED, closed_on=D(2026, 3, 2), channel=Channel.MAYORS_LINE)
    letter(D(2026, 3, 4), Status.WITHDRAWN, closed_on=D(2026, 3, 30))
    letter(D(2026, 3, 4), Status.DECLINED, closed_on=D(2026, 4, 2))  # open at the end of March
    # Still open.
    running = letter(D(2026, 3, 20), Status.ASSIGNED, unit="basic", channel=Channel.PHONE)
    clock(running, D(2026, 3, 25), D(2026, 5, 24))
    late = letter(D(2026, 2, 1), Status.REGISTERED)  # the acceptance is overdue
    clock(late, D(2026, 2, 1), D(2026, 2, 16), matter=ACCEPTANCE)
    paused = letter(D(2026, 1, 5), Status.DRAFTING, unit="basic")
    clock(paused, D(2026, 1, 6), D(2026, 3, 9), paused=D(2026, 2, 1))  # stopped for a time: not overdue
    letter(D(2026, 4, 1))  # April's
    return cast


WANTED = {
    "received": 7,
    "accepted": 4,
    "declined": 1,
    "referred": 1,
    "withdrawn": 1,
    "merged": 0,
    "answered": 3,
    "on_time": 1,
    "extended": 1,
    "late": 1,
    "open": 5,
    "overdue": 2,
    "rated": 3,
    "satisfied": 2,
    "solved": 1,
    "partly": 0,
    "unsolved": 1,
}


def test_the_figures_of_a_month_are_those_counted_by_hand(spring):
    found = figures(spring.office_chief, MARCH).total
    assert found.counts == WANTED
    assert found.median == 20
    assert found.on_time_rate == 66.7
    assert found.satisfied_rate == 66.7
    assert found.solved_rate == 50.0


def test_each_breakdown_adds_up_to_the_whole(spring):
    found = figures(spring.office_chief, MARCH)
    for dimension in ("kind", "channel", "section", "district"):
        lines = found.block(dimension).lines
        for key in FIGURES:
            assert sum(line.counts[key] for line in lines) == found.total.counts[key], (dimension, key)


def lines(found, dimension):
    return {line.name: line for line in found.block(dimension).lines}


def test_a_line_holds_what_belongs_to_it(spring):
    found = figures(spring.office_chief, MARCH)
    basic = lines(found, "section")["Basic Education Section"]
    assert {key: basic.counts[key] for key in ("received", "answered", "late", "open")} == {
        "received": 3,
        "answered": 2,
        "late": 1,
        "open": 2,
    }
    assert basic.median == 15
    assert lines(found, "kind")["Suggestion"].counts["declined"] == 1
    assert lines(found, "channel")["letter by post"].counts["extended"] == 1
    districts = {line.name: line.counts["answered"] for line in found.block("district").lines}
    assert {name: number for name, number in districts.items() if number} == {
        "Yuci District": 1,
        "Pingyao County": 1,
        "about no school": 1,
    }


def test_a_section_without_letters_stays_in_the_table(spring):
    from bureau.charter.selectors import sections

    shown = {line.key for line in figures(spring.office_chief, MARCH).block("section").lines}
    assert {str(unit.pk) for unit in sections()} < shown
    personnel = lines(figures(spring.office_chief, MARCH), "section")["Personnel Section"]
    assert set(personnel.counts.values()) == {0} and personnel.median is None


def test_months_hold_what_happened_in_them(spring):
    found = figures(spring.office_chief, Period(D(2026, 2, 1), D(2026, 4, 30)))
    course = {line.key: line for line in found.block("month").lines}
    assert list(course) == ["2026-02", "2026-03", "2026-04"]
    assert [course[month].counts["received"] for month in course] == [3, 7, 1]
    assert [course[month].counts["accepted"] for month in course] == [1, 4, 0]
    assert [course[month].counts["answered"] for month in course] == [0, 3, 1]
    assert [course[month].counts["late"] for month in course] == [0, 1, 1]
    assert [course[month].counts["declined"] for month in course] == [0, 1, 1]
    assert [course[month].median for month in course] == [None, 20, 33]


@pytest.mark.parametrize(
    ("histogram", "wanted"),
    [
        ({}, None),
        ({4: 1}, 4),
        ({1: 1, 4: 1}, 2.5),
        ({1: 5, 60: 1}, 1),
        ({2: 2, 7: 2}, 4.5),
        ({0: 1, 1: 1}, 0.5),
    ],
)
def test_the_median_is_the_middle_value(histogram, wanted):
    assert median(histogram) == wanted


def test_every_figure_leads_to_a_list_of_just_so_many_letters(spring, signed_in):
    """Every number on the page, in every table: the list behind it is as long, and the search finds the same."""
    client = signed_in(spring.office_chief)
    page = client.get("/desk/office/letter-reports/figures/", {"since": "2026-02", "until": "2026-04"})
    assert page.status_code == 200
    rows = [page.context["total"], *(row for table in page.context["tables"] for row in table.rows)]
    cells = {cell.url: cell for row in rows for cell in row.cells if cell.url}
    assert len(cells) > 40
    pageset = pageset_of("desk", Letter)
    with rights_scope():
        for address, cell in cells.items():
            where, _mark, query = address.partition("?")
            assert where == "/desk/office/letters/"
            assert Listing(pageset, spring.office_chief, QueryDict(query)).found == cell.value, address
    shown = {cell.key: address for address, cell in cells.items()}  # the page itself, once for each figure
    for address in shown.values():
        listed = client.get(address)
        assert listed.status_code == 200, address
        assert listed.context["listing"].found == cells[address].value, address


def test_every_figure_without_a_link_is_nought(spring):
    found = figures(spring.office_chief, MARCH)
    for row in (totals(found, params={}), *(row for table in tables(found, params={}) for row in table.rows)):
        assert all(cell.url or not cell.value for cell in row.cells)


def test_a_narrowed_page_counts_and_lists_the_same_letters(spring, signed_in):
    client = signed_in(spring.office_chief)
    asked = {
        "since": "2026-03",
        "until": "2026-03",
        "kind": "suggestion",
        "district": spring.other_school.district_id,
    }
    page = client.get("/desk/office/letter-reports/figures/", asked)
    cells = {cell.key: cell for cell in page.context["total"].cells}
    assert (cells["answered"].value, cells["received"].value) == (1, 0)
    assert client.get(cells["answered"].url).context["listing"].found == 1


def test_sections_count_their_own_letters_and_leaders_all(spring):
    def received(name):
        return figures(getattr(spring, name), MARCH).total.counts["received"]

    assert received("office_clerk") == received("bureau_leader") == 7
    assert received("basic_clerk") == 3
    assert received("preschool_clerk") == 1
    assert received("personnel_clerk") == received("district_reviewer") == received("principal") == 0


def test_letters_about_ones_own_school_are_in_no_figure(spring):
    """The principal's school is complained about in one letter; no role of his shows that it exists."""
    from bureau.charter.choices import Role
    from bureau.charter.models import Membership, Unit

    Membership.objects.create(
        user=spring.principal, unit=Unit.objects.get(key="office"), role=Role.CHIEF, since=D(2020, 1, 1)
    )
    assert figures(spring.principal, MARCH).total.counts["answered"] == 2


def test_the_number_of_queries_does_not_follow_the_letters(spring, signed_in):
    client = signed_in(spring.office_chief)
    address = "/desk/office/letter-reports/figures/?since=2026-01&until=2026-04"
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(60):
        answered(D(2026, 3, 1 + number % 28), D(2026, 4, 1), D(2026, 4, 30), unit="basic")
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_counting_itself_takes_a_dozen_queries(spring):
    with rights_scope():
        figures(spring.office_chief, MARCH)
        with CaptureQueriesContext(connection) as captured:
            figures(spring.office_chief, MARCH)
    assert len(captured) <= 16


def test_one_figure_alone_is_that_of_the_table(spring):
    total = figures(spring.office_chief, MARCH).total.counts
    assert {key: count(spring.office_chief, key, MARCH) for key in FIGURES} == total


def test_a_reopened_letter_is_accepted_once(cast):
    again = letter(D(2026, 2, 1), Status.ACCEPTED, reopened_on=D(2026, 3, 10))
    clock(again, D(2026, 2, 2), D(2026, 4, 3), D(2026, 3, 1))
    clock(again, D(2026, 3, 10), D(2026, 5, 9))
    assert count(cast.office_chief, "accepted", MARCH) == 0
    assert count(cast.office_chief, "accepted", whole_month(D(2026, 2, 1))) == 1


def test_a_period_that_ends_before_it_begins_is_refused_with_a_sentence(cast, signed_in):
    page = signed_in(cast.office_chief).get(
        "/desk/office/letter-reports/figures/", {"since": "2026-04", "until": "2026-03"}
    )
    assert page.status_code == 400
    assert "The first month lies after the last one" in page.content.decode()


@pytest.mark.parametrize("asked", ["?since=1999-13", "?kind=x", "?district=0", "?section=abc", "?since=%00"])
def test_strange_questions_are_refused_and_not_an_error(cast, signed_in, asked):
    page = signed_in(cast.office_chief).get(f"/desk/office/letter-reports/figures/{asked}")
    assert page.status_code == 400


@pytest.mark.parametrize("asked", ["figure=x", "since=soon", "handled_by=0", "until=2026-13-01"])
def test_the_list_refuses_a_figure_that_there_is_not(cast, signed_in, asked):
    assert signed_in(cast.office_chief).get(f"/desk/office/letters/?{asked}").status_code == 400
