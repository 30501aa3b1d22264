import re

import pytest

from bureau.audit.models import Event
from bureau.charter.models import Membership
from bureau.workflow.models import HistoryEntry
from bureau.workflow.services import perform
from tests.bureau.pages.conftest import client_of
from tests.workflow_app.models import Paper

PAPERS = "/desk/workflow_app/papers/"


def act(paper, name):
    return f"{PAPERS}{paper.pk}/do/{name}/"


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page).group(1)


def test_a_step_with_a_form_is_done_from_its_page_and_said(clubs):
    paper, client = clubs.assigned(), client_of(clubs.drafter)
    page = client.get(act(paper, "draft")).content.decode()
    data = {
        "note": "Written",
        "reason": "asked for",
        "seen": hidden(page, "seen"),
        "key": hidden(page, "key"),
    }
    response = client.post(act(paper, "draft"), data, follow=True)
    paper.refresh_from_db()
    assert (paper.status, paper.note) == ("drafted", "Written")
    assert "Done: Drafted." in response.content.decode()
    assert HistoryEntry.objects.filter(transition="draft").get().reason == "asked for"


def test_a_step_sent_twice_is_taken_once(clubs):
    paper, client = clubs.assigned(), client_of(clubs.drafter)
    page = client.get(act(paper, "draft")).content.decode()
    data = {"note": "Written", "key": hidden(page, "key")}
    assert client.post(act(paper, "draft"), data).status_code == 302
    assert client.post(act(paper, "draft"), data).status_code == 302
    assert HistoryEntry.objects.filter(transition="draft").count() == 1


def test_a_step_that_came_too_late_is_refused_in_words_and_keeps_what_was_typed(clubs):
    paper, client = clubs.assigned(), client_of(clubs.drafter)
    perform(paper, "draft", by=clubs.section_chief, data={"note": "First"})
    response = client.post(act(paper, "draft"), {"note": "Second, kept"})
    assert response.status_code == 409
    page = response.content.decode()
    assert "is not possible while the status is" in page and "Second, kept" in page
    paper.refresh_from_db()
    assert paper.note == "First"


def test_a_change_since_the_page_was_opened_is_shown_before_the_step(clubs):
    paper, client = clubs.assigned(), client_of(clubs.drafter)
    page = client.get(act(paper, "draft")).content.decode()
    Paper.objects.filter(pk=paper.pk).update(version=paper.version + 1)
    response = client.post(act(paper, "draft"), {"note": "Mine", "seen": hidden(page, "seen")})
    assert response.status_code == 409 and "Mine" in response.content.decode()
    again = hidden(response.content.decode(), "seen")
    assert client.post(act(paper, "draft"), {"note": "Mine", "seen": again}).status_code == 302


def test_a_right_that_ended_between_page_and_post_is_a_403_with_the_reason(clubs):
    paper, client = clubs.paper(), client_of(clubs.clerk)
    assert client.get(act(paper, "assign")).status_code == 200
    Membership.objects.filter(user=clubs.clerk).update(unit=clubs.section)
    Paper.objects.filter(pk=paper.pk).update(section=clubs.section)
    response = client.post(act(paper, "assign"), {})
    assert response.status_code == 403 and "for others to do" in response.content.decode()
    assert client.get(act(paper, "assign")).status_code == 403


def test_a_record_that_is_no_longer_visible_is_a_404_for_its_steps(clubs):
    paper, client = clubs.paper(), client_of(clubs.clerk)
    Membership.objects.filter(user=clubs.clerk).update(unit=clubs.other)
    assert client.post(act(paper, "assign"), {}).status_code == 404


def test_a_condition_is_said_before_the_step_is_tried(clubs):
    paper = clubs.drafted()
    Paper.objects.filter(pk=paper.pk).update(drafter=clubs.chief)
    response = client_of(clubs.chief).get(act(paper, "approve"))
    assert response.status_code == 409
    assert "Nobody approves his own draft." in response.content.decode()


@pytest.mark.parametrize("name", ["submit", "nonsense"])
def test_a_step_that_the_record_does_not_have_is_a_404(clubs, name):
    assert client_of(clubs.clerk).get(act(clubs.paper(), name)).status_code == 404


def test_a_required_reason_is_asked_for(clubs):
    paper, client = clubs.drafted(), client_of(clubs.chief)
    response = client.post(act(paper, "return_to"), {"step": "assigned"})
    assert response.status_code == 422 and "Fill in: Reason." in response.content.decode()
    assert (
        client.post(act(paper, "return_to"), {"step": "assigned", "reason": "Too short"}).status_code == 302
    )


# --- several at once --------------------------------------------------------------------------


def bulk(client, name, papers, **more):
    keys = [paper.pk for paper in papers]
    return client.post(f"{PAPERS}bulk/", {"act": name, "pk": keys, **more})


def test_a_bulk_act_does_what_it_can_and_lists_what_it_skipped_and_why(clubs):
    ready, early = clubs.drafted(subject="Ready"), clubs.assigned(subject="Early")
    page = bulk(client_of(clubs.chief), "approve", [ready, early]).content.decode()
    assert "Done for 1 record" in page and "Skipped: 1 record" in page
    assert "is not possible while the status is" in page
    assert set(Paper.objects.values_list("subject", "status")) == {
        ("Ready", "approved"),
        ("Early", "assigned"),
    }


def test_one_foreign_record_refuses_the_whole_bulk_act_and_is_audited(clubs):
    mine, foreign = clubs.drafted(), clubs.drafted()
    Paper.objects.filter(pk=foreign.pk).update(owner=clubs.other)
    response = bulk(client_of(clubs.chief), "approve", [mine, foreign])
    assert response.status_code == 404
    assert not Paper.objects.filter(status="approved").exists()
    event = Event.objects.get(refused=True)
    assert (event.action, event.detail["bulk"]) == ("workflow_app.paper.approve", 2)


def test_all_rows_under_the_filter_are_taken_whatever_page_they_are_on(clubs):
    for number in range(30):
        clubs.drafted(subject=f"Roof {number}")
    clubs.drafted(subject="Stairs")
    client = client_of(clubs.chief)
    listed = client.get(f"{PAPERS}?q=roof&all=1").content.decode()
    assert "All 30 selected:" in listed and hidden(listed, "all") == "1"
    page = client.post(f"{PAPERS}bulk/", {"act": "approve", "all": "1", "list": hidden(listed, "list")})
    assert "Done for 30 records" in page.content.decode()
    assert Paper.objects.filter(status="drafted").get().subject == "Stairs"


def test_a_bulk_act_with_a_form_asks_first(clubs):
    papers = [clubs.assigned(), clubs.assigned()]
    client = client_of(clubs.drafter)
    asked = bulk(client, "draft", papers).content.decode()
    assert "2 records" in asked and 'name="note"' in asked
    assert Paper.objects.filter(status="drafted").count() == 0
    bulk(client, "draft", papers, note="Same for both", confirmed="1")
    assert Paper.objects.filter(status="drafted", note="Same for both").count() == 2


def test_nothing_selected_is_said(clubs):
    clubs.drafted()
    assert "Nothing was selected" in bulk(client_of(clubs.chief), "approve", []).content.decode()


def test_a_step_that_is_not_declared_for_many_is_a_404(clubs):
    assert bulk(client_of(clubs.chief), "assign", [clubs.paper()]).status_code == 404
