"""Nothing inline, nothing from elsewhere, nothing kept that should not be."""

import pytest
from django.contrib.sessions.models import Session

from bureau.accounts.models import User

pytestmark = pytest.mark.django_db
WITHOUT_FORM = ["/en/", "/zh/about/duties/", "/en/help/accessibility/", "/zh/privacy/", "/en/sitemap/"]


def test_the_policy_allows_our_own_files_only(client):
    policy = client.get("/en/").headers["Content-Security-Policy"]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts["default-src"] == "'none'"
    assert parts["script-src"] == parts["style-src"] == parts["form-action"] == "'self'"
    assert parts["base-uri"] == parts["frame-ancestors"] == parts["object-src"] == "'none'"
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", ["/en/", "/en/nowhere/", "/healthz"])
def test_every_answer_carries_the_other_headers(client, address):
    headers = client.get(address).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("address", WITHOUT_FORM)
def test_a_public_page_without_a_form_sets_no_cookie(client, address):
    assert not client.get(address).cookies


@pytest.mark.parametrize("address", [*WITHOUT_FORM, "/en/track/"])
def test_a_public_page_does_not_know_who_is_signed_in(client, address):
    client.force_login(User.objects.create_user("li", name="Li Unmistakable"))
    assert "Unmistakable" not in client.get(address).content.decode()


def test_a_public_page_asks_for_no_session(client, django_assert_max_num_queries):
    client.force_login(User.objects.create_user("li", name="Li"))
    with django_assert_max_num_queries(6) as asked:
        client.get("/en/privacy/")
    assert not [one for one in asked.captured_queries if Session._meta.db_table in one["sql"]]


@pytest.mark.parametrize("address", ["/desk/", "/school/", "/account/language/", "/en/track/"])
def test_pages_of_persons_are_not_kept(client, address):
    answer = client.get(address)
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Cookie" in answer.headers["Vary"]


def test_the_demonstration_says_so_on_every_page(client, settings):
    sentence = "Demonstration data: every person, school and figure is invented"
    for address in (*WITHOUT_FORM, "/en/nowhere/", "/styleguide/"):
        settings.IS_DEMO = False
        assert 'class="demo"' not in client.get(address).content.decode()
        settings.IS_DEMO = True
        assert 'class="demo"' in client.get(address).content.decode()
    assert sentence in client.get("/en/").content.decode()


def test_the_footer_names_what_the_settings_name(client, settings):
    settings.SITE_ID_CODE, settings.ICP_NUMBER, settings.POLICE_NUMBER = "1407000001", "", "14070002000001"
    page = client.get("/en/").content.decode()
    assert "1407000001" in page and "14070002000001" in page
    assert "ICP filing" not in page
