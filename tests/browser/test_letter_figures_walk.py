"""Figures of letters: a leader follows one to its letters, the chief releases the month, a visitor reads it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from sections.office.letter_figures.counting import month_before
from sections.office.letter_figures.models import LetterReport
from sections.office.letters.choices import Kind, Status
from tests.factories.letter_figures import answered, letter, report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "zh": SimpleNamespace(
        code="zh-hans",
        figures="来信统计",
        answered="已答复",
        reports="来信月报",
        release="发布",
        released="已发布",
        few="少于 5 件",
        letters="来信情况统计",
    ),
    "en": SimpleNamespace(
        code="en",
        figures="Figures of letters",
        answered="Answered",
        reports="Monthly reports",
        release="Release",
        released="released",
        few="fewer than 5",
        letters="Letters in figures",
    ),
}


@pytest.fixture
def month(cast: Any) -> date:
    """Last month: seven answers, two suggestions that were not accepted."""
    first = month_before(timezone.localdate())
    for _number in range(7):
        answered(first, first.replace(day=20), first.replace(day=28), unit="basic", title="Bus stop")
    for _number in range(2):
        letter(first, Status.DECLINED, closed_on=first.replace(day=9), kind=Kind.SUGGESTION)
    report(first)
    return first


def look_at(opened: Any) -> list[str]:
    wide = ["scrolls sideways"] if opened.scrolls_sideways() else []
    return [f"{opened.page.title()}: {fault}" for fault in [*wide, *opened.complaints()]]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_figure_leads_to_its_letters_and_a_released_month_to_the_public(
    visit, signed_in, month, phone, desktop, language
):
    words = WORDS[language]
    faults = figures_by_a_leader(signed_in, words, month)
    faults += released_by_the_chief(signed_in, words)
    faults += read_by_a_visitor(visit, words, language, month, phone if language == "zh" else desktop)
    assert faults == []


def figures_by_a_leader(signed_in: Any, words: SimpleNamespace, month: date) -> list[str]:
    leader = signed_in("bureau_leader", "/desk/", language=words.code)
    leader.follow(words.figures, within=leader.page.locator("#side"))
    faults = look_at(leader)
    figure = leader.page.locator(".stats > div").filter(has_text=words.answered).first.locator("a")
    assert figure.inner_text() == "7"
    leader.click(figure)
    assert leader.page.locator("#results tbody tr").all_inner_texts()[6]
    assert len(leader.page.locator("#results tbody tr").all_inner_texts()) == 7
    assert leader.messages == []
    return faults + look_at(leader)


def released_by_the_chief(signed_in: Any, words: SimpleNamespace) -> list[str]:
    chief = signed_in("office_chief", "/desk/", language=words.code)
    chief.click(chief.page.locator("#side a").filter(has_text=words.reports))
    chief.click(chief.page.locator("#results tbody a").first)
    faults = look_at(chief)
    chief.take_step(words.release)
    chief.press(words.release, within=chief.page.locator("#main form"))
    assert words.released in chief.text()
    assert LetterReport.objects.get().status == "released"
    assert chief.messages == []
    return faults


def read_by_a_visitor(
    visit: Any, words: SimpleNamespace, language: str, month: date, viewport: Any
) -> list[str]:
    visitor = visit(f"/{language}/letters/figures/", viewport=viewport)
    faults = look_at(visitor)
    assert visitor.page.locator("h1").inner_text() == words.letters
    visitor.click(visitor.page.locator("#main tbody a").first)
    assert f"{month.year}" in visitor.page.locator("h1").inner_text()
    assert words.few in visitor.text()
    assert visitor.messages == []
    return faults + look_at(visitor)
