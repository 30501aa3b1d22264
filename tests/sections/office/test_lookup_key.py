"""Receipts, writers, persons reported and seals before, while and after the key of look-up is changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.identifiers import codes
from sections.office.answers.models import DismissedFinding
from sections.office.answers.selectors import findings, not_dismissed
from sections.office.consultations.opinions import send_opinion
from sections.office.letter_figures.models import LetterReport
from sections.office.letters import drafts, lost_codes
from sections.office.letters.models import Letter, LetterDraft
from sections.office.letters.same_writer import of_the_same_writer
from sections.office.person_reports.accused import kept_from
from sections.office.person_reports.enclosing import ENCLOSURES
from sections.office.person_reports.models import PersonReport, ReportDraft
from tests.cast import Cast
from tests.factories import answers, consultations, letter_figures, letters
from tests.factories import person_reports as reports
from tests.lookup_keys import left, put_a_new_key_first, rotate, take_the_former_away

pytestmark = pytest.mark.django_db


def opens(number: str, code: str) -> bool:
    return Client().post("/en/track/", {"number": number, "code": code}).status_code == 302


def test_a_receipt_opens_while_both_keys_are_set_and_after_when_it_was_used(
    cast: Cast, settings: Any
) -> None:
    used, unused = letters.sent(), letters.sent()
    assert opens(used.letter.number, used.code)
    put_a_new_key_first(settings)
    rotate()
    assert left("office.letter.code_digest").former == 2
    assert opens(used.letter.number, codes.grouped(used.code).lower())
    assert not opens(unused.letter.number, used.code)
    assert left("office.letter.code_digest").former == 1
    take_the_former_away(settings)
    assert opens(used.letter.number, used.code)
    assert not opens(unused.letter.number, unused.code)


def test_the_history_of_a_letter_does_not_tell_that_its_receipt_was_used(cast: Cast, settings: Any) -> None:
    receipt = letters.sent()
    before = Letter.objects.values("version", "updated_at").get()
    put_a_new_key_first(settings)
    assert opens(receipt.letter.number, receipt.code)
    assert Letter.objects.values("version", "updated_at").get() == before


def test_the_receipt_of_a_report_goes_over_by_its_use(cast: Cast, settings: Any) -> None:
    receipt = reports.sent()
    put_a_new_key_first(settings)
    assert opens(receipt.report.number, receipt.code)
    assert left("office.personreport.code_digest").former == 0
    take_the_former_away(settings)
    assert opens(receipt.report.number, receipt.code)


def test_the_receipt_of_an_opinion_goes_over_by_its_use(cast: Cast, settings: Any) -> None:
    consultation = consultations.opened(cast)
    values = {"sender": "citizen", "name": "王示例", "phone": "", "body": "建议把期限改为十五日。"}
    receipt = send_opinion(consultation=consultation, values=values, token="again")
    put_a_new_key_first(settings)
    again = send_opinion(consultation=consultation, values=values, token="again")
    assert (again.opinion, again.code) == (receipt.opinion, receipt.code)
    assert opens(receipt.opinion.number, receipt.code)
    assert left("office.opinion.code_digest").former == 0
    take_the_former_away(settings)
    assert opens(receipt.opinion.number, receipt.code)


def test_a_form_that_is_sent_again_gets_the_receipt_that_opens(cast: Cast, settings: Any) -> None:
    first, report = letters.sent(token="again"), reports.sent(token="again")
    put_a_new_key_first(settings)
    assert letters.sent(token="again").code == first.code
    assert reports.sent(token="again").code == report.code
    assert (Letter.objects.count(), PersonReport.objects.count()) == (1, 1)


def test_a_new_receipt_needs_the_new_key_alone(cast: Cast, settings: Any) -> None:
    put_a_new_key_first(settings)
    receipt = letters.sent()
    assert left("office.letter.code_digest").former == 0
    take_the_former_away(settings)
    assert opens(receipt.letter.number, receipt.code)


def test_a_saved_letter_is_gone_on_with_under_its_code(settings: Any) -> None:
    _row, code = drafts.save_draft("token", "one")
    put_a_new_key_first(settings)
    assert drafts.saved_content(code) == "one"
    assert left("office.letterdraft.code_digest").until == LetterDraft.objects.get().kept_until
    row, again = drafts.save_draft("token", "two")
    assert (again, LetterDraft.objects.count()) == (code, 1)
    assert left("office.letterdraft.code_digest").former == 0
    take_the_former_away(settings)
    assert drafts.saved_content(code) == "two"
    assert drafts.row_of("token") == row


def test_files_of_a_form_that_is_open_are_found_again(settings: Any) -> None:
    row = ReportDraft.objects.create(
        form_digest=ENCLOSURES._digest("token"), kept_until="2030-01-01T00:00:00Z"
    )
    put_a_new_key_first(settings)
    assert ENCLOSURES.row_of("token") == row
    assert left("office.reportdraft.form_digest").former == 1


def test_the_same_writer_is_seen_before_while_and_after(cast: Cast, settings: Any) -> None:
    old, stranger = letters.sent().letter, letters.sent(phone="13911112222").letter
    put_a_new_key_first(settings)
    new = letters.sent().letter

    def seen() -> list[list[Letter]]:
        fresh = (Letter.objects.get(pk=one.pk) for one in (old, new, stranger))
        return [of_the_same_writer(letter, cast.office_clerk) for letter in fresh]

    assert seen() == [[new], [old], []]
    rotate()
    assert left("office.letter.sender_digest").former == 0
    assert seen() == [[new], [old], []]
    take_the_former_away(settings)
    assert seen() == [[new], [old], []]


def test_letters_without_a_telephone_are_no_ones_together(cast: Cast, settings: Any) -> None:
    first, _second = (letters.entered(cast, sender_phone="") for _number in range(2))
    assert of_the_same_writer(first, cast.office_clerk) == []


def test_a_new_code_goes_to_the_telephone_of_before(cast: Cast, settings: Any) -> None:
    letter = letters.sent(phone="13800000000").letter
    put_a_new_key_first(settings)
    for phone, remaining in (("13911112222", 1), ("138 0000 0000", 0)):
        asked = f'["{letter.number}", "{phone}"]'
        lost_codes.send_new_code(lost_codes.encrypt(asked, column=lost_codes.COLUMN))
        assert left("office.letter.code_digest").former == remaining


def test_a_report_stays_kept_from_the_person_reported(cast: Cast, settings: Any) -> None:
    reports.registered(cast, account=cast.principal)

    def is_kept_from(person: User) -> bool:
        fresh = User.objects.get(pk=person.pk)
        return PersonReport.objects.filter(kept_from(standing(fresh))).exists()

    # The clerk of the school reports to its principal.
    people = (cast.principal, cast.school_clerk, cast.discipline_officer)
    expected = [True, True, False]
    assert [is_kept_from(one) for one in people] == expected
    put_a_new_key_first(settings)
    assert [is_kept_from(one) for one in people] == expected
    rotate()
    assert left("office.reportedperson.person_digest").former == 0
    take_the_former_away(settings)
    assert [is_kept_from(one) for one in people] == expected


def test_a_released_report_stays_sealed_and_an_altered_one_altered(settings: Any) -> None:
    report = letter_figures.stored_report()
    LetterReport.objects.update(seal=report.fingerprint(), status="released", released_on=report.month)
    put_a_new_key_first(settings)
    assert LetterReport.objects.get().is_intact
    LetterReport.objects.update(remarks="Altered in the database")
    rotate()
    assert not LetterReport.objects.get().is_intact
    LetterReport.objects.update(remarks=report.remarks)
    rotate()
    take_the_former_away(settings)
    assert LetterReport.objects.get().is_intact


def test_what_was_let_pass_is_not_asked_about_again(cast: Cast, settings: Any) -> None:
    copy = answers.prepared(cast, letters.answered(cast))
    type(copy).objects.filter(pk=copy.pk).update(question="Call 0355-3015678 or ask the chief.")
    copy.refresh_from_db()
    found = findings(copy)
    assert found
    for one in found:
        DismissedFinding.objects.create(
            published=copy,
            digest=one.digest,
            field=one.field,
            kind=one.kind,
            reason="-",
            by=cast.office_chief,
        )
    assert not_dismissed(copy) == []
    put_a_new_key_first(settings)
    assert not_dismissed(copy) == []
    assert left("office.dismissedfinding.digest").former == len(found)
    rotate()
    assert left("office.dismissedfinding.digest").former == 0
    take_the_former_away(settings)
    assert not_dismissed(copy) == []
