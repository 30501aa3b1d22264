"""Hand-made shares: who may give what, and how they end."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from bureau.access import remits, shares
from bureau.access.services import may, permitted
from bureau.audit.models import Event
from bureau.charter.choices import Role
from bureau.charter.models import Unit
from schools.models import School, SchoolUserGrant
from tests.cast import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(cast):
    return person("basic_chief", (Unit.objects.get(key="basic"), Role.CHIEF))


def next_week():
    return timezone.localdate() + timedelta(days=7)


def give(cast, by, *, to=None, verb="view", until=None, reason="Inspection of 2026"):
    return shares.grant(
        cast.school, to=to or cast.outsider, verb=verb, until=until or next_week(), reason=reason, by=by
    )


def test_a_share_opens_one_record_for_one_person_and_is_in_the_audit(cast, chief):
    give(cast, chief)

    assert set(permitted(cast.outsider, "view", School)) == {cast.school}
    assert not may(cast.outsider, "change", cast.school)
    event = Event.objects.get(action="access.share.granted")
    assert (event.actor_id, event.object_id) == (chief.pk, str(cast.school.pk))


def test_a_share_ends_with_its_last_day(cast, chief):
    row = give(cast, chief)
    SchoolUserGrant.objects.filter(pk=row.pk).update(until=timezone.localdate())
    assert may(cast.outsider, "view", cast.school)

    SchoolUserGrant.objects.filter(pk=row.pk).update(until=timezone.localdate() - timedelta(days=1))
    assert not may(cast.outsider, "view", cast.school)


def test_sharing_again_changes_reason_and_end_of_the_same_share(cast, chief):
    give(cast, chief)
    give(cast, chief, reason="Longer", until=next_week() + timedelta(days=7))

    assert SchoolUserGrant.objects.get().reason == "Longer"


def test_nobody_gives_what_he_or_she_has_not(cast, chief):
    with pytest.raises(PermissionDenied, match="do not have yourself"):
        give(cast, chief, verb="merge")
    with pytest.raises(PermissionDenied, match="do not have yourself"):
        give(cast, cast.security_admin)
    assert not SchoolUserGrant.objects.exists()


def test_a_clerk_may_not_share(cast):
    with pytest.raises(PermissionDenied):
        give(cast, cast.basic_clerk)


def test_nobody_shares_with_himself(cast, chief):
    with pytest.raises(PermissionDenied):
        give(cast, chief, to=chief)


@pytest.mark.parametrize("wrong", [{"reason": " "}, {"until": timezone.localdate() - timedelta(days=1)}])
def test_a_share_needs_a_reason_and_an_end_to_come(cast, chief, wrong):
    with pytest.raises(ValidationError):
        give(cast, chief, **wrong)
    assert not Event.objects.filter(action="access.share.granted").exists()


def test_a_share_with_an_account_out_of_use_is_refused(cast, chief):
    with pytest.raises(ValidationError):
        give(cast, chief, to=cast.inactive)


def test_taking_back_ends_the_right_at_once(cast, chief):
    give(cast, chief)

    assert shares.revoke(cast.school, to=cast.outsider, verb="view", by=chief)
    assert not may(cast.outsider, "view", cast.school)
    assert not shares.revoke(cast.school, to=cast.outsider, verb="view", by=chief)
    assert Event.objects.filter(action="access.share.revoked").count() == 1


def test_applying_remits_never_touches_a_share(cast, chief):
    give(cast, chief)

    assert not remits.apply_remits()
    assert may(cast.outsider, "view", cast.school)


def test_deactivation_ends_shares_too(cast, chief):
    give(cast, chief)
    cast.outsider.is_active = False
    cast.outsider.save()

    assert not may(cast.outsider, "view", cast.school)
