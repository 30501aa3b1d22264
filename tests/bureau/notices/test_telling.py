"""People are told on the site in the transaction, elsewhere after it."""

from datetime import date

import pytest
from django.db import transaction
from django.utils import translation

from bureau.accounts.models import User
from bureau.charter.choices import Role, UnitKind
from bureau.charter.models import Membership, Unit
from bureau.jobs import draining
from bureau.notices import selectors
from bureau.notices.kinds import KINDS, NoticeKind
from bureau.notices.models import Notice, OutgoingMessage
from bureau.notices.services import queue_mail, queue_sms, tell, tell_unit
from bureau.outbox.models import Effect

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind(monkeypatch):
    def register(title="Due %(due)s", **options):
        made = NoticeKind("t.due", title=title, **options)
        monkeypatch.setitem(KINDS._entries, "t.due", made)
        return made

    return register


@pytest.fixture
def person():
    return User.objects.create_user(
        "liming", name="Li Ming", email="li@example.org", phone="13900001111", language="en"
    )


@pytest.fixture
def unit():
    from django.contrib.auth.models import Group

    return Unit.objects.create(
        key="office", kind=UnitKind.SECTION, name_zh="办公室", group=Group.objects.create(name="office")
    )


def test_a_notice_is_written_in_the_readers_language(kind, person):
    notice = tell(
        kind("Due %(due)s, %(unit)s"),
        to=[person],
        params={"due": date(2026, 6, 9), "unit": {"zh": "办公室", "en": "Office"}},
    )[0]
    with translation.override("en"):
        english = notice.title
    with translation.override("zh-hans"):
        chinese = notice.title
    assert (english, chinese) == ("Due June 9, 2026, Office", "Due 2026年6月9日, 办公室")


def test_a_missing_value_is_refused_before_anything_is_written(kind, person):
    with pytest.raises(KeyError):
        tell(kind(), to=[person])
    assert not Notice.objects.exists()


def test_nobody_is_told_twice_and_a_closed_account_not_at_all(kind, person):
    closed = User.objects.create_user("gone", name="Gone", is_active=False)
    tell(kind("Hello"), to=[person, person, closed])
    assert list(Notice.objects.values_list("user", flat=True)) == [person.pk]


def test_a_notice_of_a_rolled_back_act_does_not_exist(kind, person, settings):
    settings.NOTICE_EMAIL = "table"
    with pytest.raises(ValueError), transaction.atomic():
        tell(kind("Hello"), to=[person])
        raise ValueError
    assert (Notice.objects.count(), Effect.objects.count()) == (0, 0)


def test_a_unit_is_told_through_who_works_there_today(kind, person, unit):
    former = User.objects.create_user("former", name="Former")
    Membership.objects.create(user=person, unit=unit, role=Role.CLERK, since=date(2020, 1, 1))
    Membership.objects.create(
        user=former, unit=unit, role=Role.CLERK, since=date(2020, 1, 1), until=date(2021, 1, 1)
    )
    tell_unit(kind("Hello"), unit=unit)
    assert list(Notice.objects.values_list("user", flat=True)) == [person.pk]


def test_only_the_named_roles_of_a_unit_are_told(kind, person, unit):
    chief = User.objects.create_user("chief", name="Chief")
    Membership.objects.create(user=person, unit=unit, role=Role.CLERK, since=date(2020, 1, 1))
    Membership.objects.create(user=chief, unit=unit, role=Role.CHIEF, since=date(2020, 1, 1))
    tell_unit(kind("Hello"), unit=unit, roles=[Role.CHIEF])
    assert list(Notice.objects.values_list("user", flat=True)) == [chief.pk]


def test_a_notice_names_the_record_it_is_about(kind, person, unit):
    notice = tell(kind("Hello"), to=[person], record=unit)[0]
    assert (notice.object_kind, notice.object_id) == ("charter.unit", str(unit.pk))


def test_a_kind_that_is_no_longer_installed_shows_its_key(person):
    assert Notice(user=person, kind="t.removed").title == "t.removed"


def test_without_channels_only_the_site_is_used(kind, person, settings):
    settings.NOTICE_EMAIL = settings.SMS_GATEWAY = "off"
    tell(kind("Hello", sms=True), to=[person])
    assert not Effect.objects.exists()


def test_the_trials_mail_is_kept_in_the_table(kind, person, settings):
    settings.NOTICE_EMAIL = "table"
    tell(kind("Hello"), to=[person], url="/desk/")
    draining.drain()
    message = OutgoingMessage.objects.get()
    assert (message.status, message.address, message.subject) == ("shown", "li@example.org", "Hello")
    assert f"{settings.PUBLIC_URL}/desk/" in message.body


def test_an_sms_says_nothing_of_the_matter(kind, person, settings):
    settings.SMS_GATEWAY = "table"
    tell(kind("Letter L26 about your class", email=False, sms=True), to=[person])
    draining.drain()
    assert "L26" not in OutgoingMessage.objects.get(channel="sms").body


@pytest.mark.parametrize(("gateway", "available"), [("off", False), ("table", True)])
def test_an_sms_is_promised_only_with_a_gateway(settings, gateway, available):
    settings.SMS_GATEWAY = gateway
    assert selectors.sms_available() is available


def test_without_a_gateway_no_sms_is_kept(settings):
    settings.SMS_GATEWAY = "off"
    assert queue_sms(to="13900001111", text="Hello") is None
    assert not OutgoingMessage.objects.exists()


def test_payloads_carry_ids_alone(kind, person, settings):
    settings.NOTICE_EMAIL = "table"
    tell(kind("Hello"), to=[person])
    queue_mail(to="li@example.org", subject="Li Ming", body="13900001111")
    for payload in Effect.objects.values_list("payload", flat=True):
        assert all(isinstance(value, int) for value in payload.values())


def test_unread_notices_are_counted(kind, person):
    tell(kind("Hello"), to=[person])
    tell(kind("Hello"), to=[person])
    assert selectors.unread_count(person) == 2


def test_a_task_that_was_given_up_is_told_to_the_system_administrators(person, unit):
    Membership.objects.create(user=person, unit=unit, role=Role.SYSTEM_ADMIN, since=date(2020, 1, 1))
    effect = Effect.objects.create(task="t.never", key="x", due_at="2026-01-01T00:00Z", attempts=5)
    assert draining.drain_one(effect.pk) is draining.Outcome.DEAD
    assert Notice.objects.get(user=person).params == {"task": "t.never", "attempts": 6}


def test_a_dead_mail_task_sends_no_mail_about_itself(person, unit, settings):
    settings.NOTICE_EMAIL = "table"
    Membership.objects.create(user=person, unit=unit, role=Role.SYSTEM_ADMIN, since=date(2020, 1, 1))
    Effect.objects.create(
        task="notices.deliver", payload={"message": 0}, key="x", due_at="2026-01-01T00:00Z", attempts=5
    )
    draining.drain()
    assert Notice.objects.filter(user=person).exists()
    assert not Effect.objects.filter(task="notices.email").exists()
