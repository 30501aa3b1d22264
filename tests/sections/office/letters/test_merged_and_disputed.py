"""What the writer of a merged letter reads, how the writer objects on the page, and merging when one is handed over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bureau.workflow import services as workflow
from bureau.workflow.items import disagreements
from bureau.workflow.models import WorkItem
from sections.office.letters import solved
from sections.office.letters.choices import Status
from sections.office.letters.models import Dispute, Letter
from sections.office.letters.reply_guard import reasons_for
from sections.office.person_reports.models import PersonReport
from tests.cast import Cast
from tests.factories import letters
from tests.sections.office.letters.test_tracking import STATUS, opened, text

pytestmark = pytest.mark.django_db

OTHER = {"title": "Where is the stop", "body": "Canbody of the other writer", "name": "Canother"}


def pair(cast: Cast) -> tuple[Letter, Letter]:
    """The letter that leads, its answer written; and one of another writer, code "second", handled with it."""
    lead = letters.proposed(cast, name="Canlead", phone="13912345678", token="first")
    other = letters.merged(cast, lead, token="second", phone="13812345678", **OTHER)
    lead.refresh_from_db()
    return lead, other


def answer(cast: Cast, lead: Letter) -> Letter:
    reasons = reasons_for(lead, cast.office_chief, "approve", "A letter of a test.")
    return workflow.perform(lead, "approve", by=cast.office_chief, data=reasons)


def test_the_writer_of_a_merged_letter_reads_the_answer_and_nothing_of_the_other_letter(cast: Cast) -> None:
    lead, other = pair(cast)
    before = text(opened(other, "second"))
    assert lead.number not in before and lead.answer not in before and OTHER["title"] in before
    lead = answer(cast, lead)
    page = text(opened(other, "second"))
    assert lead.answer in page
    assert not [word for word in (lead.number, lead.title, lead.body, "Canlead") if word in page]
    mine = text(opened(lead, "first"))
    assert not [word for word in (other.number, *OTHER.values()) if word in mine]


def test_the_writer_of_a_merged_letter_says_on_his_page_that_it_is_not_solved_and_objects(cast: Cast) -> None:
    lead, other = pair(cast)
    lead = answer(cast, lead)
    client = opened(other, "second")
    assert "Was it solved?" not in text(client) and 'value="dispute"' not in text(client)
    day = timezone.localdate() - timedelta(days=28)
    Letter.objects.filter(pk=lead.pk).update(answered_on=day, closed_on=day)
    solved.ask_everybody()
    client.post(STATUS, {"act": "say_solved", "solved": "no"})
    assert 'value="dispute"' in text(client)
    empty = client.post(STATUS, {"act": "dispute", "text": ""})
    assert empty.status_code == 422 and "Write what is not solved." in empty.content.decode()
    long = client.post(STATUS, {"act": "dispute", "text": "x" * 2001})
    assert long.status_code == 422 and "x" * 2001 in long.content.decode()
    assert client.post(STATUS, {"act": "dispute", "text": "Still no stop."}).status_code == 302
    assert client.post(STATUS, {"act": "dispute", "text": "And again."}).status_code == 422
    assert [(row.letter, row.text) for row in Dispute.objects.all()] == [(other, "Still no stop.")]
    assert "Still no stop." in text(client) and "Still no stop." not in text(opened(lead, "first"))
    office = Client()
    office.force_login(cast.office_clerk)
    assert "Still no stop." in office.get(f"/desk/office/letters/{other.pk}/").content.decode()


def test_when_the_leading_letter_is_handed_over_the_other_one_is_handled_by_itself_again(cast: Cast) -> None:
    lead = letters.registered(cast, **{**OTHER, "name": "Canlead"})
    other = letters.merged(cast, lead, token="second", phone="13812345678")
    lead.refresh_from_db()
    about = {"accused_name": "Canaccused", "accused_post": "headmaster", "accused_unit": ""}
    workflow.perform(lead, "hand_over", by=cast.office_clerk, data=about)
    other.refresh_from_db()
    assert (other.status, other.merged_into, other.closed_on) == (Status.REGISTERED, None, None)
    assert WorkItem.objects.filter(kind="office.letter", object_id=other.pk).exists()
    assert not [
        word for word in ("Canlead", "Canbody", "Canaccused") if word in text(opened(other, "second"))
    ]
    assert "Canbody" in PersonReport.objects.get().body
    assert list(disagreements()) == []


def test_a_merged_letter_is_separated_before_it_is_handed_over(cast: Cast) -> None:
    lead = letters.registered(cast)
    other = letters.merged(cast, lead, **OTHER)
    about = {"accused_name": "Canaccused", "accused_post": "headmaster", "accused_unit": ""}
    with pytest.raises(workflow.Refusal):
        workflow.perform(other, "hand_over", by=cast.office_clerk, data=about)
    other = workflow.perform(other, "separate", by=cast.office_clerk, reason="It reports a person.")
    workflow.perform(other, "hand_over", by=cast.office_clerk, data=about)
    lead.refresh_from_db()
    assert lead.status == Status.REGISTERED and "Canbody" not in lead.body
    assert not lead.merged.exists()
