import re
from datetime import date

import pytest

from bureau.audit.models import Event
from bureau.charter.models import Membership
from tests.bureau.pages.conftest import client_of
from tests.pages_app.models import Club
from tests.workflow_app.models import Paper

LIST = "/desk/pages_app/clubs/"
PAPERS = "/desk/workflow_app/papers/"


def key_of(response):
    return re.search(r'name="key" value="([^"]+)"', response.content.decode()).group(1)


def filled(clubs, **fields):
    data = {"number": "C9", "name": "Chess", "kind": "chess", "owner": clubs.office.pk}
    return {**data, **fields}


def opened(client, club):
    """The address of the edit page and what it carries."""
    url = f"{LIST}{club.pk}/edit/"
    return url, client.get(url).context["form"].stamp()


def test_a_record_is_added_and_audited(clubs, desk):
    key = key_of(desk.get(f"{LIST}new/"))
    response = desk.post(f"{LIST}new/", {**filled(clubs), "key": key}, follow=True)
    club = Club.objects.get()
    assert response.redirect_chain == [(f"{LIST}{club.pk}/", 302)]
    assert "“Chess” was added." in response.content.decode()
    assert Event.objects.filter(action="pages_app.club.added", object_id=str(club.pk)).count() == 1


def test_the_same_form_sent_twice_adds_one_record(clubs, desk):
    data = {**filled(clubs), "key": key_of(desk.get(f"{LIST}new/"))}
    first, second = desk.post(f"{LIST}new/", data), desk.post(f"{LIST}new/", data)
    assert Club.objects.count() == 1
    assert first.url == second.url


def test_the_same_tracked_form_sent_twice_adds_one_record(clubs):
    client = client_of(clubs.clerk)
    data = {"subject": "Roof", "owner": clubs.office.pk, "key": key_of(client.get(f"{PAPERS}new/"))}
    first, second = client.post(f"{PAPERS}new/", data), client.post(f"{PAPERS}new/", data)
    assert Paper.objects.get().status == "received"
    assert first.url == second.url


@pytest.mark.parametrize("key", ["", "forged", "other"])
def test_a_form_without_a_good_token_saves_nothing_and_keeps_what_was_typed(clubs, desk, key):
    if key == "other":
        key = key_of(client_of(clubs.clerk).get(f"{LIST}new/"))
    response = desk.post(f"{LIST}new/", {**filled(clubs), "key": key})
    assert response.status_code == 422 and not Club.objects.exists()
    assert 'value="Chess"' in response.content.decode()


def test_full_width_digits_and_stray_spaces_are_put_right(clubs, desk):
    data = filled(
        clubs,
        number=" Ｃ\u3000０９ ",
        name="Big  club",
        founded_on_y="２０２０",
        founded_on_m="3",
        founded_on_d="１",
    )
    desk.post(f"{LIST}new/", {**data, "seats": "１２", "key": key_of(desk.get(f"{LIST}new/"))})
    club = Club.objects.get()
    assert (club.number, club.name, club.seats) == ("C 09", "Big club", 12)
    assert club.founded_on == date(2020, 3, 1)


def test_errors_stand_in_a_summary_and_at_the_field_and_the_title_says_error(clubs, desk):
    data = filled(clubs, number="", name="x" * 61, founded_on_y="2020", founded_on_m="2", founded_on_d="30")
    page = desk.post(f"{LIST}new/", {**data, "key": key_of(desk.get(f"{LIST}new/"))}).content.decode()
    assert re.search(r"<title>Error:", page)
    for sentence in (
        "Fill in: Number.",
        "Use at most 60 characters; there are 61.",
        "There is no such day in the calendar.",
    ):
        assert page.count(sentence) == 2


def test_a_null_character_is_refused_in_words(clubs, desk):
    data = {**filled(clubs, name="a\x00b"), "key": key_of(desk.get(f"{LIST}new/"))}
    response = desk.post(f"{LIST}new/", data)
    assert response.status_code == 422 and not Club.objects.exists()


def test_a_unit_that_is_not_mine_cannot_be_posted(clubs, desk):
    data = {**filled(clubs, owner=clubs.section.pk), "key": key_of(desk.get(f"{LIST}new/"))}
    assert desk.post(f"{LIST}new/", data).status_code == 422
    assert not Club.objects.exists()


def test_a_record_outside_my_right_is_undone_after_saving(clubs, desk):
    """The owner is in my choices, since I work there too, but as an auditor, who adds nothing."""
    Membership.objects.create(user=clubs.officer, unit=clubs.other, role="auditor")
    data = {**filled(clubs, owner=clubs.other.pk), "key": key_of(desk.get(f"{LIST}new/"))}
    response = desk.post(f"{LIST}new/", data)
    assert response.status_code == 422 and not Club.objects.exists()
    assert "You may not begin a record for the place that it names." in response.content.decode()
    assert Event.objects.filter(action="pages_app.club.add", refused=True).count() == 1


def test_a_change_that_would_put_the_record_out_of_reach_is_undone(clubs, desk):
    Membership.objects.create(user=clubs.officer, unit=clubs.other, role="auditor")
    club = clubs.club("C9")
    url, version = opened(desk, club)
    response = desk.post(url, {**filled(clubs, owner=clubs.other.pk), "version": version})
    club.refresh_from_db()
    assert response.status_code == 422 and club.owner == clubs.office


def test_fields_that_the_form_does_not_declare_stay_as_they_are(clubs, desk):
    club = clubs.club("C9", phone="13900000000")
    before = Club.objects.filter(pk=club.pk).values().get()
    url, version = opened(desk, club)
    extra = {"phone": "1", "is_hidden": "on", "id": "77", "pk": "77", "owner_id": str(clubs.section.pk)}
    desk.post(url, {**filled(clubs, name="New"), "version": version, **extra})
    after = Club.objects.filter(pk=club.pk).values().get()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"name", "kind"} and Club.objects.count() == 1


def test_the_second_editor_sees_the_first_ones_change_keeps_his_own_and_may_save_on_top(clubs, desk):
    club = clubs.club("C9", name="Old")
    url, version = opened(desk, club)
    other = client_of(clubs.clerk)
    _url, others = opened(other, club)
    other.post(url, {**filled(clubs, name="Theirs", kind="sport"), "version": others})

    refused = desk.post(url, {**filled(clubs, name="Mine", kind="sport", note="kept"), "version": version})
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Theirs" in page and 'value="Mine"' in page and "kept" in page
    assert Club.objects.get().name == "Theirs"

    again = re.search(r'name="version" value="([^"]+)"', page).group(1)
    assert desk.post(url, {**filled(clubs, name="Mine", kind="sport"), "version": again}).status_code == 302
    assert Club.objects.get().name == "Mine"


def test_two_people_who_change_different_fields_both_find_out(clubs, desk):
    club = clubs.club("C9", name="Old")
    url, version = opened(desk, club)
    Club.objects.update(note="theirs")
    response = desk.post(url, {**filled(clubs, name="Mine", kind="sport"), "version": version})
    assert response.status_code == 409 and "theirs" in response.content.decode()
    assert Club.objects.get().note == "theirs"


def test_a_change_outside_the_form_is_no_conflict(clubs, desk):
    club = clubs.club("C9")
    url, version = opened(desk, club)
    Club.objects.update(phone="13911111111")
    assert desk.post(url, {**filled(clubs, name="Mine"), "version": version}).status_code == 302
    assert Club.objects.get().phone == "13911111111"


def test_who_may_see_but_not_change_is_told_so(clubs):
    club = clubs.club()
    response = client_of(clubs.auditor).get(f"{LIST}{club.pk}/edit/")
    assert response.status_code == 403 and "for others to do" in response.content.decode()


def test_a_locked_record_says_why_it_cannot_be_edited(clubs, desk):
    club = clubs.club(is_hidden=True)
    for response in (desk.get(f"{LIST}{club.pk}/edit/"), desk.post(f"{LIST}{club.pk}/edit/", filled(clubs))):
        assert response.status_code == 403
        assert "The club is closed to changes." in response.content.decode()


def test_a_right_that_ended_between_page_and_post_saves_nothing(clubs, desk):
    club = clubs.club("C9")
    url, version = opened(desk, club)
    Membership.objects.filter(user=clubs.officer).update(role="auditor")
    assert desk.post(url, {**filled(clubs, name="Late"), "version": version}).status_code == 403
    assert Club.objects.get().name == "Club C9"


def test_a_duplicate_number_is_said_at_its_field(clubs, desk):
    clubs.club("C9")
    response = desk.post(f"{LIST}new/", {**filled(clubs), "key": key_of(desk.get(f"{LIST}new/"))})
    assert response.status_code == 422 and 'href="#id_number"' in response.content.decode()


def test_a_tracked_record_is_changed_through_the_engine(clubs):
    client, paper = client_of(clubs.clerk), clubs.paper()
    url = f"{PAPERS}{paper.pk}/edit/"
    version = client.get(url).context["form"].stamp()
    assert client.post(url, {"subject": "Roof", "version": version, "status": "closed"}).status_code == 302
    paper.refresh_from_db()
    assert (paper.subject, paper.status, paper.version) == ("Roof", "received", 2)
