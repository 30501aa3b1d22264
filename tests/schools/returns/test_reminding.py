"""Reminders of the night and urging by hand: on which day, to whom, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bureau.accounts.models import User
from bureau.audit.models import Event
from bureau.notices.models import Notice
from bureau.workflow.refusals import Invalid
from schools.returns.models import LockException, Reminder, Return, ReturnTerm
from schools.returns.reminding import remind
from schools.returns.services.terms import load_terms
from schools.returns.services.urging import urge
from tests.cast import Cast, in_english
from tests.factories.returns import CollectionFactory, ReturnFactory

# June 2026: the 15th is a Monday, and no holiday notice names a day of the weeks around it but the 19th to 21st.
OPENS, DUE, LOCKS = date(2026, 5, 25), date(2026, 6, 10), date(2026, 6, 17)


def owed(cast: Cast, *, due: date = DUE, locks: date = LOCKS, **given: Any) -> Return:
    collection = CollectionFactory(opens_on=OPENS, due_on=due, locks_on=locks)
    made: Return = ReturnFactory(collection=collection, school=cast.school, **given)
    return made


def levels(record: Return) -> list[tuple[str, date]]:
    return list(record.reminders.order_by("pk").values_list("level", "on"))


def season(since: date, until: date) -> None:
    """Every night of these days, and each a second time."""
    day = since
    while day <= until:
        remind(day)
        assert remind(day) == 0
        day += timedelta(days=1)


def kinds(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


@pytest.mark.django_db
def test_a_silent_school_hears_louder_and_louder_and_each_level_once(cast: Cast) -> None:
    record = owed(cast)
    season(date(2026, 6, 1), date(2026, 6, 18))
    assert levels(record) == [
        ("coming", date(2026, 6, 5)),
        ("due", DUE),
        ("late", date(2026, 6, 11)),
        ("escalated", date(2026, 6, 15)),
        ("closing", date(2026, 6, 16)),
        ("section", date(2026, 6, 17)),
    ]
    assert kinds(cast.school_clerk) == ["schools.returns_digest"] * 4
    assert kinds(cast.district_leader) == ["schools.returns_late_district"]
    assert kinds(cast.other_district) == kinds(cast.basic_officer) == []


@pytest.mark.django_db
def test_a_day_of_rest_is_silent_and_its_reminder_comes_before(cast: Cast) -> None:
    sunday = owed(cast, due=date(2026, 6, 7))
    season(date(2026, 6, 4), date(2026, 6, 8))
    assert ("due", date(2026, 6, 5)) in levels(sunday)
    assert {on.weekday() for _level, on in levels(sunday)} <= {0, 1, 2, 3, 4}


@pytest.mark.django_db
def test_a_school_hears_once_a_day_of_all_its_returns(cast: Cast) -> None:
    first, second, third = owed(cast), owed(cast), owed(cast, due=date(2026, 6, 9))
    assert remind(DUE) == 3
    (told,) = Notice.objects.filter(user=cast.principal)
    assert [levels(one)[0][0] for one in (first, second, third)] == ["due", "due", "late"]
    said = told.params["summary"]["en"]
    assert "1 is late" in said and "2 are due now" in said and first.collection.title in said
    assert "迟" not in said and first.collection.title_zh in told.params["summary"]["zh"]


@pytest.mark.django_db
def test_nobody_is_reminded_of_what_is_sent_excused_past_or_not_open(cast: Cast) -> None:
    owed(cast, status="section")
    owed(cast, status="excused")
    for given in ({"is_past": True}, {"status": "locked"}, {"opens_on": DUE + timedelta(days=1)}):
        days = {"opens_on": OPENS, "due_on": DUE + timedelta(days=2), "locks_on": LOCKS, **given}
        ReturnFactory(school=cast.school, collection=CollectionFactory(**days))
    assert remind(DUE) == 0


@pytest.mark.django_db
def test_a_correction_has_a_deadline_of_its_own_and_is_told_of_anew(cast: Cast) -> None:
    record = owed(cast)
    remind(DUE)
    new = date(2026, 6, 24)
    Return.objects.filter(pk=record.pk).update(
        status="returned", round=1, first_sent_on=DUE, sent_on=DUE, returned_due_on=new
    )
    assert remind(new) == 1
    assert levels(record) == [("due", DUE), ("due", new)]


@pytest.mark.django_db
def test_an_exception_moves_the_last_warning(cast: Cast) -> None:
    record = owed(cast)
    LockException.objects.create(
        collection=record.collection,
        school=record.school,
        until=date(2026, 6, 26),
        reason="Flood",
        granted_by=cast.basic_officer,
    )
    season(date(2026, 6, 15), date(2026, 6, 26))
    assert [on for level, on in levels(record) if level == "closing"] == [date(2026, 6, 25)]


@pytest.mark.django_db
def test_the_table_decides_and_a_missing_row_is_silence(cast: Cast) -> None:
    ReturnTerm.objects.filter(key="coming").delete()
    ReturnTerm.objects.create(key="late", length=3, basis="…", valid_from=date(2026, 6, 1), changed_by="A")
    record = owed(cast)
    season(date(2026, 6, 4), date(2026, 6, 15))
    assert levels(record)[:2] == [("due", DUE), ("late", date(2026, 6, 15))]
    load_terms()
    assert ReturnTerm.objects.filter(key="late").count() == 2
    assert ReturnTerm.objects.get(key="late", changed_by="A").length == 3


# --- by hand --------------------------------------------------------------------------------------------


def now(cast: Cast, **given: Any) -> Return:
    made: Return = ReturnFactory(**{"school": cast.school, "collection": CollectionFactory(), **given})
    return made


@pytest.mark.django_db
def test_a_section_urges_once_a_day_with_one_notice_to_a_school(cast: Cast) -> None:
    records = [now(cast), now(cast), now(cast, school=cast.other_school)]
    done = urge(returns=[one.pk for one in records], by=cast.basic_clerk, text="called the office")
    assert (done.schools, done.returns, done.already) == (2, 3, 0)
    assert kinds(cast.principal) == ["schools.returns_urged"]
    assert kinds(cast.other_principal) == ["schools.return_urged"]
    again = urge(returns=[one.pk for one in records], by=cast.district_leader)
    assert (again.schools, again.already) == (0, 2)
    assert Reminder.objects.filter(level="urged", by_name="Basic Clerk").count() == 3
    assert Event.objects.filter(action="schools.return.urged").count() == 1


@pytest.mark.django_db
def test_a_district_urges_its_own_schools_and_in_its_own_name(cast: Cast) -> None:
    mine, theirs = now(cast), now(cast, school=cast.other_school)
    urge(returns=[mine.pk, theirs.pk], by=cast.district_leader)
    assert not theirs.reminders.exists()
    assert Notice.objects.get(user=cast.principal).params["unit"]["zh"].startswith("榆次")
    for nobody in (cast.principal, cast.system_admin, cast.other_district):
        with pytest.raises(Invalid):
            urge(returns=[mine.pk], by=nobody)


@pytest.mark.django_db
def test_what_is_sent_or_not_yet_open_is_not_urged(cast: Cast) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    records = [now(cast, status="section"), now(cast, collection=CollectionFactory(opens_on=tomorrow))]
    with pytest.raises(Invalid):
        urge(returns=[one.pk for one in records], by=cast.basic_officer)


@pytest.mark.django_db
def test_the_list_urges_the_ticked_or_all_that_it_shows(cast: Cast, client: Client) -> None:
    first, second = now(cast), now(cast, school=cast.other_school)
    client.force_login(in_english(cast.basic_officer))
    address, query = reverse("desk:schools:return_urge"), f"figure=unsent&collection={first.collection_id}"
    answered = client.post(address, {"pk": [first.pk], "query": query}, follow=True)
    assert "1 school was urged." in answered.content.decode()
    assert "urged today" in answered.content.decode()
    assert not second.reminders.exists()
    answered = client.post(address, {"all": "1", "query": "figure=unsent"}, follow=True)
    assert "1 return was urged today already" in answered.content.decode()
    assert second.reminders.exists()
    answered = client.post(address, {"query": query}, follow=True)
    assert "Tick at least one school." in answered.content.decode()
    client.force_login(cast.auditor)
    assert client.post(address, {"pk": [second.pk], "query": ""}).status_code in (302, 403)
    assert second.reminders.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_people_who_urge_at_once_write_one_reminder(cast: Cast) -> None:
    record = now(cast)
    start = Barrier(2)

    def at_once(who: User) -> int:
        try:
            start.wait()
            return urge(returns=[record.pk], by=who).returns
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(at_once, [cast.basic_officer, cast.basic_clerk]))
    assert sorted(done) == [0, 1]
    assert record.reminders.count() == 1
