"""Hand-made shares on the desk: who sees them, who gives and takes back, and what the page asks first."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bureau.access import shares
from bureau.access.services import may
from bureau.audit.models import Event
from bureau.charter.choices import Role
from bureau.charter.models import Unit
from schools.models import SchoolUserGrant
from tests.attacks.walking import signed_in
from tests.cast import person

ALL = "/desk/shares/"


@pytest.fixture
def chief(cast):
    return person("basic_chief", (Unit.objects.get(key="basic"), Role.CHIEF), language="en")


@pytest.fixture
def helper(cast):
    """Somebody in service who sees kindergartens, not this school."""
    return person("helper", (Unit.objects.get(key="preschool"), Role.CLERK), language="en")


@pytest.fixture
def at(cast):
    return reverse("desk:schools:school_shares", args=[cast.school.pk])


def next_week():
    return timezone.localdate() + timedelta(days=7)


def given(**changed):
    return {
        "person": "helper",
        "verb": "change",
        "until": next_week().isoformat(),
        "reason": "Stands in for the clerk",
        **changed,
    }


def test_a_chief_shares_and_the_person_sees_and_changes_from_the_next_page_on(cast, chief, helper, at):
    assert not may(helper, "view", cast.school)
    assert signed_in(chief).post(at, given()).status_code == 302
    assert may(helper, "change", cast.school) and may(helper, "view", cast.school)
    page = signed_in(chief).get(at).content.decode()
    assert "Helper" in page and "Stands in for the clerk" in page
    assert Event.objects.filter(action="access.share.granted", actor_id=chief.pk).count() == 2
    own = signed_in(helper).get(reverse("desk:schools:school_detail", args=[cast.school.pk]))
    assert own.status_code == 200


def test_the_record_leads_to_its_shares_for_a_chief_and_for_no_clerk(cast, chief, at):
    record = reverse("desk:schools:school_detail", args=[cast.school.pk])
    assert at in signed_in(chief).get(record).content.decode()
    assert at not in signed_in(cast.basic_clerk).get(record).content.decode()
    assert signed_in(cast.basic_clerk).get(at).status_code == 403
    assert signed_in(cast.basic_clerk).get(ALL).status_code == 403
    assert signed_in(cast.basic_clerk).post(at, given()).status_code == 403


def test_who_does_not_see_the_record_gets_404(cast, at):
    stranger = person("preschool_chief", (Unit.objects.get(key="preschool"), Role.CHIEF), language="en")
    assert signed_in(stranger).get(at).status_code == 404
    assert signed_in(stranger).post(at, given()).status_code == 404
    assert signed_in(cast.security_admin).get(at).status_code == 404


def test_the_password_is_asked_before_anything_is_given(cast, chief, helper, at):
    client = Client()
    client.force_login(chief, backend=settings.AUTHENTICATION_BACKENDS[0])
    answer = client.post(at, given())
    assert answer.status_code == 401
    assert "Stands in for the clerk" in answer.content.decode()
    assert not SchoolUserGrant.objects.exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"person": "nobody.here"}, "Nobody in service has this user name"),
        ({"person": "inactive"}, "Nobody in service has this user name"),
        ({"person": "basic_chief"}, "Nobody shares with himself or herself."),
        ({"until": "2020-01-01"}, "lies in the past"),
        ({"reason": " "}, "Fill in: Reason."),
        ({"verb": "merge"}, "choose one from the list"),
        ({"verb": "add"}, "choose one from the list"),
    ],
)
def test_wrong_input_comes_back_with_a_sentence_and_what_was_typed(
    cast, chief, helper, at, changed, sentence
):
    answer = signed_in(chief).post(at, given(**changed))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in text
    assert changed.get("reason") or "Stands in for the clerk" in text
    assert not SchoolUserGrant.objects.exists()


def test_two_people_of_one_name_are_told_apart_by_the_user_name(cast, chief, helper, at):
    twin = person("helper.two", (Unit.objects.get(key="office"), Role.CLERK), language="en")
    for one in (twin, helper):
        one.name = "李敏"
        one.save()
    answer = signed_in(chief).post(at, given(person="李敏"))
    assert answer.status_code == 422 and "Several people have this name" in answer.content.decode()
    assert signed_in(chief).post(at, given(person="helper.two")).status_code == 302


def test_seeing_is_not_shortened_by_a_shorter_share(cast, chief, helper):
    far = next_week() + timedelta(days=30)
    shares.share(cast.school, to=helper, verb="view", until=far, reason="Review", by=chief)
    shares.share(cast.school, to=helper, verb="change", until=next_week(), reason="Help", by=chief)
    ends = {row.permission.codename: row.until for row in shares.shares_of(cast.school)}
    assert ends == {"view_school": far, "change_school": next_week()}


def test_taking_back_ends_the_right_and_is_audited(cast, chief, helper, at):
    row = shares.share(cast.school, to=helper, verb="view", until=next_week(), reason="Review", by=chief)
    assert signed_in(chief).post(at, {"share": row.pk}).status_code == 302
    assert not may(helper, "view", cast.school)
    assert Event.objects.filter(action="access.share.revoked", actor_id=chief.pk).count() == 1
    assert signed_in(chief).post(at, {"share": row.pk}).status_code == 404
    assert signed_in(chief).post(at, {"share": "x"}).status_code == 404


def test_a_share_of_another_record_is_not_taken_back_from_here(cast, chief, helper, at):
    other = shares.share(cast.other_school, to=helper, verb="view", until=next_week(), reason="R", by=chief)
    assert signed_in(chief).post(at, {"share": other.pk}).status_code == 404
    assert SchoolUserGrant.objects.filter(pk=other.pk).exists()


def test_the_security_administrator_sees_every_share_without_the_record_and_takes_it_back(
    cast, chief, helper
):
    row = shares.share(cast.school, to=helper, verb="view", until=next_week(), reason="Review", by=chief)
    cast.security_admin.language = "en"
    cast.security_admin.save()
    client = signed_in(cast.security_admin)
    text = client.get(ALL).content.decode()
    assert "Helper" in text and f"School no. {cast.school.pk}" in text
    assert cast.school.name not in text
    assert client.post(ALL, {"kind": "schools.school", "share": row.pk}).status_code == 302
    assert not may(helper, "view", cast.school)


def test_the_security_administrator_gives_nothing_away(cast, helper):
    assert shares.shareable_verbs(cast.school, cast.security_admin) == []


def test_a_chief_sees_only_shares_over_what_he_sees(cast, chief, helper):
    row = shares.share(cast.school, to=helper, verb="view", until=next_week(), reason="Review", by=chief)
    stranger = person("preschool_chief", (Unit.objects.get(key="preschool"), Role.CHIEF), language="en")
    client = signed_in(stranger)
    assert "Helper" not in client.get(ALL).content.decode()
    assert client.post(ALL, {"kind": "schools.school", "share": row.pk}).status_code == 404
    assert SchoolUserGrant.objects.filter(pk=row.pk).exists()
    page = signed_in(chief).get(ALL).content.decode()
    assert "Helper" in page and cast.school.name in page


@pytest.mark.parametrize(
    "sent", [{}, {"kind": "schools.school", "share": "9" * 40}, {"kind": "x", "share": "1"}]
)
def test_nonsense_finds_nothing(cast, chief, sent):
    assert signed_in(chief).post(ALL, sent).status_code == 404


def test_what_has_ended_is_not_shown(cast, chief, helper, at):
    row = shares.share(cast.school, to=helper, verb="view", until=next_week(), reason="Review", by=chief)
    SchoolUserGrant.objects.filter(pk=row.pk).update(until=timezone.localdate() - timedelta(days=1))
    for address in (at, ALL):
        assert "Helper" not in signed_in(chief).get(address).content.decode()
