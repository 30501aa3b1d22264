"""A season: two schools, a district and a section, one small form; in both languages, each on another chart.

Words of the portal are looked up by their English source, so the walk reads what the person reads.
"""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from bureau.jobs.draining import drain
from bureau.workflow.services import transition_of
from schools.returns.choices import ReminderLevel, ReturnStatus
from schools.returns.models import Collection, Figure, FigureTotal, Reminder, Return
from schools.returns.services import accepting, issuing
from tests.factories.returns import CollectionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOYS, MONEY = "pupils.g1.boys", "money.spent"
WHY = {BOYS: "与学籍系统不符", MONEY: "单位应为元"}
NAMES = ("basic_officer", "school_clerk", "principal", "district_reviewer", "other_principal")


class Walk:
    """Everybody at once, each in a browser of their own, and the return of the first school."""

    def __init__(self, signed_in: Any, language: str, collection: Collection) -> None:
        self.people = SimpleNamespace(**{name: signed_in(name, language=language) for name in NAMES})
        self.language, self.collection = language, collection
        self.record: Any = None

    def said(self, words: str) -> str:
        with translation.override(self.language):
            return gettext(words)

    def step(self, opened: Any, name: str, record: Any = None, *, why: str = "") -> None:
        """The step beside the record, and its page where it has one."""
        record = record or self.record
        with translation.override(self.language):
            label = str(transition_of(record, name).label)
        opened.take_step(label)
        form = opened.page.locator("#act-form")
        if form.count():
            if why:
                form.locator("textarea").fill(why)
            opened.click(form.locator("button"))

    def at_school(self, name: str, page: str = "return_detail", *more: Any, of: Any = None) -> Any:
        record = of or self.record
        return getattr(self.people, name).go(reverse(f"school:schools:{page}", args=[record.pk, *more]))

    def at_desk(self, name: str) -> Any:
        opened = getattr(self.people, name).go(reverse("desk:schools:return_detail", args=[self.record.pk]))
        assert self.status() in (ReturnStatus.DISTRICT, ReturnStatus.SECTION)
        return opened

    def review(self, opened: Any, act: str) -> None:
        opened.click(opened.page.locator(f"button[name=act][value={act}]"))

    def status(self) -> str:
        self.record.refresh_from_db()
        return str(self.record.status)

    def quiet(self) -> None:
        for name, opened in vars(self.people).items():
            assert opened.messages == [], name


@pytest.mark.parametrize(("language", "chart"), [("zh-hans", "jinzhong"), ("en", "compact")])
def test_a_season_of_returns(signed_in, cast, on_chart, tmp_path, language, chart):
    on_chart(chart)
    collection = CollectionFactory(
        draft=True,
        version_of_form__form__needs_district=True,
        title_zh="演员学校季报",
        title="Season of the cast",
    )
    collection.schools.set([cast.school, cast.other_school])
    walk = Walk(signed_in, language, collection)
    issued_by_the_section(walk, cast)
    filled_in_on_the_page(walk)
    mended_in_the_workbook(walk, tmp_path)
    signed_by_a_second_person_and_sent(walk)
    two_cells_come_back(walk)
    corrected_and_accepted(walk, cast)
    the_late_school_is_urged(walk, cast)
    locked_in_the_end(walk, cast)
    walk.quiet()


def issued_by_the_section(walk: Walk, cast: Any) -> None:
    """The register knows pupils by grade: asking again wants a reason."""
    officer = walk.people.basic_officer
    officer.go(reverse("desk:schools:collection_detail", args=[walk.collection.pk]))
    walk.step(officer, "issue", walk.collection, why="学年初数据以本次填报为准")
    drain()
    returns = {row.school_id: row for row in Return.objects.all()}
    assert returns.keys() == {cast.school.pk, cast.other_school.pk}
    walk.record = returns[cast.school.pk]


def filled_in_on_the_page(walk: Walk) -> None:
    """From the to-do of the school into the first part; sums are worked out."""
    clerk = walk.people.school_clerk.go("/school/")
    assert str(walk.collection.title if walk.language == "en" else walk.collection.title_zh) in clerk.text()
    clerk.click(clerk.page.locator(f"#main a[href*='/returns/{walk.record.pk}/']").first)
    clerk.click(clerk.page.locator(".tasklist a").first)
    clerk.page.locator("[id='c-A-A1']").fill("20")
    clerk.page.locator("[id='c-A-B1']").fill("１8")
    clerk.click(clerk.page.locator(".actbar button[formaction*='do=next']"))
    assert walk.status() == ReturnStatus.DRAFT
    assert walk.record.values["pupils.g1.total"] == "38"


def mended_in_the_workbook(walk: Walk, folder: Path) -> None:
    """Down, filled with a word among the figures, up, corrected on the page, saved whole."""
    clerk = walk.at_school("school_clerk", "return_workbook")
    with clerk.page.expect_download() as download:
        clerk.page.locator(
            f"a[href$='{reverse('school:schools:return_workbook_file', args=[walk.record.pk])}']"
        ).click()
    book = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()))
    place(book, "A", 2, "A").value = "many"
    place(book, "A", 2, "B").value = 21
    place(book, "B", 1, "A").value = 1234.56
    file = folder / "season.xlsx"
    book.save(file)
    clerk.page.locator("input[type=file]").set_input_files(file)
    clerk.press(walk.said("Show what would change"))
    assert "many" in clerk.page.locator("input[name='cell-pupils.g2.boys']").input_value()
    walk.record.refresh_from_db()
    assert MONEY not in walk.record.values
    clerk.page.locator("input[name='cell-pupils.g2.boys']").fill("22")
    clerk.press(walk.said("Keep corrections and check again"))
    clerk.click(clerk.page.locator("form[action*='/save/'] button"))
    walk.record.refresh_from_db()
    assert (walk.record.values["pupils.g2.boys"], walk.record.values[MONEY]) == ("22", "123456")


def place(book: openpyxl.Workbook, letter: str, line: int, column: str) -> Any:
    """The cell that the form calls A·B2: sheet A, column B, line 2."""
    sheet = next(one for one in book.worksheets if one.title.startswith(f"{letter} "))
    rows = list(sheet.iter_rows())
    at = next(one.column for row in rows for one in row[3:] if str(one.value or "").split(" ")[0] == column)
    return next(row[at - 1] for row in rows if str(row[0].value) == str(line))


def signed_by_a_second_person_and_sent(walk: Walk) -> None:
    clerk = walk.at_school("school_clerk")
    walk.step(clerk, "check")
    assert walk.status() == ReturnStatus.CHECKED
    assert not clerk.page.locator("a[href*='/do/sign/'], form[action*='/do/sign/']").count()
    walk.step(walk.at_school("principal"), "sign")
    walk.step(walk.at_school("school_clerk"), "send")
    assert walk.status() == ReturnStatus.DISTRICT


def two_cells_come_back(walk: Walk) -> None:
    walk.review(walk.at_desk("district_reviewer"), "endorse")
    officer = walk.at_desk("basic_officer")
    for cell, why in WHY.items():
        officer.page.locator(f"input[name=mark][value='{cell}']").check()
        officer.page.locator(f"input[name='why:{cell}']").fill(why)
    walk.review(officer, "send_back")
    assert walk.status() == ReturnStatus.RETURNED
    assert {remark.cell: remark.text for remark in walk.record.remarks.all()} == WHY


def corrected_and_accepted(walk: Walk, cast: Any) -> None:
    """The school reads why; the section reads old and new; what was accepted counts from now on."""
    clerk = walk.at_school("school_clerk")
    assert all(why in clerk.text() for why in WHY.values())
    walk.at_school("school_clerk", "return_part", "people").page.locator("[id='c-A-A1']").fill("25")
    clerk.click(clerk.page.locator(".actbar button[formaction*='do=next']"))
    clerk.page.locator("[id='c-B-A1']").fill("2000")
    clerk.click(clerk.page.locator(".actbar button[formaction*='do=next']"))
    signed_by_a_second_person_and_sent(walk)
    walk.review(walk.at_desk("district_reviewer"), "endorse")
    officer = walk.at_desk("basic_officer")
    for old, new in (("20", "25"), ("1,234.56", "2,000.00")):
        changed = officer.page.locator("td", has=officer.page.locator("s", has_text=old))
        assert new in changed.first.inner_text()
    walk.review(officer, "accept")
    assert walk.status() == ReturnStatus.ACCEPTED
    assert Figure.objects.get(owner_return=walk.record, cell=BOYS).amount == 25_000
    assert FigureTotal.objects.get(cell=BOYS, district=cast.school.district).schools == 1


def the_late_school_is_urged(walk: Walk, cast: Any) -> None:
    """Weeks later: one of two has not reported, and stands in the list behind the figure."""
    today = timezone.localdate()
    days = {
        "opens_on": today - timedelta(20),
        "due_on": today - timedelta(3),
        "locks_on": today + timedelta(4),
    }
    Collection.objects.filter(pk=walk.collection.pk).update(**days)
    officer = walk.people.basic_officer
    officer.go(f"{reverse('desk:schools:return_completeness')}?collection={walk.collection.pk}")
    missing = officer.page.locator("#main a[href*='figure=missing']").first
    assert missing.inner_text().strip() == "1"
    officer.click(missing)
    late = Return.objects.get(school=cast.other_school)
    officer.page.locator(f"input[name=pk][value='{late.pk}']").check()
    officer.press(walk.said("Urge the ticked schools"))
    assert Reminder.objects.get().level == ReminderLevel.URGED
    assert Reminder.objects.get().owner_return == late
    title = walk.collection.title if walk.language == "en" else walk.collection.title_zh
    assert title in walk.people.other_principal.go("/school/").text()


def locked_in_the_end(walk: Walk, cast: Any) -> None:
    """The accepted one and the window: both say why nothing can be written any more."""
    yesterday = timezone.localdate() - timedelta(1)
    Collection.objects.filter(pk=walk.collection.pk).update(locks_on=yesterday)
    issuing.lock_due()
    accepting.lock_due()
    assert walk.status() == ReturnStatus.LOCKED
    clerk = walk.at_school("school_clerk", "return_part", "people")
    assert not clerk.page.locator(".entry input:not([type=hidden])").count()
    assert cast.basic_officer.audit_name in clerk.text()
    late = Return.objects.get(school=cast.other_school)
    principal = walk.at_school("other_principal", "return_part", "people", of=late)
    assert not principal.page.locator(".actbar").count()
    assert late.status == ReturnStatus.DRAFT
