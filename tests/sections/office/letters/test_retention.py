"""Personal data of closed letters go when their years are over: warned before, whole, once, and for good."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from bureau.accounts.principals import Holder
from bureau.audit.models import Event
from bureau.charter.models import Unit
from bureau.files import storage
from bureau.files.invented import invented_pdf
from bureau.files.models import Attachment
from bureau.files.services import attach
from bureau.jobs.schedule import SCHEDULE
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from bureau.workflow.items import disagreements
from bureau.workflow.models import HistoryEntry
from sections.office.explanations.models import Explanation
from sections.office.identities.models import IdentityRequest
from sections.office.letters import enclosures, retention
from sections.office.letters.choices import Status
from sections.office.letters.models import (
    Accused,
    Addition,
    Letter,
    LetterNote,
    RetentionNotice,
    RetentionRule,
    SentName,
)
from sections.office.letters.services import reissue_code
from sections.office.reviews.models import Review
from tests.cast import Cast
from tests.factories import answers, explanations, letters, reviews

pytestmark = pytest.mark.django_db

NAME, PHONE, BLAMED = "Canarywriter", "13912345678", "Canaryteacher"
BODY = f"I am {NAME}, call {PHONE}. {BLAMED} shouts in the yard every morning."


def hold() -> None:
    """Nobody takes the work over."""


def closed_before(cast: Cast, days: int, **changes: Any) -> Letter:
    letter = letters.answered(cast, **{"body": BODY, "name": NAME, "phone": PHONE, **changes})
    day = timezone.localdate() - timedelta(days=days)
    Letter.objects.filter(pk=letter.pk).update(answered_on=day, closed_on=day)
    letter.refresh_from_db()
    return letter


def years(number: int) -> int:
    """Days since the same day so many years ago."""
    today = timezone.localdate()
    return (today - today.replace(year=today.year - number, day=min(today.day, 28))).days


def due(cast: Cast, **changes: Any) -> Letter:
    """Its years are over, and its office was warned in time."""
    letter = closed_before(cast, years(11), **changes)
    day = timezone.localdate()
    RetentionNotice.objects.create(letter=letter, warned_on=day - timedelta(days=30), due_on=day)
    return letter


def forgotten(letter: Letter) -> Letter:
    assert retention.forget_letters(hold) == 1
    letter.refresh_from_db()
    return letter


def dump() -> str:
    """Everything that stands in the database."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [repr(row) for row in cursor.fetchall()]
    return "\n".join(found)


# -- warning ----------------------------------------------------------------------------------------------


def test_the_office_is_warned_once_with_number_and_count(cast: Cast, settings: Any) -> None:
    soon = closed_before(cast, years(10) - settings.RETENTION_WARNING_DAYS + 2)
    closed_before(cast, years(10) - 1)
    closed_before(cast, years(10) - settings.RETENTION_WARNING_DAYS - 10)
    closed_before(cast, years(9))
    assert retention.warn_offices() == 2
    notices = Notice.objects.filter(kind="letters.retention")
    assert set(notices.values_list("user__username", flat=True)) == {"office_clerk", "office_chief"}
    params = notices[0].params
    assert params["count"] == 2 and soon.number in (params["first"], params["last"])
    assert "Canary" not in str(list(notices.values()))
    assert retention.warn_offices() == 0
    assert Notice.objects.filter(kind="letters.retention").count() == notices.count()


def test_nothing_goes_before_the_days_of_the_warning_are_over(cast: Cast) -> None:
    letter = closed_before(cast, years(12))
    assert retention.forget_letters(hold) == 0
    retention.warn_offices()
    assert retention.forget_letters(hold) == 0
    RetentionNotice.objects.update(due_on=timezone.localdate())
    assert retention.forget_letters(hold) == 1
    letter.refresh_from_db()
    assert letter.anonymised_on == timezone.localdate()


def test_open_letters_and_letters_within_their_years_stay(cast: Cast) -> None:
    day = timezone.localdate()
    open_one = letters.assigned(cast)
    Letter.objects.filter(pk=open_one.pk).update(received_on=date(2001, 1, 1))
    young = closed_before(cast, years(9))
    for letter in (open_one, young):
        RetentionNotice.objects.create(letter=letter, warned_on=day, due_on=day)
    assert retention.forget_letters(hold) == 0


def test_a_kind_may_have_a_rule_of_its_own_from_a_day_on(cast: Cast) -> None:
    today = timezone.localdate()
    RetentionRule.objects.create(
        kind="request",
        years=1,
        text="deleted",
        basis="Trial",
        basis_zh="试行",
        valid_from=today + timedelta(days=1),
    )
    assert retention.rules_today(today)["request"].years == 10
    RetentionRule.objects.filter(kind="request").update(valid_from=today)
    found = retention.rules_today(today)
    assert (found["request"].years, found["suggestion"].years) == (1, 10)
    RetentionRule.objects.all().delete()
    assert retention.rules_today(today) == {}
    due(cast)
    assert retention.forget_letters(hold) == 0


def test_the_rule_that_comes_with_the_portal_says_that_nobody_has_verified_it(cast: Cast) -> None:
    rule = RetentionRule.objects.get(kind="")
    assert (rule.kind, rule.is_reference, rule.is_verified) == ("", True, False)


# -- what goes --------------------------------------------------------------------------------------------


def around(cast: Cast, letter: Letter) -> Attachment:
    """A file, an accused, an addition, a note, a reason: everything that may name somebody."""
    Accused.objects.create(letter=letter, kind="name", name=BLAMED)
    Addition.objects.create(letter=letter, body=f"{BLAMED} again, says {NAME}.")
    LetterNote.objects.create(letter=letter, text=f"{NAME} called.", written_at=timezone.now())
    HistoryEntry.objects.filter(kind="office.letter", object_id=letter.pk, transition="approve").update(
        reason=f"{NAME} waits."
    )
    Letter.objects.filter(pk=letter.pk).update(rating=1, rating_comment=f"{NAME} is angry at {BLAMED}.")
    # A closed letter takes no file any more: it came while the letter was open.
    Letter.objects.filter(pk=letter.pk).update(status=Status.REGISTERED)
    upload = invented_pdf(["Canaryfile"], "canaryname.pdf")
    made = attach(
        record=Letter.objects.get(pk=letter.pk), upload=upload, kind=enclosures.KIND, by=cast.office_clerk
    )
    enclosures_name = SentName.objects.get_or_create(attachment=made, defaults={"name": "canaryname.pdf"})[0]
    assert enclosures_name.name == "canaryname.pdf"
    Letter.objects.filter(pk=letter.pk).update(status=Status.ANSWERED)
    letter.refresh_from_db()
    return made


def test_names_numbers_files_and_accused_are_in_no_table_and_no_file_afterwards(cast: Cast) -> None:
    RetentionRule.objects.update(text="redacted")
    letter = closed_before(cast, years(11), school=cast.school)
    stored = around(cast, letter).stored_as
    day = timezone.localdate()
    RetentionNotice.objects.create(letter=letter, warned_on=day, due_on=day)
    before = dump()
    assert NAME in before and BLAMED in before and stored in before
    assert storage.exists(stored)
    letter = forgotten(letter)
    call_command("work", "--once", verbosity=0)
    after = dump()
    for word in (NAME, PHONE, BLAMED):
        assert word not in after, word
    assert not Attachment.objects.of(letter).exists() and not SentName.objects.exists()
    assert not storage.exists(stored)
    assert (letter.sender_name, letter.sender_phone, letter.sender_digest, letter.sender_address) == ("",) * 4
    assert not letter.accused.exists()
    assert "shouts in the yard" in letter.body
    assert letter.status == Status.ANSWERED and letter.answer
    assert letter.rating == 1
    assert list(disagreements()) == []


def test_where_the_rule_says_so_the_texts_are_deleted(cast: Cast) -> None:
    RetentionRule.objects.update(text="deleted")
    letter = due(cast, title="Canarytitle")
    Addition.objects.create(letter=letter, body="Canaryaddition")
    letter = forgotten(letter)
    assert (letter.title, letter.body, letter.answer) == ("—", "—", "—")
    assert "Canary" not in dump()


def test_the_audit_holds_names_of_fields_and_no_values(cast: Cast) -> None:
    forgotten(due(cast))
    event = Event.objects.get(action="office.letter.anonymise")
    assert "sender_name" in event.fields
    assert event.actor_kind == "system" and NAME not in str(event.detail) + event.reason


def test_a_published_answer_stays_and_a_draft_of_one_is_cleaned(cast: Cast) -> None:
    letter = due(cast)
    public = answers.published(cast, letter)
    page = f"/en/answers/{public.number}/"
    assert Client().get(page).status_code == 200
    other = due(cast)
    draft = answers.prepared(cast, other)
    workflow.amend(draft, by=cast.office_clerk, changes={"question": BODY})
    assert retention.forget_letters(hold) == 2
    assert "shouts in the yard" in Client().get(page).content.decode()
    draft.refresh_from_db()
    assert NAME not in draft.question and PHONE not in draft.question
    with pytest.raises(workflow.Refusal):
        workflow.perform(draft, "publish", by=cast.office_chief)


def test_every_kind_of_record_that_hangs_on_a_letter_is_thought_of() -> None:
    hanging = {
        model._meta.label_lower
        for model in apps.get_models()
        for field in model._meta.fields
        if field.is_relation and field.related_model is Letter
    }
    assert hanging <= {*retention.TEXTS, *retention.REASONS, *retention.OTHERS}


# -- once, whole ------------------------------------------------------------------------------------------


def test_a_second_run_does_nothing(cast: Cast) -> None:
    letter = forgotten(due(cast))
    lines = HistoryEntry.objects.filter(kind="office.letter", object_id=letter.pk).count()
    assert retention.forget_letters(hold) == 0
    assert retention.warn_offices() == 0
    assert HistoryEntry.objects.filter(kind="office.letter", object_id=letter.pk).count() == lines
    with pytest.raises(workflow.Refusal):
        workflow.perform(letter, "anonymise", by=retention.KEEPER)


def test_killed_half_way_each_letter_is_whole_or_gone_and_the_next_run_ends_it(cast: Cast) -> None:
    first, second = due(cast), due(cast)
    Addition.objects.create(letter=second, body=f"{NAME} again.")
    calls: list[int] = []

    def killed() -> None:
        calls.append(1)
        if len(calls) > 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retention.forget_letters(killed)
    first.refresh_from_db(), second.refresh_from_db()
    done, left = sorted((first, second), key=lambda letter: letter.anonymised_on is None)
    assert (done.sender_name, left.sender_name) == ("", NAME)
    assert left.anonymised_on is None
    assert retention.forget_letters(hold) == 1
    assert NAME not in dump()


def test_the_nightly_task_warns_and_forgets(cast: Cast) -> None:
    letter, coming = due(cast), closed_before(cast, years(10) - 5)
    SCHEDULE["letters.retention"]
    from sections.office.letters.tasks import keep_or_forget

    keep_or_forget()
    call_command("work", "--once", verbosity=0)
    letter.refresh_from_db()
    assert letter.anonymised_on
    assert RetentionNotice.objects.filter(letter=coming).exists()


def test_only_the_schedule_forgets(cast: Cast) -> None:
    letter = due(cast)
    for by in (cast.office_chief, cast.system_admin, Holder("office.letter", letter.pk)):
        with pytest.raises(workflow.NotPermitted):
            workflow.perform(letter, "anonymise", by=by)


def test_the_code_of_the_receipt_leads_to_a_clear_sentence(cast: Cast) -> None:
    letter = due(cast)
    receipt = reissue_code(letter=letter, by=cast.office_clerk)
    forgotten(receipt.letter)
    client = Client()
    client.post("/en/track/", {"number": letter.number, "code": receipt.code})
    page = client.get("/en/track/status/").content.decode()
    assert "can no longer be followed" in page
    assert "shouts" not in page and "Rate the answer" not in page
    wrong = Client().post("/en/track/", {"number": letter.number, "code": "AAAA-AAAA"})
    assert wrong.status_code == 422
    assert letter.owner == Unit.objects.get(key="office")


# -- kept longer ------------------------------------------------------------------------------------------


def test_once_warned_the_office_keeps_a_letter_longer_with_a_reason_and_is_warned_again(cast: Cast) -> None:
    letter, today = closed_before(cast, years(11)), timezone.localdate()
    until = {"until": today + timedelta(days=90)}
    with pytest.raises(workflow.Refusal):  # nobody was warned yet
        workflow.perform(letter, "keep_longer", by=cast.office_chief, data=until, reason="A court asks.")
    retention.warn_offices()
    letter.refresh_from_db()
    for by, reason in ((cast.office_chief, ""), (cast.basic_officer, "A court asks.")):
        with pytest.raises(workflow.Refusal):
            workflow.perform(letter, "keep_longer", by=by, data=until, reason=reason)
    workflow.perform(letter, "keep_longer", by=cast.office_chief, data=until, reason="A court asks.")
    assert Event.objects.filter(action="office.letter.keep_longer").exists()
    assert HistoryEntry.objects.get(transition="keep_longer").reason == "A court asks."
    with time_machine.travel(today + timedelta(days=45)):
        assert (retention.warn_offices(), retention.forget_letters(hold)) == (0, 0)
    with time_machine.travel(today + timedelta(days=80)):
        assert (retention.warn_offices(), retention.warn_offices()) == (1, 0)
    with time_machine.travel(today + timedelta(days=100)):
        assert retention.forget_letters(hold) == 0  # the days of the second warning are not over
    with time_machine.travel(today + timedelta(days=111)):
        assert retention.forget_letters(hold) == 1


def test_what_hangs_on_a_letter_in_other_rooms_goes_with_it(cast: Cast) -> None:
    RetentionRule.objects.update(text="deleted")
    letter = due(cast)
    asked = reviews.asked(cast, letter)
    Review.objects.filter(pk=asked.pk).update(reason="Canaryreason", opinion="Canaryopinion")
    IdentityRequest.objects.create(letter=letter, asked_by=cast.basic_clerk, purpose="Canarypurpose")
    made = explanations.explained(cast)
    Explanation.objects.filter(pk=made.pk).update(letter=letter)
    Explanation.objects.filter(pk=made.pk).update(text="Canarytext", answer="Canaryanswer", remark="Canary")
    forgotten(letter)
    assert "Canary" not in dump()
