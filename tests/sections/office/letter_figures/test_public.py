"""The monthly summary for everybody."""

from datetime import date

import pytest
from django.test import Client

from bureau.workflow import services as workflow
from sections.office.letters.choices import Channel, Kind, Solved, Status
from tests.factories.letter_figures import answered, letter, report

D = date
MARCH = D(2026, 3, 1)


@pytest.fixture
def march(cast):
    """Twelve requests answered, one of them late; three suggestions; three letters by post."""
    for number in range(12):
        answered(
            D(2026, 3, 1),
            D(2026, 3, 11),
            D(2026, 3, 10) if number == 0 else D(2026, 4, 30),
            unit="basic",
            solved=Solved.YES if number < 9 else Solved.NO if number < 11 else "",
            channel=Channel.POST if number < 3 else Channel.WEB,
            title="Secret title of a letter",
        )
    for _number in range(3):
        letter(D(2026, 3, 5), Status.DECLINED, closed_on=D(2026, 3, 9), kind=Kind.SUGGESTION)
    return cast


def page(path, language="en"):
    return Client().get(f"/{language}/letters/figures/{path}")


def rows(response):
    return {
        row.label: [one.hidden or one.value for one in row.cells]
        for table in response.context["tables"]
        for row in table.rows
    }


def test_a_month_appears_with_its_release_and_not_before(march):
    drafted = report(MARCH)
    assert "No month has been published yet" in page("").content.decode()
    assert page("2026-03/").status_code == 404
    workflow.perform(drafted, "release", by=march.office_chief)
    assert "/en/letters/figures/2026-03/" in page("").content.decode()
    assert page("2026-03/").status_code == 200


@pytest.fixture
def released(march):
    drafted = report(MARCH)
    workflow.amend(drafted, by=march.office_clerk, changes={"remarks": "Only for the desk"})
    drafted.refresh_from_db()
    return workflow.perform(drafted, "release", by=march.office_chief)


def test_small_numbers_are_not_shown_nor_told_by_the_sums(released):
    found = rows(page("2026-03/"))
    # received, accepted, answered, not accepted, referred
    assert found["Suggestion"] == ["few", 0, 0, "few", 0]
    assert found["Request"] == ["also", 12, 12, 0, 0]
    assert found["letter by post"][:3] == ["few", "few", "few"]
    assert found["web site"][:3] == ["also", "also", "also"]


def test_rates_are_told_and_closed_is_not_solved(released):
    line = page("2026-03/").context["line"]
    assert (line.received.value, line.answered.value) == (15, 12)
    assert (line.on_time, line.solved) == (92, 82)


def test_rates_of_few_letters_are_not_told(march, settings):
    settings.FIGURES_FEWEST = 13
    workflow.perform(report(MARCH), "release", by=march.office_chief)
    line = page("2026-03/").context["line"]
    assert (line.on_time, line.solved, line.answered.hidden) == (None, None, "few")
    assert "too few letters" in page("2026-03/").content.decode()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_name_nobody_and_may_be_cached(released, language):
    for path in ("", "2026-03/"):
        response = page(path, language)
        text = response.content.decode()
        assert response.status_code == 200
        assert not response.cookies
        assert "no-store" not in response.headers.get("Cache-Control", "")
        for word in ("Secret title", "Wang Example", "Only for the desk", "Office Chief", " style="):
            assert word not in text


def test_the_page_is_the_same_for_whoever_is_signed_in(released, march):
    from django.conf import settings

    client = Client()
    client.force_login(march.office_chief, backend=settings.AUTHENTICATION_BACKENDS[0])
    assert client.get("/en/letters/figures/2026-03/").content == page("2026-03/").content


@pytest.mark.parametrize("path", ["2026-13/", "x/", "2026-3/", "0000-01/", "2026-03-01/", "2026-04/"])
def test_a_month_that_there_is_not_is_not_found(released, path):
    assert page(path).status_code == 404


def test_months_beside_each_other_are_drawn(released, march):
    workflow.perform(report(D(2026, 2, 1)), "release", by=march.office_chief)
    text = page("").content.decode()
    for width in (720, 320):
        assert f'<svg viewBox="0 0 {width} 200" role="img"' in text
