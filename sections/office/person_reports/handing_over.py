"""A letter that turns out to report a person: its content moves to the discipline unit, the shell stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import CASCADE, Model
from django.utils import timezone

from bureau.accounts.principals import Principal, System
from bureau.files import services as files
from bureau.workflow import services as workflow
from sections.office.person_reports.choices import Channel
from sections.office.person_reports.evidence import EVIDENCE
from sections.office.person_reports.models import PersonReport

HANDING_OVER = System("person_reports.hand_over", frozenset({"office.personreport.add"}))
# What stands where something was: a letter must have a subject and a text.
BLANK = "—"
# One text for both languages: it is stored with the letter.
TO_WHOM = "有权处理机关 / the responsible body"
EMPTIED = ("sender_phone", "sender_address", "sender_digest", "answer", "ground", "rating_comment")


def hand_over(letter: Any, by: Principal, data: Mapping[str, Any]) -> None:
    """The effect of a letter's step. The office keeps number and days; the audit names fields, not values.

    Refused with a sentence where the discipline unit cannot take the report.
    """
    accused = accused_accounts(letter)
    report = PersonReport(
        channel=Channel.LETTER,
        accused_name=data["accused_name"],
        accused_post=data["accused_post"],
        accused_unit=data["accused_unit"] or (letter.school.name_zh if letter.school else ""),
        subject=letter.title,
        body=whole_text(letter),
        reporter_name=letter.sender_name,
        reporter_phone=letter.sender_phone,
        reporter_address=letter.sender_address,
        letter_number=letter.number,
    )
    report = workflow.perform(
        report, "take_letter", by=HANDING_OVER, data={"received_on": letter.received_on, "accused": accused}
    )
    files.hand_over(source=letter, target=report, kind=EVIDENCE, by=HANDING_OVER)
    _empty(letter)
    _drop_what_hangs_on(letter)


def whole_text(letter: Any) -> str:
    """The letter and what its writer has added since."""
    return "\n\n".join([letter.body, *letter.additions.order_by("pk").values_list("body", flat=True)])


def accused_accounts(letter: Any) -> list[int]:
    """People whom the office has marked as accused: the report is kept from them as the letter was."""
    return list(letter.accused.filter(user__isnull=False).values_list("user_id", flat=True))


def _empty(letter: Any) -> None:
    letter.title = letter.body = letter.sender_name = BLANK
    for name in EMPTIED:
        setattr(letter, name, "")
    letter.school = None
    letter.referred_to = TO_WHOM
    letter.closed_on = timezone.localdate()


def _drop_what_hangs_on(letter: Model) -> None:
    """Notes, marks, drafts: what would die with the letter dies with its content."""
    for relation in letter._meta.related_objects:
        if getattr(relation, "on_delete", None) is CASCADE and relation.related_model is not type(letter):
            rows = relation.related_model._base_manager
            rows.filter(**{relation.field.name: letter}).delete()


def is_handed_over(letter: Any) -> bool:
    return bool(letter.body == BLANK and letter.referred_to == TO_WHOM)
