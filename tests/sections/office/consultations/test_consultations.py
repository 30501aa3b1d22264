"""From a draft to its result: two people, thirty days, opinions that nobody loses and whose senders nobody sees."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone, translation

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC
from bureau.audit.models import Event
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from bureau.workflow.models import WorkItem
from sections.office.consultations.choices import Status
from sections.office.consultations.models import Consultation, Opinion, OpinionGroup
from sections.office.consultations.services import follow_calendar
from sections.office.news.models import EditorialTerm
from tests.attacks.walking import signed_in
from tests.bureau.files.published import ID_NUMBER
from tests.factories import consultations, policies

pytestmark = pytest.mark.django_db
TYPED = {
    "sender": "citizen",
    "about": "第五条",
    "body": "建议延长期限。",
    "name": "王示例",
    "phone": "13800000000",
}


def see(path):
    response = Client().get(path)
    return response.status_code, response.content.decode()


# -- before it opens ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days, is_long_enough", [(29, False), (30, True)])
def test_a_normative_draft_is_open_thirty_days_at_least(cast, days, is_long_enough):
    closes = timezone.localdate() + timedelta(days=days)
    draft = consultations.entered(cast, closes_on=closes, shortened_reason_zh="很急。")
    if is_long_enough:
        workflow.perform(draft, "submit", by=cast.office_clerk)
    else:
        with pytest.raises(workflow.Refusal, match="规章制定程序条例"):
            workflow.perform(draft, "submit", by=cast.office_clerk)


def test_the_least_period_is_a_row_that_can_be_edited(cast):
    EditorialTerm.objects.filter(key="consultation-normative").update(length=40)
    with pytest.raises(workflow.Refusal, match="at least"):
        consultations.submitted(cast)
    EditorialTerm.objects.filter(key="consultation-normative").delete()
    with pytest.raises(workflow.Refusal, match="table of periods"):
        consultations.submitted(cast)


def test_a_decision_may_be_shorter_for_a_reason_that_everybody_reads(cast):
    closes = timezone.localdate() + timedelta(days=10)
    with pytest.raises(workflow.Refusal):
        consultations.submitted(cast, kind="decision", closes_on=closes)
    found = consultations.opened(cast, kind="decision", closes_on=closes, shortened_reason_zh="防汛需要。")
    assert "防汛需要。" in see(f"/zh/consultations/{found.pk}/")[1]


def test_the_period_counts_from_the_day_on_which_it_opens(cast):
    draft = consultations.submitted(cast, closes_on=timezone.localdate() + timedelta(days=30))
    with (
        time_machine.travel(timezone.now() + timedelta(days=2)),
        pytest.raises(workflow.Refusal, match="at least"),
    ):
        workflow.perform(draft, "publish", by=cast.office_chief)


def test_nobody_opens_what_he_wrote_and_no_secret_is_opened(cast):
    draft = consultations.entered(cast, by=cast.office_chief)
    draft = workflow.perform(draft, "submit", by=cast.office_chief)
    with pytest.raises(workflow.Refusal, match="second person"):
        workflow.perform(draft, "publish", by=cast.office_chief)
    with pytest.raises(workflow.Refusal, match="marks a secret"):
        consultations.submitted(cast, body_zh="<p>内部资料</p><p>第一条</p>")
    assert see(f"/zh/consultations/{draft.pk}/")[0] == 404


# -- opinions --------------------------------------------------------------------------------------------------


def write(consultation, client=None, typed=None, settings=None, **more):
    """The way of the public form; the answer of its POST."""
    client = client or Client()
    address = f"/en/consultations/{consultation.pk}/opinion/"
    page = client.get(address).content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    data = {**(typed or TYPED), "ticket": ticket[1] if ticket else "", **more}
    return client.post(address, data)


@pytest.fixture
def quick(settings):
    settings.LETTERS_MIN_SECONDS = 0


def test_an_opinion_gets_number_and_code_and_is_followed_to_its_end(cast, quick):
    consultation = consultations.opened(cast)
    page = write(consultation).content.decode()
    number, code = re.findall(r'<b class="code big">([^<]+)</b>', page)
    sent = Opinion.objects.get(number=number)
    assert (sent.name, sent.body) == ("王示例", "建议延长期限。")

    follower = Client()
    assert follower.post("/en/track/", {"number": number, "code": "WRONG-CODES"}).status_code == 422
    assert follower.post("/en/track/", {"number": number, "code": code}).status_code == 302
    assert "建议延长期限。" in follower.get("/en/track/status/").content.decode()

    consultations.grouped(cast, sent, decision="adopted", reason_zh="已采纳。")
    assert "已采纳。" not in follower.get("/en/track/status/").content.decode()
    conclude(cast, consultation)
    assert "已采纳。" in follower.get("/en/track/status/").content.decode()


def conclude(cast, consultation, **data):
    consultations.closed(consultation)
    return workflow.perform(
        consultation, "conclude", by=cast.office_chief, data={"result_zh": "<p>共收到意见。</p>", **data}
    )


def test_a_form_sent_twice_is_one_opinion(cast, quick):
    consultation, client = consultations.opened(cast), Client()
    page = client.get(f"/en/consultations/{consultation.pk}/opinion/").content.decode()
    data = {**TYPED, "ticket": re.search(r'name="ticket" value="([^"]+)"', page)[1]}
    for _again in range(3):
        assert client.post(f"/en/consultations/{consultation.pk}/opinion/", data).status_code == 200
    assert Opinion.objects.count() == 1


def test_programs_floods_and_empty_forms_are_refused_and_nothing_typed_is_lost(cast, settings):
    consultation = consultations.opened(cast)
    settings.LETTERS_MIN_SECONDS = 3600
    assert write(consultation).status_code == 422  # quicker than a person reads
    settings.LETTERS_MIN_SECONDS = 0
    lured = write(consultation, homepage="http://example.invalid")
    assert lured.status_code == 422 and "建议延长期限。" in lured.content.decode()
    assert write(consultation, typed={**TYPED, "body": " "}).status_code == 422
    assert write(consultation, ticket="forged").status_code == 422
    settings.LETTERS_PER_SENDER = 1
    assert write(consultation).status_code == 200
    flooded = write(consultation)
    assert flooded.status_code == 429 and flooded["Retry-After"]
    assert Opinion.objects.count() == 1


def test_after_the_last_day_nothing_is_taken_even_before_a_task_has_noted_it(cast, quick):
    consultation = consultations.opened(cast)
    with time_machine.travel(timezone.now() + timedelta(days=32)):
        assert write(consultation).status_code == 422
        assert "being considered" in see(f"/en/consultations/{consultation.pk}/")[1]
        assert follow_calendar() == 1
        assert follow_calendar() == 0
    assert not Opinion.objects.exists()


def test_who_sent_an_opinion_is_seen_by_right_with_a_reason_and_nowhere_else(cast, client):
    consultation = consultations.opened(cast)
    sent = consultations.opinion(consultation).opinion
    address = f"/desk/office/opinions/{sent.pk}/"
    client.force_login(cast.office_clerk)
    pages = [address, "/desk/office/opinions/", "/desk/office/opinions/export/", f"{address}history/"]
    for page in [*pages, f"/desk/office/consultations/{consultation.pk}/"]:
        response = client.get(page)
        assert response.status_code == 200, page
        content = b"".join(response.streaming_content) if response.streaming else response.content
        assert "王示例" not in content.decode() and "13800000000" not in content.decode()
    assert client.get(f"{address}sender/").status_code == 403
    client.force_login(cast.basic_officer)
    assert client.get(address).status_code == 404
    chief = signed_in(cast.office_chief)
    assert "王示例" not in chief.get(f"{address}sender/").content.decode()
    assert chief.post(f"{address}sender/", {"reason": ""}).status_code == 422
    assert "王示例" in chief.post(f"{address}sender/", {"reason": "需要核实。"}).content.decode()
    event = Event.objects.get(action="personal_data.revealed")
    assert (event.fields, event.reason) == (["name", "phone"], "需要核实。")


# -- the result ------------------------------------------------------------------------------------------------


def test_the_result_waits_until_everything_is_grouped_and_decided(cast):
    consultation = consultations.opened(cast)
    first, second = (consultations.opinion(consultation).opinion for _each in range(2))
    consultations.closed(consultation)
    data = {"result_zh": "<p>结果。</p>"}
    with pytest.raises(workflow.Refusal, match="2 opinions have not been grouped"):
        workflow.perform(consultation, "conclude", by=cast.office_chief, data=data)
    point = consultations.grouped(cast, first)
    workflow.perform(second, "set_aside", by=cast.office_clerk, reason="与草案无关。")
    assert not WorkItem.objects.filter(kind="office.consultation", verb="sort").exists()
    with pytest.raises(workflow.Refusal, match="not been decided"):
        workflow.perform(consultation, "conclude", by=cast.office_chief, data=data)
    OpinionGroup.objects.filter(pk=point.pk).update(decision="partly", reason_zh=f"来信人 {ID_NUMBER}")
    with pytest.raises(workflow.Refusal, match="ID numbers"):
        workflow.perform(consultation, "conclude", by=cast.office_chief, data=data)
    OpinionGroup.objects.filter(pk=point.pk).update(reason_zh="部分采纳。")
    document = policies.published(cast)
    done = workflow.perform(
        consultation, "conclude", by=cast.office_chief, data={**data, "result_document": document}
    )
    assert (done.received, done.adopted, done.partly, done.not_adopted) == (2, 0, 1, 0)
    page = see(f"/zh/consultations/{consultation.pk}/")[1]
    assert "部分采纳。" in page and f"/zh/open/documents/{document.pk}/" in page and "王示例" not in page
    with translation.override("en"), pytest.raises(workflow.Refusal, match="result has been published"):
        workflow.perform(second, "sort", by=cast.office_clerk, data={"group": point})


def test_points_are_public_with_the_result_and_not_before(cast):
    consultation = consultations.opened(cast)
    sent = consultations.opinion(consultation).opinion
    consultations.grouped(cast, sent, decision="not_adopted", reason_zh="与上位法不一致。")
    assert not permitted(PUBLIC, "view", OpinionGroup).exists()
    assert "与上位法不一致。" not in see(f"/zh/consultations/{consultation.pk}/")[1]
    conclude(cast, consultation)
    assert permitted(PUBLIC, "view", OpinionGroup).count() == 1
    assert not permitted(PUBLIC, "view", Opinion).exists()


def test_an_opinion_cannot_go_under_the_point_of_another_consultation(cast):
    one, other = consultations.opened(cast), consultations.opened(cast)
    point = consultations.grouped(cast, consultations.opinion(one).opinion)
    sent = consultations.opinion(other).opinion
    with pytest.raises(workflow.Refusal, match="another consultation"):
        workflow.perform(sent, "sort", by=cast.office_clerk, data={"group": point})


def test_a_withdrawn_consultation_says_why_and_takes_nothing(cast, quick):
    consultation = consultations.withdrawn(cast)
    status, page = see(f"/zh/consultations/{consultation.pk}/")
    assert status == 410 and "草案有误。" in page
    assert Client().get(f"/zh/consultations/{consultation.pk}/opinion/").status_code == 410
    assert f"/zh/consultations/{consultation.pk}/" not in see("/zh/consultations/")[1]


def test_senders_are_forgotten_in_time(cast):
    consultation = consultations.opened(cast)
    sent = consultations.opinion(consultation).opinion
    consultations.grouped(cast, sent, decision="adopted", reason_zh="采纳。")
    conclude(cast, consultation)
    follow_calendar()
    assert Opinion.objects.get(pk=sent.pk).name == "王示例"
    with time_machine.travel(timezone.now() + timedelta(days=367)):
        follow_calendar()
    forgotten = Opinion.objects.get(pk=sent.pk)
    assert (forgotten.name, forgotten.phone, forgotten.body) == ("", "", sent.body)


def test_a_section_handles_the_opinions_on_its_own_draft_alone(cast):
    own = consultations.entered(cast, by=cast.basic_officer)
    own = workflow.perform(own, "submit", by=cast.basic_officer)
    own = workflow.perform(own, "publish", by=cast.office_chief)
    sent = consultations.opinion(own).opinion
    consultations.opinion(consultations.opened(cast))
    assert list(permitted(cast.basic_officer, "view", Opinion)) == [sent]
    workflow.perform(sent, "sort", by=cast.basic_officer, data={"new_point": "期限"})
    assert not permitted(cast.basic_officer, "publish", Consultation).exists()
    assert not permitted(cast.basic_officer, "reveal", Opinion).exists()
    assert own.status == Status.OPEN


def test_the_section_hears_once_a_day_how_many_opinions_came(cast):
    draft = consultations.opened(cast, title="Measures on an invented matter (draft)")
    for number in range(3):
        consultations.opinion(draft, phone=f"1380000000{number}")
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        follow_calendar()
    with translation.override("en"):
        told = [
            str(one) for one in Notice.objects.filter(user=cast.office_clerk, kind="consultations.opinions")
        ]
    assert told == ["New opinions on “Measures on an invented matter (draft)”: 3"]
