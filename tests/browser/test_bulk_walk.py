"""One title for a whole selection, by a job: with scripts and without."""

from __future__ import annotations

import pytest

from bureau.jobs import draining
from personnel.models import Teacher, Title
from tests.browser.test_teacher_walk import day
from tests.factories.teachers import TeacherFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_personnel_clerk_titles_a_whole_selection(signed_in, cast, settings, javascript):
    settings.BULK_ROWS_AT_ONCE = 2
    for name in ("王小燕", "赵志强", "李丽华"):
        TeacherFactory(school=cast.school, name=name)
    title = Title.objects.first()
    clerk = signed_in("personnel_clerk", "/desk/personnel/teachers/", javascript=javascript)
    clerk.follow("Select all 3")
    clerk.press("Enter a professional title…")
    assert "3 records" in clerk.text() and "in the background" in clerk.text()
    assert not javascript or clerk.complaints() == []
    clerk.page.locator("#main select[name=title]").select_option(str(title.pk))
    day(clerk, "title_on", "2026-09-01")
    clerk.press("Enter a professional title")
    assert "The job waits for its turn." in clerk.text()
    assert not Teacher.objects.filter(title=title, title_on="2026-09-01").exists()

    draining.drain()
    clerk.follow("Refresh").follow("Open the result")
    assert Teacher.objects.filter(title=title, title_on="2026-09-01").count() == 3
    assert "王小燕" in clerk.text()
    assert not javascript or clerk.complaints() == []
    clerk.follow("Back to the list")
    assert clerk.page.inner_text("h1") == "Teachers"
    assert clerk.messages == [] and clerk.foreign_requests() == []
