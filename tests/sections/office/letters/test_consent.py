"""Whether the answer may be published is asked of the writer on the web form; nobody agrees by keeping silent."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from bureau.accounts.principals import Holder
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from sections.office.answers.choices import Consent
from sections.office.answers.models import PublishedAnswer
from sections.office.letters.models import Letter
from tests.cast import Cast, in_english
from tests.factories import answers, letters
from tests.sections.office.letters.filling import TEXT, WRITER, at_text, hidden, post

pytestmark = pytest.mark.django_db

AGREES = {"may_be_published": "on"}


def test_the_box_is_empty_and_an_empty_box_is_no_consent(cast: Cast, client: Client) -> None:
    page = post(client, at_text(client), **TEXT)
    assert page.context["form"]["may_be_published"].value() in (None, False)
    assert "are never published" in page.content.decode()
    page = post(client, page, **WRITER)
    assert "You do not agree." in page.content.decode()
    post(client, page, go="send")
    assert not Letter.objects.get().may_be_published


def test_who_agrees_sees_it_before_sending_and_may_change_it(cast: Cast, client: Client) -> None:
    page = post(client, post(client, at_text(client), **TEXT), **WRITER, **AGREES)
    assert "You agree;" in page.content.decode()
    back = post(client, page, go=hidden(page, "step").replace("check", "writer"))
    assert back.context["form"]["may_be_published"].value()
    page = post(client, back, **WRITER, **AGREES)
    post(client, page, go="send")
    assert Letter.objects.get().may_be_published


def test_the_desk_shows_it_and_the_public_copy_begins_with_it(cast: Cast, client: Client) -> None:
    letter, silent = letters.answered(cast, may_be_published=True), letters.answered(cast)
    client.force_login(in_english(cast.office_clerk))
    shown = [
        client.get(reverse("desk:office:letter_detail", args=[one.pk])).content.decode()
        for one in (letter, silent)
    ]
    assert "the writer agreed on the web site" in shown[0]
    assert "not agreed yet" in shown[1] and "consent=web" not in shown[1]
    query = f"?letter={letter.number}&consent=web&consent_on={letter.received_on.isoformat()}"
    assert query.replace("&", "&amp;") in shown[0]
    page = client.get(reverse("desk:office:publishedanswer_add") + query)
    typed = {name: page.context["form"][name].value() for name in ("letter", "consent", "consent_on")}
    assert typed["consent"] == Consent.WEB
    client.post(reverse("desk:office:publishedanswer_add"), {**typed, "key": page.context["key"]})
    copy = PublishedAnswer.objects.get()
    assert (copy.consent, copy.consent_on) == (Consent.WEB, letter.received_on)
    assert copy.status == "drafted" and workflow.available(copy, cast.office_chief)


def test_the_writer_takes_it_back_the_office_is_told_and_nothing_leaves(cast: Cast, client: Client) -> None:
    letter = letters.answered(cast, may_be_published=True)
    copy = answers.checked(cast, letter, consent=Consent.WEB)
    assert "publish" in {step.name for step in workflow.available(copy, cast.office_chief)}
    holder = Holder("office.letter", letter.pk)
    letter = workflow.perform(letter, "forbid_publishing", by=holder)
    assert not letter.may_be_published and letter.status == "answered"
    told = Notice.objects.filter(kind="letters.consent_taken_back").values_list("user__username", flat=True)
    assert "office_clerk" in told
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(copy, "publish", by=cast.office_chief)
    assert "forbid_publishing" not in {step.name for step in workflow.available(letter, holder)}
    for person in (cast.office_chief, cast.basic_clerk):
        with pytest.raises(workflow.NotPermitted):
            workflow.perform(letter, "forbid_publishing", by=person)


def test_the_page_of_the_writer_offers_it_to_who_agreed_alone(cast: Cast, client: Client) -> None:
    for agrees in (True, False):
        receipt = letters.sent(may_be_published=agrees)
        client.post("/en/track/", {"number": receipt.letter.number, "code": receipt.code})
        page = client.get("/en/track/status/").content.decode()
        assert ("Take back the consent" in page) is agrees
