"""Error pages: house style, both languages, nothing about the request in them."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.utils.translation import gettext_lazy as _

from bureau.public import errors

pytestmark = pytest.mark.django_db


def ask(path: str = "/en/x/", **headers: str):
    return RequestFactory().get(path, **headers)


@pytest.mark.parametrize("status", sorted(errors.FAULTS))
@pytest.mark.parametrize("prefix", ["zh", "en"])
def test_each_error_is_a_whole_page_in_both_languages(status, prefix):
    answer = errors.page(ask(f"/{prefix}/x/"), status)
    text = answer.content.decode()
    assert answer.status_code == status
    assert text.count("<h1>") == 1
    assert "</html>" in text
    assert answer.headers["Cache-Control"] == "no-store"


def test_not_found_tells_the_same_for_every_address(client):
    first = client.get("/en/schools/1/secret/?x=1")
    second = client.get("/en/schools/2/")
    assert first.status_code == second.status_code == 404
    assert first.content == second.content


def test_a_work_page_that_does_not_exist_shows_no_name(client, django_user_model):
    user = django_user_model.objects.create_user("li", name="Li Unmistakable", language="en")
    client.force_login(user)
    assert "Unmistakable" not in client.get("/desk/nothing-here/").content.decode()


@pytest.mark.parametrize("status", sorted(errors.FAULTS))
def test_an_error_page_holds_no_path_token_or_nonce(status):
    text = errors.page(ask("/en/very-own-path/"), status).content.decode()
    assert "very-own-path" not in text
    assert "csrfmiddlewaretoken" not in text
    assert "nonce" not in text


def test_a_refusal_says_why():
    answer = errors.forbidden(ask(), PermissionDenied(_("None of your roles includes this.")))
    assert "None of your roles includes this." in answer.content.decode()


def test_a_refusal_cannot_smuggle_markup():
    assert b"<script>" not in errors.forbidden(ask(), PermissionDenied("<script>")).content


def test_a_stale_form_gets_a_sentence_instead_of_djangos_page():
    answer = Client(enforce_csrf_checks=True).post("/en/track/", {"number": "L1", "code": "x"})
    assert answer.status_code == 403
    assert "The form was not accepted" in answer.content.decode()


def test_a_server_error_asks_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert errors.server_error(ask()).status_code == 500


def test_a_busy_portal_says_when_to_come_back():
    assert errors.unavailable(ask(), 7).headers["Retry-After"] == "7"
    assert errors.too_many(ask(), 60).headers["Retry-After"] == "60"


def test_an_unknown_host_gets_the_page_for_bad_requests(client):
    assert client.get("/en/", HTTP_HOST="evil.example").status_code == 400


def test_a_wrong_method_is_told_in_words_with_the_methods_that_are_allowed(client):
    answer = client.post("/en/")
    assert answer.status_code == 405
    assert "This cannot be done at this address" in answer.content.decode()
    assert "GET" in answer.headers["Allow"]
    assert answer.headers["Cache-Control"] == "no-store"
