"""What the office and the sections do with a letter: entering, merging, contributing, notes, templates."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.accounts.principals import PUBLIC, Holder
from bureau.audit.models import Event
from bureau.charter.choices import Role
from bureau.charter.models import Membership, Unit
from bureau.deadlines.selectors import open_clock, open_clocks_of
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from bureau.workflow.models import WorkItem
from sections.office.letters import placeholders, services
from sections.office.letters.choices import Channel, Kind, NoteKind, Outcome, Status
from sections.office.letters.clocks import ACCEPTANCE
from sections.office.letters.handling_forms import CitationsField, TemplateForm
from sections.office.letters.models import AnswerTemplate, Letter, LetterNote
from sections.office.letters.same_writer import sender_digest
from tests.cast import Cast
from tests.factories import letters

pytestmark = pytest.mark.django_db


def unit(key: str) -> Unit:
    return Unit.objects.get(key=key)


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


def waits_for(letter: Letter) -> set[str]:
    rows = WorkItem.objects.filter(kind="office.letter", object_id=letter.pk)
    return set(rows.values_list("unit__key", flat=True))


def opened(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, letter: Letter) -> str:
    response = opened(user).get(reverse("desk:office:letter_detail", args=[letter.pk]))
    assert response.status_code == 200
    return response.content.decode()


def tracked(letter: Letter) -> str:
    """The status page as the writer of this letter sees it."""
    from django.test import RequestFactory

    from sections.office.letters.following import letter_status

    request = RequestFactory().get("/en/track/")
    request.LANGUAGE_CODE = "en"
    return letter_status(request, Holder("office.letter", letter.pk)).content.decode()


# -- entering ---------------------------------------------------------------------------------------------


def test_a_letter_by_phone_is_registered_at_once_and_its_time_counts_from_the_call(cast: Cast) -> None:
    called = timezone.localdate() - timedelta(days=3)
    letter = letters.entered(cast, received_on=called)
    assert (letter.status, letter.owner.key) == (Status.REGISTERED, "office")
    assert open_clock(ACCEPTANCE, letter).started_on == called
    assert waits_for(letter) == {"office"}


def test_the_digest_of_the_phone_is_the_same_for_the_web_and_the_desk(cast: Cast) -> None:
    web = letters.sent(phone="13900000000").letter
    desk = letters.entered(cast, sender_phone="13900000000")
    assert web.sender_digest == desk.sender_digest == sender_digest("139 0000 0000") != ""
    assert letters.entered(cast, sender_phone="", sender_name="").sender_digest == ""


def test_a_day_that_has_not_come_is_refused_and_nothing_stays(cast: Cast) -> None:
    with pytest.raises(workflow.Invalid) as caught:
        letters.entered(cast, received_on=timezone.localdate() + timedelta(days=1))
    assert "received_on" in caught.value.errors
    assert not Letter.objects.exists()


def test_the_same_number_elsewhere_is_registered_once_for_each_way(cast: Cast) -> None:
    letters.entered(cast, outside_number="2026-77")
    with pytest.raises(workflow.Invalid):
        letters.entered(cast, outside_number="2026-77")
    letters.entered(cast, outside_number="2026-77", channel=Channel.POST)
    assert Letter.objects.count() == 2


def test_nobody_enters_a_letter_of_the_web_site(cast: Cast) -> None:
    with pytest.raises(workflow.Invalid):
        letters.entered(cast, channel=Channel.WEB)


@pytest.mark.parametrize(
    "who", ["basic_clerk", "principal", "auditor", "bureau_leader", "discipline_officer"]
)
def test_only_the_office_enters_letters(cast: Cast, who: str) -> None:
    values = {"channel": Channel.PHONE, "received_on": timezone.localdate(), "kind": Kind.REQUEST}
    with pytest.raises(workflow.NotPermitted):
        services.enter_letter(values=values, token="x", by=getattr(cast, who))
    assert opened(getattr(cast, who)).get(reverse("desk:office:letter_add")).status_code in (403, 404)


def entry(client: Client, **changes: str) -> dict[str, str]:
    form = client.get(reverse("desk:office:letter_add"))
    typed = {
        "key": form.context["key"],
        "channel": "visit",
        "received_on": timezone.localdate().isoformat(),
        "kind": "request",
        "title": "A place in the kindergarten",
        "body": "We moved here in spring.",
        "people_count": "2",
        "name": "Zhao Example",
        "phone": "139 0000 1111",
    }
    return {**typed, **changes}


def test_the_clerk_enters_a_visit_and_hands_over_the_receipt(cast: Cast) -> None:
    client = opened(cast.office_clerk)
    typed = entry(client)
    first = client.post(reverse("desk:office:letter_add"), typed)
    again = client.post(reverse("desk:office:letter_add"), typed)
    letter = Letter.objects.get()
    assert (letter.sender_name, letter.sender_phone, letter.people_count) == (
        "Zhao Example",
        "13900001111",
        2,
    )
    assert first.context["code"] == again.context["code"]
    assert letter.number in first.content.decode()
    assert services.codes.matches(services.CODE_PURPOSE, first.context["code"], letter.code_digest)
    assert "no-store" in first["Cache-Control"]


def test_an_anonymous_letter_is_entered_too_and_a_wrong_phone_is_named(cast: Cast) -> None:
    client = opened(cast.office_clerk)
    wrong = client.post(reverse("desk:office:letter_add"), entry(client, phone="12"))
    assert wrong.status_code == 422 and "phone" in wrong.context["form"].errors
    client.post(reverse("desk:office:letter_add"), entry(client, name="", phone=""))
    assert Letter.objects.get().sender_name == ""


# -- registering several ----------------------------------------------------------------------------------


def bulk(user: User, *chosen: Letter) -> object:
    data = {"act": "register", "pk": [one.pk for one in chosen], "confirmed": "1", "list": ""}
    return opened(user).post(reverse("desk:office:letter_bulk"), data)


def test_several_letters_are_registered_as_they_are_and_the_late_one_is_listed(cast: Cast) -> None:
    first = letters.sent(kind=Kind.SUGGESTION, school=cast.school).letter
    second, late = letters.sent().letter, letters.registered(cast)
    response = bulk(cast.office_clerk, first, second, late)
    assert [len(response.context["done"]), len(response.context["skipped"])] == [2, 1]
    first.refresh_from_db()
    assert (first.status, first.kind, first.school) == (Status.REGISTERED, Kind.SUGGESTION, cast.school)


def test_a_letter_that_is_not_his_own_spoils_the_whole_selection(cast: Cast) -> None:
    mine, other = letters.assigned(cast), letters.sent().letter
    assert bulk(cast.basic_clerk, mine, other).status_code == 404
    other.refresh_from_db()
    assert other.status == Status.RECEIVED
    assert Event.objects.filter(action="office.letter.register", refused=True).exists()


def test_a_section_registers_nothing_in_bulk(cast: Cast) -> None:
    response = bulk(cast.basic_clerk, letters.assigned(cast))
    assert [len(response.context["done"]), len(response.context["skipped"])] == [0, 1]


# -- merging ----------------------------------------------------------------------------------------------


def answered_with(cast: Cast, letter: Letter, text: str) -> Letter:
    data = {"answer": text, "outcome": Outcome.EXPLAINED}
    letter = workflow.perform(letter, "draft", by=cast.basic_clerk, data=data)
    letter = workflow.perform(letter, "propose", by=cast.basic_clerk)
    return workflow.perform(letter, "approve", by=cast.office_chief)


def test_the_writer_of_a_merged_letter_reads_the_answer_and_nothing_of_the_other_one(cast: Cast) -> None:
    lead = letters.assigned(cast, title="Secret subject", body="Secret text", name="Secret name")
    letter = letters.merged(cast, lead, title="Mine", body="My own text")
    assert (letter.status, letter.closed_on) == (Status.MERGED, timezone.localdate())
    assert not open_clocks_of(letter).exists()
    assert waits_for(letter) == set()
    before = tracked(letter)
    assert "together with another letter" in before
    answered_with(cast, lead, f"On your letter {lead.number}: the bus comes.")
    after = tracked(letter)
    assert f"On your letter {letter.number}: the bus comes." in after
    for said in (before, after):
        assert "Secret" not in said and lead.number not in said


def test_an_answer_for_several_writers_names_none_of_them(cast: Cast) -> None:
    lead = letters.proposed(cast, name="Wang Example")
    Letter.objects.filter(pk=lead.pk).update(answer="Dear Wang Example, the bus comes.")
    letters.merged(cast, lead)
    with pytest.raises(workflow.Invalid) as caught:
        workflow.perform(lead, "approve", by=cast.office_chief)
    assert "name" in str(caught.value.sentence)
    lead.refresh_from_db()
    assert lead.status == Status.PROPOSED


def refused_merge(cast: Cast, letter: Letter, other: Letter) -> str:
    with pytest.raises(workflow.Refusal) as caught:
        workflow.perform(letter, "merge", by=cast.office_clerk, data={"other": other})
    letter.refresh_from_db()
    assert letter.status == Status.REGISTERED and letter.merged_into is None
    return str(caught.value.sentence)


def test_what_a_letter_cannot_be_merged_with(cast: Cast) -> None:
    letter = letters.registered(cast)
    assert "same letter" in refused_merge(cast, letter, letter)
    assert "closed" in refused_merge(cast, letter, letters.answered(cast))
    assert "school" in refused_merge(cast, letter, letters.registered(cast, school=cast.school))


def test_letters_merged_before_follow_to_the_new_one(cast: Cast) -> None:
    lead, middle = letters.accepted(cast), letters.registered(cast)
    first = letters.merged(cast, middle)
    workflow.perform(middle, "merge", by=cast.office_clerk, data={"other": lead})
    first.refresh_from_db()
    assert first.merged_into == lead


@pytest.mark.parametrize("step", ["withdraw", "decline"])
def test_a_merged_letter_is_handled_by_itself_when_the_other_one_ends_without_an_answer(
    cast: Cast, step: str
) -> None:
    lead = letters.registered(cast)
    letter = letters.merged(cast, lead)
    if step == "withdraw":
        workflow.perform(lead, "withdraw", by=Holder("office.letter", lead.pk))
    else:
        data = {"ground": "court"}
        workflow.perform(lead, "decline", by=cast.office_chief, data=data, reason="It is in court.")
    letter.refresh_from_db()
    assert (letter.status, letter.merged_into, letter.closed_on) == (Status.REGISTERED, None, None)
    assert waits_for(letter) == {"office"}
    assert open_clock(ACCEPTANCE, letter) is not None


def test_the_section_reads_what_is_merged_and_who_belongs_to_the_school_does_not(cast: Cast) -> None:
    lead = letters.assigned(cast, school=cast.school)
    letter = letters.merged(cast, lead, school=cast.school, name="Hidden Writer", body="Also from me.")
    Membership.objects.create(
        user=cast.principal, unit=unit("basic"), role=Role.OFFICER, since=timezone.localdate()
    )
    assert letter in permitted(cast.basic_clerk, "view", Letter)
    assert letter not in permitted(cast.principal, "view", Letter)
    assert letter not in permitted(cast.preschool_clerk, "view", Letter)
    shown = page(cast.basic_clerk, lead)
    assert "Also from me." in shown and "Hidden Writer" not in shown


# -- contributions ----------------------------------------------------------------------------------------


def test_a_section_that_was_asked_sees_the_letter_and_contributes_and_does_no_more(cast: Cast) -> None:
    letter = letters.co_handled(cast)
    assert waits_for(letter) == {"basic", "preschool"}
    assert told("letters.invited") == {"preschool_clerk"}
    assert letter in permitted(cast.preschool_clerk, "view", Letter)
    assert letter not in permitted(cast.finance_clerk, "view", Letter)
    data = {"answer": "Not mine to write.", "outcome": Outcome.EXPLAINED}
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(letter, "draft", by=cast.preschool_clerk, data=data)
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(letter, "contribute", by=cast.basic_clerk, data={"contribution": "I lead."})
    workflow.perform(letter, "contribute", by=cast.preschool_clerk, data={"contribution": "Two places."})
    assert waits_for(letter) == {"basic"}
    assert told("letters.contributed") == {"basic_clerk", "basic_officer"}
    assert "Two places." in page(cast.basic_clerk, letter)
    assert "Two places." not in tracked(letter)


def test_a_letter_with_several_sections_stays_one_row(cast: Cast) -> None:
    letter = letters.co_handled(cast)
    data = {"co_unit": unit("planning_finance"), "question": "Is there money?"}
    workflow.perform(letter, "invite", by=cast.basic_clerk, data=data)
    for who in (cast.office_clerk, cast.bureau_leader, cast.basic_clerk, cast.finance_clerk):
        assert list(permitted(who, "view", Letter)) == [letter]


def test_whom_the_lead_section_cannot_ask(cast: Cast) -> None:
    letter = letters.co_handled(cast)
    for key in ("basic", "preschool"):
        with pytest.raises(workflow.Invalid):
            workflow.perform(letter, "invite", by=cast.basic_clerk, data={"co_unit": unit(key)})
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(letter, "invite", by=cast.preschool_clerk, data={"co_unit": unit("personnel")})
    assert letter.co_handlers.count() == 1


def test_a_letter_goes_to_no_unit_that_it_is_about(cast: Cast) -> None:
    letter = letters.assigned(cast, school=cast.school)
    with pytest.raises(workflow.Invalid):
        workflow.perform(letter, "invite", by=cast.basic_clerk, data={"co_unit": cast.school.unit})
    assert not letter.co_handlers.exists()


def test_an_answer_goes_without_a_contribution_only_when_that_is_said(cast: Cast) -> None:
    letter = letters.co_handled(cast)
    data = {"answer": "The bus comes.", "outcome": Outcome.EXPLAINED}
    letter = workflow.perform(letter, "draft", by=cast.basic_clerk, data=data)
    address = reverse("desk:office:letter_do", args=[letter.pk, "propose"])
    warned = opened(cast.basic_clerk).post(address)
    assert warned.status_code == 422
    assert unit("preschool").label in str(warned.context["form"].errors["is_complete"])
    letter.refresh_from_db()
    assert letter.status == Status.DRAFTING
    opened(cast.basic_clerk).post(address, {"is_complete": "on"})
    letter.refresh_from_db()
    assert letter.status == Status.PROPOSED


def test_who_has_not_contributed_is_no_longer_asked_when_the_letter_is_given_back(cast: Cast) -> None:
    letter = letters.co_handled(cast)
    workflow.perform(letter, "object", by=cast.basic_officer, reason="Not ours.")
    assert letter not in permitted(cast.preschool_clerk, "view", Letter)
    assert waits_for(letter) == {"office"}


# -- notes and instructions -------------------------------------------------------------------------------


def test_a_leaders_instruction_stands_on_the_letter_and_office_and_section_are_told(cast: Cast) -> None:
    letter = letters.assigned(cast)
    workflow.perform(letter, "instruct", by=cast.deputy_leader, data={"text": "Answer within the week."})
    assert told("letters.instructed") == {"office_clerk", "office_chief", "basic_clerk", "basic_officer"}
    shown = page(cast.basic_clerk, letter)
    assert shown.index("Answer within the week.") < shown.index("Where does the bus stop")
    assert "Answer within the week." not in tracked(letter)


@pytest.mark.parametrize("who", ["office_clerk", "office_chief", "basic_clerk", "auditor", "principal"])
def test_only_leaders_instruct(cast: Cast, who: str) -> None:
    letter = letters.assigned(cast)
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(letter, "instruct", by=getattr(cast, who), data={"text": "Do it."})
    assert not LetterNote.objects.exists()


def test_a_note_says_who_and_when_and_spoils_nobodys_draft(cast: Cast) -> None:
    letter = letters.assigned(cast)
    workflow.perform(letter, "note", by=cast.office_clerk, data={"text": "Called the bus company."})
    data = {"answer": "The bus comes.", "outcome": Outcome.EXPLAINED}
    workflow.perform(letter, "draft", by=cast.basic_clerk, data=data, version=letter.version)
    shown = page(cast.basic_clerk, letter)
    assert "Called the bus company." in shown and "Office Clerk" in shown
    note = LetterNote.objects.get()
    assert (note.kind, note.written_by) == (NoteKind.NOTE, cast.office_clerk)
    assert "Called the bus company." not in tracked(letter)
    assert not permitted(PUBLIC, "view", LetterNote).exists()
    assert not permitted(cast.preschool_clerk, "view", LetterNote).exists()


@pytest.mark.parametrize("text", ["Mr Wang Example called.", "Ring 13800000000 again."])
def test_no_note_tells_a_section_who_wrote_the_letter(cast: Cast, text: str) -> None:
    letter = letters.assigned(cast)
    with pytest.raises(workflow.Invalid):
        workflow.perform(letter, "note", by=cast.office_clerk, data={"text": text})
    with pytest.raises(workflow.Invalid):
        workflow.perform(
            letter, "invite", by=cast.office_clerk, data={"co_unit": unit("personnel"), "question": text}
        )
    assert not LetterNote.objects.exists() and not letter.co_handlers.exists()


# -- templates and citations ------------------------------------------------------------------------------


def template(**changes: object) -> AnswerTemplate:
    values = {"owner": unit("office"), "title": "Thanks", "text": "来信（{number}）收悉。{section} {date}"}
    return AnswerTemplate.objects.create(**{**values, **changes})


def test_a_template_is_put_below_what_was_typed_and_nothing_is_saved_yet(cast: Cast) -> None:
    letter, chosen = letters.assigned(cast), template()
    template(title="Only for another section", unit=unit("personnel"))
    template(title="Out of use", is_in_use=False)
    template(title="Only for suggestions", kind=Kind.SUGGESTION)
    address = reverse("desk:office:letter_do", args=[letter.pk, "draft"])
    client = opened(cast.basic_clerk)
    assert [one.title for one in client.get(address).context["templates"]] == ["Thanks"]
    shown = client.post(address, {"answer": "Dear writer", "insert": chosen.pk, "seen": letter.version})
    text = shown.context["form"].initial["answer"]
    assert text.startswith("Dear writer\n\n来信（" + letter.number)
    assert "{" not in text
    letter.refresh_from_db()
    assert letter.answer == ""


def test_a_template_of_another_section_is_not_inserted(cast: Cast) -> None:
    letter, foreign = letters.assigned(cast), template(unit=unit("personnel"), text="Foreign words")
    address = reverse("desk:office:letter_do", args=[letter.pk, "draft"])
    shown = opened(cast.basic_clerk).post(address, {"answer": "", "insert": foreign.pk, "seen": "1"})
    assert "Foreign words" not in shown.content.decode()


def test_the_office_keeps_the_templates_and_sections_only_read_them(cast: Cast) -> None:
    made = template()
    typed = {"title": "New", "kind": "", "unit": "", "text": "您好", "is_in_use": "on"}
    client = opened(cast.office_clerk)
    key = client.get(reverse("desk:office:answertemplate_add")).context["key"]
    client.post(reverse("desk:office:answertemplate_add"), {**typed, "key": key})
    assert AnswerTemplate.objects.get(title="New").owner.key == "office"
    section = opened(cast.basic_clerk)
    assert section.get(reverse("desk:office:answertemplate_detail", args=[made.pk])).status_code == 200
    assert section.get(reverse("desk:office:answertemplate_edit", args=[made.pk])).status_code == 403
    assert section.get(reverse("desk:office:answertemplate_add")).status_code == 403
    assert opened(cast.principal).get(
        reverse("desk:office:answertemplate_detail", args=[made.pk])
    ).status_code in (403, 404)


def test_citations_are_read_line_by_line() -> None:
    field = CitationsField()
    text = "关于课后服务的通知 晋市教〔2026〕12号 https://example.org/a\n\n校车安全管理条例"
    assert field.clean(text) == [
        ("关于课后服务的通知", "晋市教〔2026〕12号", "https://example.org/a"),
        ("校车安全管理条例", "", ""),
    ]
    assert field.clean("") == []
    for wrong in ("https://example.org/only", "题" * 201, "\n".join(["题"] * 21), "题 http://?"):
        with pytest.raises(Exception, match=r"."):
            field.clean(wrong)


def test_the_writer_reads_what_the_answer_cites_once_it_is_sent(cast: Cast) -> None:
    letter = letters.assigned(cast)
    data = {
        "answer": "The bus comes.",
        "outcome": Outcome.EXPLAINED,
        "citations": [("School Bus Rules", "No. 617", "https://example.org/bus")],
    }
    letter = workflow.perform(letter, "draft", by=cast.basic_clerk, data=data)
    assert "School Bus Rules" not in tracked(letter)
    letter = workflow.perform(letter, "propose", by=cast.basic_clerk)
    letter = workflow.perform(letter, "approve", by=cast.office_chief)
    assert "School Bus Rules" in tracked(letter) and "https://example.org/bus" in tracked(letter)


def test_a_draft_that_is_refused_keeps_the_citations_as_they_were(cast: Cast) -> None:
    letter = letters.assigned(cast)
    good = {"answer": "A", "outcome": Outcome.EXPLAINED, "citations": [("Rules", "", "")]}
    letter = workflow.perform(letter, "draft", by=cast.basic_clerk, data=good)
    bad = {"answer": "B", "outcome": Outcome.EXPLAINED, "citations": [("New", "", ""), ("x" * 300, "", "")]}
    with pytest.raises(workflow.Invalid):
        workflow.perform(letter, "draft", by=cast.basic_clerk, data=bad)
    letter.refresh_from_db()
    assert (letter.answer, [row.title for row in letter.citations.all()]) == ("A", ["Rules"])


def test_filling_in_leaves_other_braces_alone(cast: Cast) -> None:
    letter = letters.assigned(cast)
    assert placeholders.filled(template(text="{x} {0} {number}").text, letter) == "{x} {0} " + letter.number


def test_both_names_of_a_placeholder_work_and_the_form_names_those_of_the_page(cast: Cast) -> None:
    letter, text = letters.assigned(cast), "{编号} {number} {科室} {section} {日期}|{date}"
    filled = placeholders.filled(text, letter)
    number, again, section, same, days = filled.split(" ")
    assert number == again == letter.number and section == same == letter.unit.name_zh
    first, second = days.split("|")
    assert first == second and "年" in first
    shown = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            shown[language] = str(TemplateForm(principal=cast.office_clerk).fields["text"].help_text)
    assert "{编号}" in shown["zh-hans"] and "{number}" not in shown["zh-hans"]
    assert "{number}" in shown["en"] and "{编号}" not in shown["en"]
