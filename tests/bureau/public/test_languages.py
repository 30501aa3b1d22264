"""Addresses carry the language; / goes by the remembered choice; work areas follow the person."""

import pytest
from django.urls import reverse
from django.utils import translation

from bureau.accounts.models import User
from bureau.public.languages import in_language, of_path

pytestmark = pytest.mark.django_db
PAGES = ["", "about/duties/", "track/", "help/accessibility/", "privacy/", "sitemap/"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("prefix", "lang"), [("zh", "zh-Hans"), ("en", "en")])
def test_every_page_answers_in_the_language_of_its_address(client, page, prefix, lang):
    answer = client.get(f"/{prefix}/{page}", HTTP_ACCEPT_LANGUAGE="en" if prefix == "zh" else "zh")
    assert answer.status_code == 200
    assert f'<html lang="{lang}"' in answer.content.decode()
    assert answer.headers["Content-Language"] == lang


def test_the_root_goes_by_the_remembered_choice_before_anything_else(client):
    client.cookies["portal_language"] = "en"
    assert client.get("/", HTTP_ACCEPT_LANGUAGE="zh-CN").headers["Location"] == "/en/"


def test_the_root_goes_by_accept_language_when_nothing_is_remembered(client):
    assert client.get("/", HTTP_ACCEPT_LANGUAGE="fr, en-GB;q=0.8, zh;q=0.3").headers["Location"] == "/en/"


@pytest.mark.parametrize("header", ["", "fr", "en;q=0", "zh-TW", "*"])
def test_the_root_is_chinese_otherwise(client, header):
    assert client.get("/", HTTP_ACCEPT_LANGUAGE=header).headers["Location"] == "/zh/"


def test_a_forged_cookie_is_not_followed(client):
    client.cookies["portal_language"] = "//evil.example"
    assert client.get("/").headers["Location"] == "/zh/"


def test_addresses_are_written_with_the_short_prefix():
    with translation.override("zh-hans"):
        assert reverse("public:duties") == "/zh/about/duties/"
    with translation.override("en"):
        assert reverse("public:duties") == "/en/about/duties/"


def test_the_switch_leads_to_the_same_page_with_its_query(client):
    page = client.get("/en/track/?number=L1").content.decode()
    assert 'href="/zh/track/?number=L1"' in page


def test_an_address_without_a_language_stays_as_it_is():
    assert in_language("/desk/", "en") == "/desk/"
    assert of_path("/zhangsan/") is None


def test_a_third_language_is_not_found(client):
    assert client.get("/fr/").status_code == 404
    assert client.get("/zh-hans/").status_code == 404


def test_the_language_button_remembers_and_goes_on_to_the_other_page(client):
    answer = client.post(
        "/modes/", {"language": "en", "next": "/zh/privacy/"}, HTTP_SEC_FETCH_SITE="same-origin"
    )
    assert answer.headers["Location"] == "/en/privacy/"
    assert client.cookies["portal_language"].value == "en"


def test_work_areas_follow_the_setting_of_the_person(client):
    user = User.objects.create_user("li", name="Li", language="en")
    client.force_login(user)
    answer = client.get("/desk/nothing-here/", HTTP_ACCEPT_LANGUAGE="zh")
    assert answer.headers["Content-Language"] == "en"


def test_the_switch_of_the_work_areas_changes_the_setting(client):
    user = User.objects.create_user("li", name="Li", language="en")
    client.force_login(user)
    answer = client.post("/account/language/", {"language": "zh-hans", "next": "/desk/"})
    user.refresh_from_db()
    assert user.language == "zh-hans"
    assert answer.headers["Location"] == "/desk/"
