"""What the bureau does: every section, every duty; what is not installed is said to be so."""

import pytest
from django.contrib.auth.models import Group

from bureau.charter.capabilities import CAPABILITIES, Capability
from bureau.charter.choices import UnitKind
from bureau.charter.models import Duty, HeldCapability, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def letters(monkeypatch):
    offered = Capability(
        "test.offered", "offered", holder={}, public_links=(("track", "Follow it"), ("nowhere", "Dead"))
    )
    monkeypatch.setitem(CAPABILITIES._entries, offered.name, offered)
    unit = Unit.objects.create(
        key="desk-one",
        kind=UnitKind.SECTION,
        name="Desk One",
        name_zh="一科",
        group=Group.objects.create(name="desk-one"),
    )
    for order, (code, names) in enumerate(
        [("1.1", ["test.offered"]), ("1.2", ["test.missing"]), ("1.3", ["test.offered", "test.missing"])]
    ):
        duty = Duty.objects.create(
            unit=unit, code=code, name=f"Duty {code}", name_zh=f"职责{code}", order=order
        )
        for name in names:
            HeldCapability.objects.create(unit=unit, duty=duty, capability=name)
    return unit


def test_sections_and_duties_stand_in_the_language_of_the_page(client, letters):
    english, chinese = (client.get(f"/{lang}/about/duties/").content.decode() for lang in ("en", "zh"))
    assert "Desk One" in english and "Duty 1.1" in english
    assert "一科" in chinese and "职责1.1" in chinese


def test_a_duty_whose_capability_is_not_installed_says_so(client, letters):
    page = client.get("/en/about/duties/").content.decode()
    assert page.count("Not yet available") == 1
    assert page.count("Partly available") == 1


def test_what_the_public_can_use_is_linked_and_dead_links_are_left_out(client, letters):
    page = client.get("/en/about/duties/").content.decode()
    assert '<a href="/en/track/">Follow it</a>' in page
    assert "Dead" not in page


def test_a_missing_english_name_shows_the_chinese_one_with_its_language(client, letters):
    Unit.objects.filter(pk=letters.pk).update(name="")
    assert '<span lang="zh">一科</span>' in client.get("/en/about/duties/").content.decode()


def test_a_section_that_ended_is_left_out(client, letters):
    Unit.objects.filter(pk=letters.pk).update(is_active=False)
    assert "Desk One" not in client.get("/en/about/duties/").content.decode()


def test_the_number_of_queries_does_not_grow(client, letters, django_assert_max_num_queries):
    for number in range(30):
        Duty.objects.create(unit=letters, code=f"2.{number}", name="More", name_zh="更多", order=50)
    with django_assert_max_num_queries(4):
        client.get("/en/about/duties/")
