"""A refusal is on record although everything else of the act was rolled back."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch

from bureau.accounts.models import User
from bureau.audit import refusals
from bureau.audit.middleware import RefusalMiddleware
from bureau.audit.models import Event
from bureau.audit.services import record, record_reveal


@pytest.fixture
def person(db):
    return User.objects.create_user("liming", name="Li Ming")


def test_a_refusal_outlives_the_rollback(person):
    with refusals.collected(), pytest.raises(PermissionDenied), transaction.atomic():
        record("letters.assigned", by=person)
        refusals.note("letters.assigned", by=person)
        raise PermissionDenied
    assert list(Event.objects.values_list("action", "refused")) == [("letters.assigned", True)]


def test_a_refusal_is_kept_when_the_exception_leaves_the_block(person):
    with pytest.raises(PermissionDenied), refusals.collected():
        refusals.note("letters.assigned", by=person)
        raise PermissionDenied
    assert Event.objects.filter(refused=True).count() == 1


def test_without_a_collector_a_refusal_is_written_at_once(person):
    refusals.note("letters.assigned", by=person, reason="not yours")
    assert Event.objects.get().reason == "not yours"


def through_middleware(user, status, kwargs=None, inside=None):
    request = RequestFactory().post("/desk/office/letters/7/assign/")
    request.user = user
    request.resolver_match = ResolverMatch(lambda: None, (), kwargs or {}, url_name="letter_do")

    def answer(request):
        if inside:
            inside()
        return HttpResponse(status=status)

    return RefusalMiddleware(answer)(request)


def test_a_403_to_a_signed_in_person_is_recorded_by_view_and_key(person):
    through_middleware(person, 403, {"pk": 7})
    event = Event.objects.get()
    assert (event.action, event.detail["view"], event.detail["pk"]) == ("access.refused", "letter_do", "7")


def test_a_404_for_a_record_by_its_key_is_recorded(person):
    through_middleware(person, 404, {"pk": 7})
    assert Event.objects.filter(action="access.refused", refused=True).exists()


@pytest.mark.parametrize(("status", "kwargs"), [(200, {"pk": 7}), (404, {})])
def test_other_answers_are_not(person, status, kwargs):
    through_middleware(person, status, kwargs)
    assert not Event.objects.exists()


def test_a_refusal_that_was_noted_is_not_recorded_twice(person):
    through_middleware(person, 403, {"pk": 7}, lambda: refusals.note("letters.assigned", by=person))
    assert Event.objects.count() == 1


def test_a_reveal_names_person_record_fields_and_reason(person):
    event = record_reveal(by=person, obj=person, fields=["phone"], reason="Call back")
    assert (event.actor_id, event.object_id, event.fields, event.reason) == (
        person.pk,
        str(person.pk),
        ["phone"],
        "Call back",
    )


def test_a_reveal_without_a_reason_is_refused(person):
    with pytest.raises(ValueError, match="reason"):
        record_reveal(by=person, obj=person, fields=["phone"], reason=" ")


def test_a_name_cannot_look_like_a_second_entry(person):
    person.name = "Li\nMing\u2028signed in"
    assert record("test.done", by=person).actor_name == "Li Ming signed in"
