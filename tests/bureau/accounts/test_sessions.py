"""How long a session holds, and what ends it for good."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bureau.accounts import services, visits
from bureau.accounts.models import User, Visit
from bureau.charter import services as memberships
from bureau.charter.choices import Role
from tests.bureau.accounts.conftest import PASSWORD

NOW = "2026-03-02 09:00+08:00"


def signed_in(login: str = "clerk") -> Client:
    browser = Client()
    browser.post("/account/login/", {"login": login, "password": PASSWORD})
    assert is_in(browser)
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/account/").status_code == 200


def replay(browser: Client, old_key: str) -> bool:
    stolen = Client()
    stolen.cookies["sessionid"] = old_key
    return is_in(stolen)


def key(browser: Client) -> str:
    return browser.cookies["sessionid"].value


@pytest.fixture(autouse=True)
def _clerk(clerk: User) -> None:
    pass


def test_idle_for_half_an_hour_ends_the_session():
    with time_machine.travel(NOW, tick=False) as clock:
        browser = signed_in()
        clock.shift(timedelta(minutes=29))
        assert is_in(browser)
        clock.shift(timedelta(minutes=29))
        assert is_in(browser)
        clock.shift(timedelta(minutes=31))

        assert not is_in(browser)


def test_the_account_is_read_with_its_session():
    browser = signed_in()
    with CaptureQueriesContext(connection) as asked:
        assert is_in(browser)
    first = next(query["sql"] for query in asked if '"accounts_user"' in query["sql"])
    assert 'FROM "accounts_visit" INNER JOIN "accounts_user"' in first


def test_a_session_of_another_account_than_its_visit_is_nobodys(make_user):
    browser, other = signed_in(), make_user("other")
    Visit.objects.update(user=other)
    assert not is_in(browser)


def test_twelve_hours_end_the_session_however_busy():
    with time_machine.travel(NOW, tick=False) as clock:
        browser = signed_in()
        for _ in range(35):
            clock.shift(timedelta(minutes=20))
            assert is_in(browser)
        clock.shift(timedelta(minutes=21))

        assert not is_in(browser)


def test_an_ended_session_is_not_revived_by_coming_back_in_time():
    with time_machine.travel(NOW, tick=False) as clock:
        browser = signed_in()
        old = key(browser)
        clock.shift(timedelta(minutes=31))
        assert not is_in(browser)
        clock.shift(timedelta(minutes=-31))

        assert not replay(browser, old)


def test_a_flushed_cache_ends_nothing_and_revives_nothing():
    browser = signed_in()
    cache.clear()

    assert is_in(browser)


def test_the_key_changes_at_sign_in():
    browser = Client()
    session = browser.session
    session["seen"] = "before"
    session.save()
    browser.cookies["sessionid"] = session.session_key
    browser.post("/account/login/", {"login": "clerk", "password": PASSWORD})

    assert key(browser) != session.session_key
    assert not replay(browser, session.session_key)


def test_signing_out_kills_the_key():
    browser = signed_in()
    old = key(browser)
    browser.post("/account/logout/")

    assert not replay(browser, old)


def test_a_link_alone_signs_nobody_out():
    browser = signed_in()
    browser.get("/account/logout/")

    assert is_in(browser)


def test_deactivation_ends_the_session_and_activation_does_not_bring_it_back(clerk, security_admin):
    browser = signed_in()
    services.deactivate(user=clerk, by=security_admin)
    assert not is_in(browser)
    services.activate(user=clerk, by=security_admin)

    assert not is_in(browser)


def test_a_session_copied_before_deactivation_stays_dead(clerk, security_admin):
    browser = signed_in()
    copied = Session.objects.get(session_key=key(browser)).session_data
    services.deactivate(user=clerk, by=security_admin)
    services.activate(user=clerk, by=security_admin)
    Session.objects.filter(session_key=key(browser)).update(session_data=copied)

    assert not is_in(browser)


def test_a_new_membership_ends_the_sessions(clerk, section, security_admin):
    browser = signed_in()
    memberships.add_membership(user=clerk, unit=section, role=Role.OFFICER, by=security_admin)

    assert not is_in(browser)


def test_a_password_change_ends_all_other_sessions_and_keeps_this_one():
    here, there = signed_in(), signed_in()
    old = key(here)
    new = "another-fine-sentence"
    here.post("/account/password/", {"old": PASSWORD, "new": new, "again": new})

    assert is_in(here)
    assert not is_in(there)
    assert not replay(here, old)


def test_signing_out_everywhere_else_keeps_only_this_session():
    here, there = signed_in(), signed_in()
    here.post("/account/sessions/end/")

    assert is_in(here)
    assert not is_in(there)


def test_one_session_can_be_ended_from_another(clerk):
    there, here = signed_in(), signed_in()
    other = Visit.objects.order_by("started_at").first()
    here.post(f"/account/sessions/{other.pk}/end/")

    assert not is_in(there)
    assert is_in(here)


def test_somebody_elses_session_cannot_be_ended(make_user):
    make_user("other")
    signed_in("other")
    foreign = Visit.objects.get(user__username="other")

    assert signed_in().post(f"/account/sessions/{foreign.pk}/end/").status_code == 404


def test_beyond_the_cap_the_longest_unused_session_ends(settings):
    settings.SESSIONS_PER_PERSON = 2
    with time_machine.travel(NOW, tick=False) as clock:
        browsers = []
        for _ in range(3):
            browsers.append(signed_in())
            clock.shift(timedelta(minutes=2))

        assert [is_in(browser) for browser in browsers] == [False, True, True]


def test_pages_of_a_signed_in_person_are_not_stored():
    assert "no-store" in signed_in().get("/account/sessions/")["Cache-Control"]


def test_an_open_page_reads_no_session():
    browser = signed_in()
    with CaptureQueriesContext(connection) as asked:
        browser.get("/healthz")

    assert not [query["sql"] for query in asked if "session" in query["sql"] or "accounts_" in query["sql"]]


def test_the_purge_removes_only_what_has_run_out():
    with time_machine.travel(NOW, tick=False) as clock:
        signed_in()
        clock.shift(timedelta(minutes=40))
        signed_in()

        assert visits.purge() == 1
