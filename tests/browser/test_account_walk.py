"""Accounts: slips, the first sign-in, a session that ends in the middle of a form, the lock-out."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session

from bureau.accounts.models import User
from bureau.charter.choices import Role
from bureau.charter.models import Membership
from tests.factories.schools import SchoolContactFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery staple"
NEW_PASSWORD = "seven quiet mountains at dusk"


@pytest.fixture
def known(cast):
    """Gives somebody of the cast a password that can be typed."""

    def give(name):
        user = getattr(cast, name)
        user.set_password(PASSWORD)
        user.language = "en"
        user.save()
        return user

    return give


def type_in(opened, login, password):
    return opened.fill("User name, phone or e-mail", login).fill("Password", password).press("Sign in")


def in_main(opened):
    return opened.page.locator("#main form")


def test_slips_are_printed_and_the_first_sign_in_asks_for_a_password_of_ones_own(
    visit, signed_in, cast, known
):
    known("security_admin")
    Membership.objects.filter(role=Role.PRINCIPAL).delete()
    admin = signed_in("security_admin", "/desk/accounts/onboarding/")
    admin.fill("Your password", PASSWORD).press("Go on")
    admin.press("Make all missing accounts")
    admin.click(admin.page.locator("tr").filter(has_text="Yuci").get_by_role("button"))
    slip = admin.page.locator("section.slip").filter(has_text="Cast Primary School")
    login, password = slip.locator("dd.code").all_inner_texts()
    assert admin.complaints() == []
    assert not admin.scrolls_sideways()

    principal = visit("/account/login/", javascript=False)
    type_in(principal, login, password)
    assert principal.page.url.endswith("/account/password/")
    assert principal.go("/school/").page.url.endswith("/account/password/")
    user = User.objects.get(username=login)
    new, again = principal.page.locator("#main input[type=password]").all()
    new.fill(NEW_PASSWORD)
    again.fill(NEW_PASSWORD)
    principal.click(in_main(principal).locator("button"))
    assert principal.page.url.endswith("/school/")
    user.refresh_from_db()
    assert not user.must_change_password

    # The slip opens nothing any more; the new password does.
    again = visit("/account/login/", javascript=False)
    type_in(again, login, password)
    assert again.page.locator(".errsum").is_visible()


def test_what_was_typed_comes_back_when_the_session_ends_in_the_middle(visit, cast, known):
    known("principal")
    contact = SchoolContactFactory(school=cast.school, phone="0354-3110001")
    principal = visit("/account/login/", javascript=False)
    type_in(principal, "principal", PASSWORD)
    principal.go(f"/school/schools/contacts/{contact.pk}/edit/")
    principal.page.locator("#main input[name=phone]").fill("0354-3119999")
    Session.objects.all().delete()
    principal.click(in_main(principal).locator("button").first)

    assert "Your session has ended" in principal.text()
    type_in(principal, "principal", PASSWORD)
    assert "0354-3119999" in principal.text()
    contact.refresh_from_db()
    assert contact.phone == "0354-3110001"
    principal.press("Send what I typed")
    contact.refresh_from_db()
    assert contact.phone == "0354-3119999"


def test_what_was_typed_does_not_go_to_somebody_else(visit, cast, known):
    known("principal")
    known("other_principal")
    contact = SchoolContactFactory(school=cast.school, phone="0354-3110001")
    principal = visit("/account/login/", javascript=False)
    type_in(principal, "principal", PASSWORD)
    principal.go(f"/school/schools/contacts/{contact.pk}/edit/")
    principal.page.locator("#main input[name=phone]").fill("0354-3119999")
    Session.objects.all().delete()
    principal.click(in_main(principal).locator("button").first)
    type_in(principal, "other_principal", PASSWORD)
    assert "0354-3119999" not in principal.page.content()
    assert "was not kept" in principal.page.content()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_too_many_wrong_tries_are_told_when_to_come_back(visit, settings, cast, known, language):
    settings.SIGN_IN_TRIES_PER_ACCOUNT = 2
    known("office_clerk")
    chosen = {"zh": "zh-hans", "en": "en"}[language]
    opened = visit("/account/login/", cookies={"portal_language": chosen})
    for _try in range(3):
        opened.page.locator("#id_login").fill("office_clerk")
        opened.page.locator("#id_password").fill("wrong")
        opened.click(in_main(opened).locator("button"))
    said = {"zh": "请稍后", "en": "Please wait before you try again"}[language]
    assert said in opened.text()
    assert opened.complaints() == []
    assert not opened.scrolls_sideways()


def test_a_stranger_is_led_to_sign_in_and_then_to_the_page_that_was_asked_for(visit, cast, known):
    known("office_clerk")
    opened = visit("/desk/office/letters/", javascript=False)
    type_in(opened, "office_clerk", PASSWORD)
    assert opened.page.url.endswith("/desk/office/letters/")
