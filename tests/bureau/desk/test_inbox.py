"""The inbox pages: bureau and school workspace, their acts and their refusals."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from bureau.charter.choices import Role, UnitKind
from bureau.deadlines.counting import Calendar
from bureau.desk.due import due
from bureau.notices.models import Notice
from bureau.workflow.models import Delegation, WorkItem
from bureau.workflow.services import perform
from tests.bureau.workflow.conftest import House, person, unit
from tests.workflow_app.models import Paper

TUESDAY = date(2026, 6, 9)


@pytest.fixture
def house(db):
    with translation.override("en"):
        house = House()
        for user in (house.clerk, house.chief, house.officer, house.drafter, house.outsider):
            user.language = "en"
            user.save()
        yield house


@pytest.fixture
def page(client):
    def get(user, name="desk:inbox", *args, **query):
        client.force_login(user)
        return client.get(reverse(name, args=args), query)

    return get


def html(response):
    return response.content.decode()


def test_the_desk_opens_with_what_is_to_do(house, page):
    house.paper(subject="Stairs", due=timezone.localdate() - timedelta(days=1))
    shown = page(house.clerk)
    assert shown.status_code == 200
    for words in ("To do (1)", "Overdue", "Paper: Stairs", "Due yesterday", "Assign"):
        assert words in html(shown)


def test_an_empty_inbox_says_so(house, page):
    assert "All clear" in html(page(house.outsider))
    house.assigned()
    assert "All clear. 1 item waits on others." in html(page(house.clerk))


def test_the_work_of_others_is_not_in_the_page(house, page):
    house.drafted(subject="Canary")
    assert "Canary" not in html(page(house.outsider))


def test_a_title_cannot_bring_markup_along(house, page):
    house.paper(subject="<script>alert(1)</script>")
    assert "<script>alert" not in html(page(house.clerk))


def test_an_unknown_kind_in_the_address_shows_everything(house, page):
    house.paper(subject="Stairs")
    assert "Stairs" in html(page(house.clerk, kind="../../etc"))


def test_many_later_items_are_folded_until_asked_for(house, page):
    for number in range(23):
        house.paper(subject=f"Paper-{number:02}")
    assert "Show 3 more" in html(page(house.clerk))
    assert "Show 3 more" not in html(page(house.clerk, all="1"))


def test_waiting_names_who_has_it_and_offers_to_urge(house, page, client):
    house.assigned(subject="Stairs")
    assert "Safety Section" in html(page(house.clerk, "desk:waiting"))
    item = WorkItem.objects.get()
    answer = client.post(reverse("desk:urge"), {"item": item.pk}, follow=True)
    assert "2 people were asked for speed." in html(answer)
    assert Notice.objects.filter(kind="workflow.urged").count() == 2
    again = client.post(reverse("desk:urge"), {"item": item.pk}, follow=True)
    assert "Once a day is enough" in html(again)


@pytest.mark.parametrize("number", ["999999", "x", "", "9" * 40])
def test_urging_what_is_not_there_and_what_is_not_yours_look_the_same(house, client, number):
    house.assigned()
    client.force_login(house.outsider)
    foreign = client.post(reverse("desk:urge"), {"item": WorkItem.objects.get().pk})
    missing = client.post(reverse("desk:urge"), {"item": number})
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert not Notice.objects.exists()


def test_done_lists_ones_own_steps_and_keeps_quiet_about_what_is_closed_to_one(house, page):
    paper = house.assigned(subject="Canary")
    assert "Canary" in html(page(house.clerk, "desk:done"))
    Paper.objects.filter(pk=paper.pk).update(owner=house.other)
    shown = html(page(house.clerk, "desk:done"))
    assert "Canary" not in shown
    assert "Assigned" in shown


def test_the_school_workspace_has_the_same_inbox(house, page):
    school = unit("wf-school", "No. 1 School", "第一学校", UnitKind.SCHOOL)
    principal = person("head", school, Role.PRINCIPAL, language="en")
    for name in ("inbox", "waiting", "done", "absence"):
        assert page(principal, f"school:{name}").status_code == 200
        assert page(principal, f"desk:{name}").status_code == 403
        assert page(house.clerk, f"school:{name}").status_code == 403


@pytest.mark.parametrize("name", ["inbox", "waiting", "done", "absence"])
def test_without_a_session_one_is_sent_to_sign_in(client, db, name):
    assert client.get(reverse(f"desk:{name}")).status_code == 302


def absence(house, **given):
    today = timezone.localdate()
    return {
        "substitute": house.officer.pk,
        "since": today.isoformat(),
        "until": (today + timedelta(days=3)).isoformat(),
        "reason": "Training",
        **given,
    }


def test_an_absence_is_entered_with_a_warning_of_the_deadlines_in_it(house, client):
    house.paper(due=timezone.localdate() + timedelta(days=2))
    client.force_login(house.chief)
    shown = client.post(reverse("desk:absence"), absence(house), follow=True)
    assert "Officer stands in for Chief." in html(shown)
    assert "1 deadline falls in these days" in html(shown)


def test_a_stand_in_finds_the_borrowed_work_marked_in_the_inbox(house, page, client):
    deputy = person("deputy", house.section, Role.OFFICER, language="en")
    perform(house.assigned(), "ask_opinions", by=house.drafter, data={"signers": [house.section_chief]})
    client.force_login(house.section_chief)
    client.post(reverse("desk:absence"), absence(house, substitute=deputy.pk))
    assert "for Section Chief" in html(page(deputy))


def test_a_wrong_absence_keeps_what_was_typed(house, client):
    client.force_login(house.chief)
    shown = client.post(reverse("desk:absence"), absence(house, until="2001-01-01", reason="My reason"))
    assert shown.status_code == 422
    assert "My reason" in html(shown)
    assert "The last day is before the first." in html(shown)


def test_a_stranger_is_no_choice_as_stand_in(house, client):
    client.force_login(house.chief)
    shown = client.post(reverse("desk:absence"), absence(house, substitute=house.outsider.pk))
    assert shown.status_code == 422
    assert not Delegation.objects.exists()


def test_the_head_of_a_unit_enters_the_absence_of_its_people_and_others_do_not(house, client):
    client.force_login(house.chief)
    address = f"{reverse('desk:absence')}?for={house.officer.pk}"
    client.post(address, absence(house, substitute=house.chief.pk))
    assert Delegation.objects.get().absent == house.officer
    client.force_login(house.clerk)
    assert client.get(address).status_code == 404


def test_an_absence_is_ended_by_those_who_may_and_by_nobody_else(house, client):
    client.force_login(house.chief)
    client.post(reverse("desk:absence"), absence(house))
    row = Delegation.objects.get()
    address = reverse("desk:absence_end", args=[row.pk])
    client.force_login(house.outsider)
    assert client.post(address).status_code == 404
    client.force_login(house.officer)
    assert client.post(address).status_code == 403
    client.force_login(house.chief)
    assert client.post(address).status_code == 302
    row.refresh_from_db()
    assert row.ended_at is not None


@pytest.mark.parametrize(
    ("day", "text", "note", "css"),
    [
        (TUESDAY - timedelta(days=1), "Due yesterday", "8 June", "due-bad"),
        (TUESDAY, "Due today", "9 June", "due-soon"),
        (TUESDAY + timedelta(days=1), "Due tomorrow", "10 June", "due-soon"),
        (date(2026, 6, 12), "Due Fri 12 June", "3 working days left", ""),
        (date(2026, 6, 19), "19 June", "8 working days left", ""),
        (date(2026, 6, 5), "Due 5 June", "2 working days late", "due-bad"),
        (date(2027, 1, 4), "4 January 2027", "149 working days left", ""),
        (None, "No fixed day", "", ""),
    ],
)
def test_a_due_day_in_words(day, text, note, css):
    with translation.override("en"):
        shown = due(day, TUESDAY, Calendar())
    assert (shown.text, shown.note, shown.css) == (text, note, css)


def test_a_day_off_is_no_working_day_left():
    friday_off = Calendar({date(2026, 6, 12): ("off", "Holiday")})
    with translation.override("en"):
        assert due(date(2026, 6, 15), TUESDAY, friday_off).note == "3 working days left"
