"""What happens to a letter when its status changes. No function here sets a status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.holders import holder_of, why_no_holder
from bureau.accounts.models import User
from bureau.accounts.principals import PUBLIC, Principal
from bureau.deadlines import selectors as deadlines
from bureau.identifiers import codes, series
from bureau.workflow import services as workflow
from schools.models import School
from sections.office.letters import accused, accusing, endings, handling, leaving
from sections.office.letters.choices import Channel
from sections.office.letters.clocks import OBJECTION
from sections.office.letters.models import Letter
from sections.office.letters.same_writer import sender_digest

CODE_PURPOSE = "letters.code"


@dataclass(frozen=True)
class Receipt:
    """What the writer takes along: the number says which letter, the code proves it is theirs."""

    letter: Letter
    code: str


def receipt_code(token: str, stored: str | None = None) -> str:
    """The code of the letter sent with a form token. The same token gives the same code,
    so that a reply lost on the way can be given again; nobody without the token can compute it.
    `stored`: the digest of the letter's code, which may come from a former key."""
    return codes.derived_code(CODE_PURPOSE, token, stored=stored)


def send_letter(
    *,
    kind: str,
    title: str,
    body: str,
    name: str,
    phone: str,
    school: School | None,
    token: str,
    email: str = "",
    is_by_child: bool = False,
    is_urgent: bool = False,
    may_be_published: bool = False,
) -> Receipt:
    """A citizen's letter. `may_be_published`: the writer agrees that question and answer are, without a name. The same token twice is one letter and one receipt."""
    letter = Letter(
        kind=kind,
        title=title,
        body=body,
        school=school,
        sender_name=name,
        sender_phone=phone,
        sender_email=email,
        is_by_child=is_by_child,
        is_urgent=is_urgent,
        may_be_published=may_be_published,
    )
    sent = workflow.perform(letter, "submit", by=PUBLIC, data={"token": token}, key=f"letters:{token}")
    return Receipt(sent, receipt_code(token, sent.code_digest))


@transaction.atomic
def enter_letter(
    *,
    values: Mapping[str, Any],
    token: str,
    by: Principal,
    step: str = "enter",
    about: Mapping[str, Any] | None = None,
) -> Receipt:
    """A letter that came by post, visit, phone or the mayor's line. `values`: fields of the letter.

    `about`: whom it complains about, by the names of `accusing.FIELDS`; it is shut to them before anybody
    can see it. Raises Invalid where the day of receipt has not come yet or the number elsewhere is known already.
    """
    data = {"token": token, "on": values["received_on"]}
    letter = workflow.perform(Letter(**values), step, by=by, data=data)
    if about:
        letter = workflow.perform(letter, "accuse", by=by, data=about)
    return Receipt(letter, receipt_code(token, letter.code_digest))


def enter_by_staff(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    if data["on"] > timezone.localdate():
        sentence = _("This day has not come yet. Enter the day on which the letter came.")
        raise workflow.Invalid(sentence, {"received_on": [sentence]})
    if letter.channel == Channel.WEB:
        raise workflow.Invalid(_("A letter through the web site is sent by its writer."))
    open_letter(letter, by, data)


def day_of_receipt(letter: Letter) -> date:
    return letter.received_on


def reissue_code(*, letter: Letter, by: Principal) -> Receipt:
    """A new code for a writer who lost the old one; the old one stops working."""
    code = codes.new_code()
    changes = {"code_digest": codes.digest(CODE_PURPOSE, code)}
    return Receipt(workflow.amend(letter, by=by, changes=changes, verb="reissue"), code)


def open_letter(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """Number, code, the unit that holds letters: what a new letter gets."""
    day = data.get("on") or timezone.localdate()
    owner = holder_of("office.letters", school=letter.school)
    if owner is None:
        raise workflow.Invalid(why_no_holder("office.letters"))
    letter.owner = owner
    letter.received_on = day
    letter.sender_digest = sender_digest(letter.sender_phone)
    letter.number = f"L{day.year}-{series.draw('letters', day.year):06d}"
    letter.code_digest = codes.digest(CODE_PURPOSE, receipt_code(str(data["token"])))


def register_letter(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """The office sees what kind of letter it is, which school it is about and whom it complains about."""
    letter.kind = data.get("kind", letter.kind)
    letter.school = data.get("school", letter.school)
    if about := accusing.named_in(data):
        accusing.name_accused(letter, by, about)


def decline_letter(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    letter.ground = data["ground"]
    endings.close_letter(letter)


def assign_letter(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    accused.check_unit(letter, data["unit"])
    leaving.check(letter, by, data, [data["unit"], *(data.get("co_units") or ())])
    letter.unit = data["unit"]


def return_assignment(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """The section says that the matter is not its own; the office assigns anew."""
    letter.unit = None


def write_answer(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    letter.answer = data["answer"]
    letter.outcome = endings.check_outcome(letter, data.get("outcome", ""))
    if isinstance(by, User):
        letter.drafted_by = by


def send_answer(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    handling.refuse_named_writers(letter)
    letter.outcome = endings.check_outcome(letter, letter.outcome)
    letter.answered_on = timezone.localdate()
    endings.close_letter(letter)


def rate_answer(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    letter.rating = data["rating"]
    letter.rating_comment = data["rating_comment"]


def objection_is_late(letter: Letter, by: Principal) -> str:
    clock = deadlines.open_clock(OBJECTION, letter)
    if clock is not None and timezone.localdate() > clock.due_on:
        return _("The days to object to the transfer ended on %(day)s.") % {"day": clock.due_on.isoformat()}
    return ""


def approver_wrote_it(letter: Letter, by: Principal) -> str:
    if isinstance(by, User) and letter.drafted_by_id == by.pk:
        return _("You wrote this answer; somebody else must approve it.")
    return ""


def is_rated(letter: Letter, by: Principal) -> str:
    return _("You have rated this answer already.") if letter.rating else ""
