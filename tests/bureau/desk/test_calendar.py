"""The calendar page: the year, the import of a notice, the clock rules."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from bureau.accounts.models import User
from bureau.accounts.principals import System
from bureau.charter.choices import Role, UnitKind
from bureau.charter.models import Membership
from bureau.charter.units import create_unit
from bureau.deadlines import services
from bureau.deadlines.models import CalendarYear, ClockRule

DAYS = "date,name,kind\n2027-01-01,元旦,off\n2027-01-02,元旦,off\n2027-01-03,元旦,off\n"
GIVEN = {"year": "2027", "title_zh": "国务院办公厅关于2027年部分节假日安排的通知", "text": DAYS}
BY = System("test")


@pytest.fixture(autouse=True)
def _reference(db):
    call_command("reference", verbosity=0)


@pytest.fixture
def enter(client, db):
    def as_(role):
        user = User.objects.create_user(role, name=role, language="en")
        kind = UnitKind.SCHOOL if role == Role.PRINCIPAL else UnitKind.BUREAU
        unit = create_unit(key="somewhere", kind=kind, name="Somewhere", name_zh="某处")
        Membership.objects.create(user=user, unit=unit, role=role)
        client.force_login(user)
        return client

    return as_


@pytest.fixture
def clock():
    record = User.objects.create_user("record")
    return services.start("disclosure.reply", record, by=BY, on=date(2026, 12, 20))


def page(response):
    return response.content.decode()


def test_the_year_shows_days_off_and_working_weekends(enter):
    text = page(enter(Role.AUDITOR).get(reverse("desk:calendar_year", args=[2026])))
    assert "Spring Festival" in text
    assert 'class="cal-work"' in text
    assert "Import a holiday notice" not in text


def test_a_year_without_a_notice_says_so(enter):
    assert "No holiday notice is known" in page(
        enter(Role.AUDITOR).get(reverse("desk:calendar_year", args=[2031]))
    )


@pytest.mark.parametrize("year", [1999, 2101, 10**30])
def test_a_year_far_away_is_not_found(enter, year):
    assert enter(Role.AUDITOR).get(f"/desk/calendar/{year}/").status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SECURITY_ADMIN, Role.BUREAU_LEADER])
@pytest.mark.parametrize("name", ["desk:calendar_import", "desk:clock_rule_change"])
def test_only_the_system_administrator_changes_anything(enter, role, name):
    args = ["disclosure.reply"] if name == "desk:clock_rule_change" else []
    client = enter(role)
    assert client.get(reverse(name, args=args)).status_code == 403
    assert client.post(reverse(name, args=args), GIVEN).status_code == 403


def test_a_school_does_not_see_the_page(enter):
    assert enter(Role.PRINCIPAL).get(reverse("desk:calendar")).status_code in (403, 404)


def test_the_dry_run_shows_what_moves_and_writes_nothing(enter, clock):
    text = page(enter(Role.SYSTEM_ADMIN).post(reverse("desk:calendar_import"), GIVEN))
    assert "15 January 2027" in text
    assert "18 January 2027" in text
    assert not CalendarYear.objects.filter(year=2027).exists()


def seen_in(response):
    return response.context["seen"]


def test_what_was_confirmed_is_written(enter, clock):
    client = enter(Role.SYSTEM_ADMIN)
    seen = seen_in(client.post(reverse("desk:calendar_import"), GIVEN))
    response = client.post(reverse("desk:calendar_import"), {**GIVEN, "seen": seen})
    assert response.headers["Location"] == reverse("desk:calendar_year", args=[2027])
    clock.refresh_from_db()
    assert (clock.due_on, clock.is_provisional) == (date(2027, 1, 18), False)
    assert CalendarYear.objects.get(year=2027).loaded_by == "system_admin"


def test_when_something_changed_meanwhile_it_is_shown_again(enter, clock):
    client = enter(Role.SYSTEM_ADMIN)
    seen = seen_in(client.post(reverse("desk:calendar_import"), GIVEN))
    services.start("disclosure.reply", User.objects.create_user("later"), by=BY, on=date(2026, 12, 20))
    response = client.post(reverse("desk:calendar_import"), {**GIVEN, "seen": seen})
    assert "Look again" in page(response)
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_a_wrong_line_is_named_and_the_text_is_kept(enter):
    response = enter(Role.SYSTEM_ADMIN).post(
        reverse("desk:calendar_import"), {**GIVEN, "text": DAYS + "2027-02-30,春节,off\n"}
    )
    assert response.status_code == 422
    assert "Line 5:" in page(response)
    assert "2027-02-30,春节,off" in page(response)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_is_read_and_stays_on_the_page_when_it_is_wrong(enter, encoding):
    file = SimpleUploadedFile("2027.csv", (DAYS + "nonsense\n").encode(encoding))
    response = enter(Role.SYSTEM_ADMIN).post(
        reverse("desk:calendar_import"), {**GIVEN, "text": "", "file": file}
    )
    assert "Line 5:" in page(response)
    assert "2027-01-02,元旦,off" in page(response)


@pytest.mark.parametrize(
    ("content", "says"), [(b"\xff\xfe\x00\x01", "not a text"), (b"x" * 30_000, "too large")]
)
def test_a_file_that_is_no_notice_is_refused(enter, content, says):
    file = SimpleUploadedFile("a.csv", content)
    response = enter(Role.SYSTEM_ADMIN).post(reverse("desk:calendar_import"), {**GIVEN, "file": file})
    assert response.status_code == 422
    assert says in page(response)


def test_without_days_the_form_asks_for_them(enter):
    response = enter(Role.SYSTEM_ADMIN).post(reverse("desk:calendar_import"), {**GIVEN, "text": " "})
    assert "Paste the days of the notice" in page(response)


RULE = {
    "valid_from": "2027-03-01",
    "length": "15",
    "unit": "working_days",
    "extension_length": "10",
    "extended_by": ["chief"],
    "basis_zh": "新条例第一条",
    "basis": "New Regulations, Article 1",
}


def test_the_rules_stand_with_their_legal_basis(enter):
    text = page(enter(Role.AUDITOR).get(reverse("desk:clock_rules")))
    assert "Regulations on Petition Work, Article 23" in text
    assert "31 January of the following year" in text


def test_a_rule_shows_its_versions(enter):
    text = page(enter(Role.AUDITOR).get(reverse("desk:clock_rule", args=["disclosure.reply"])))
    assert "20 working days" in text
    assert "section chief" in text
    assert "Add a new version" not in text


def test_an_unknown_rule_is_not_found(enter):
    assert enter(Role.AUDITOR).get(reverse("desk:clock_rule", args=["nothing"])).status_code == 404


def test_a_new_version_is_added_beside_the_old_one(enter, clock):
    client = enter(Role.SYSTEM_ADMIN)
    url = reverse("desk:clock_rule_change", args=["disclosure.reply"])
    assert client.get(url).status_code == 200
    assert client.post(url, RULE).status_code == 302
    lengths = ClockRule.objects.filter(matter="disclosure.reply").values_list("length", flat=True)
    assert list(lengths) == [15, 20]
    clock.refresh_from_db()
    assert clock.rule.length == 20


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"valid_from": "2019-05-15"}, "must begin after"),
        ({"valid_from": "2026-12-01"}, "Clocks of this matter began"),
        ({"length": "0"}, "other than zero"),
        ({"unit": "fixed_day"}, "Give the month"),
        ({"unit": "fixed_day", "fixed_month": "2", "fixed_day": "30"}, "Give the month"),
        ({"extended_by": []}, "who may extend"),
    ],
)
def test_a_wrong_version_is_refused_with_a_sentence(enter, clock, change, says):
    url = reverse("desk:clock_rule_change", args=["disclosure.reply"])
    response = enter(Role.SYSTEM_ADMIN).post(url, {**RULE, **change})
    assert response.status_code == 422
    assert says in page(response)
    assert ClockRule.objects.filter(matter="disclosure.reply").count() == 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_renders_in_both_languages(enter, clock, language):
    client = enter(Role.SYSTEM_ADMIN)
    User.objects.filter(username=Role.SYSTEM_ADMIN).update(language=language)
    with translation.override(language):
        for name, args in [
            ("calendar", []),
            ("clock_rules", []),
            ("calendar_import", []),
            ("clock_rule", ["letters.reply"]),
            ("clock_rule_change", ["letters.reply"]),
        ]:
            assert client.get(reverse(f"desk:{name}", args=args)).status_code == 200
        assert client.post(reverse("desk:calendar_import"), GIVEN).status_code == 200
