"""Some weeks after the answer the writer is asked: was it solved? Who says no may dispute, and is answered.

*Closed* is what the bureau did, *solved* what the writer says; `solved_counts` keeps them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Avg, Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from bureau.accounts.models import User
from bureau.accounts.principals import Principal, System
from bureau.deadlines import services as clocks
from bureau.deadlines.selectors import open_clock, rule_in_force
from bureau.notices.services import queue_mail, queue_sms
from bureau.workflow import services as workflow
from bureau.workflow.declare import Waiting
from sections.office.letters.choices import Solved, Status
from sections.office.letters.clocks import DISPUTE, SOLVED_QUESTION
from sections.office.letters.models import Dispute, Letter

# Who was handled with another letter has got its answer, and is asked as everybody is.
ASKED_IN = (Status.ANSWERED, Status.MERGED)
ASKER = System("letters.solved", frozenset({"office.letter.ask_solved"}))


# -- asking -----------------------------------------------------------------------------------------------


def letters_to_ask(today: date) -> QuerySet[Letter]:
    """Answered letters whose weeks are over, not asked yet and not anonymous. Empty without a rule in force."""
    rule = rule_in_force(SOLVED_QUESTION, today)
    if rule is None:
        return Letter.objects.none()
    day = today - timedelta(days=rule.length)
    answered = Q(status=Status.ANSWERED, answered_on__lte=day)
    with_it = Letter.objects.filter(answered).order_by().values("pk")
    rows = Letter.objects.filter(answered | Q(status=Status.MERGED, merged_into__in=with_it))
    return rows.filter(solved_asked_on=None, anonymised_on=None).order_by("answered_on", "pk")


def ask_everybody() -> int:
    """Open the question on every tracking page whose day has come; how many. Run again, it asks nobody twice."""
    found = list(letters_to_ask(timezone.localdate())[: settings.LETTERS_PER_RUN])
    for letter in found:
        workflow.perform(letter, "ask_solved", by=ASKER)
    return len(found)


def is_asked(letter: Letter, by: Principal) -> str:
    return _("The writer has been asked already.") if letter.solved_asked_on else ""


def open_question(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    letter.solved_asked_on = timezone.localdate()


def send_question(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """By e-mail, else by SMS, where the writer left an address: the number of the letter and nothing else of it."""
    with override("zh-hans"):
        text = _(
            "Letter %(number)s: was your matter solved? Please tell us with number and code: %(address)s"
        ) % {
            "number": letter.number,
            "address": settings.PUBLIC_URL + reverse("public:track"),
        }
        if letter.sender_email:
            queue_mail(to=letter.sender_email, subject=_("Was it solved?"), body=text)
        elif letter.sender_phone:
            queue_sms(to=letter.sender_phone, text=text)


# -- what the writer says ---------------------------------------------------------------------------------


def say_solved(letter: Letter, *, by: Principal, answer: str) -> Letter:
    """One click: yes, partly or no. It may be said anew; the last word counts."""
    return workflow.perform(letter, "say_solved", by=by, data={"solved": answer})


def why_not_said(letter: Letter, by: Principal) -> str:
    if letter.anonymised_on:
        return _("This letter is no longer kept.")
    return "" if letter.solved_asked_on else _("This is asked some weeks after the answer.")


def note_solved(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    answer = data.get("solved", "")
    if answer not in Solved.values:
        sentence = _("Choose whether your matter is solved.")
        raise workflow.Invalid(sentence, {"solved": [sentence]})
    letter.solved, letter.solved_on = answer, timezone.localdate()


# -- disputes ---------------------------------------------------------------------------------------------


def open_dispute(letter: Letter) -> Dispute | None:
    return Dispute.objects.filter(letter=letter, replied_on=None).first()


def why_no_dispute(letter: Letter, by: Principal) -> str:
    if letter.solved != Solved.NO:
        return _("First say that your matter is not solved.")
    if open_dispute(letter) is not None:
        return _("The office has your objection and must reply to it.")
    if letter.disputes.count() >= settings.LETTERS_DISPUTES:
        return _("The office has replied to your objection. You may write a new letter.")
    return ""


def raise_dispute(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    row = Dispute(letter=letter, text=data["text"], on=timezone.localdate())
    row.full_clean()
    row.save()


def nothing(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """The letter itself stays as it is."""


def why_no_reply(letter: Letter, by: Principal) -> str:
    return "" if open_dispute(letter) else _("There is no open objection of the writer.")


def reply_to_dispute(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    row = Dispute.objects.select_for_update().get(letter=letter, replied_on=None)
    row.reply, row.replied_on = data["reply"], timezone.localdate()
    row.replied_by = by if isinstance(by, User) else None
    row.full_clean()
    row.save()


def drop_dispute(letter: Letter) -> None:
    """A letter that is opened again is handled anew: that is the reply, to those handled with it as well."""
    together = list(letter.merged.filter(status=Status.MERGED))
    Dispute.objects.filter(letter__in=[letter, *together], replied_on=None).update(
        replied_on=timezone.localdate(), reply=_("The letter was reopened.")
    )
    # They get the new answer and are asked again.
    for one in together:
        Letter.objects.filter(pk=one.pk).update(solved="", solved_on=None, solved_asked_on=None)
        clocks.stop(DISPUTE, one, by=ASKER)
        one.refresh_from_db()
        workflow.refresh_items(one)


def waits_for_reply(letter: Letter) -> list[Waiting]:
    if letter.status not in ASKED_IN or letter.solved != Solved.NO or open_dispute(letter) is None:
        return []
    clock = open_clock(DISPUTE, letter)
    return [Waiting("answer_dispute", unit=letter.owner, due=clock.alarm_on if clock else None)]


# -- figures ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SolvedCounts:
    """Closed by the bureau, and what the writers say of it. `rating`: mean of 1 to 5, None without any."""

    closed: int
    answered: int
    asked: int
    yes: int
    partly: int
    no: int
    disputes: int
    rated: int
    rating: float | None

    @property
    def said(self) -> int:
        return self.yes + self.partly + self.no

    @property
    def percent(self) -> int | None:
        """Solved of those who said anything; None where nobody did."""
        return round(100 * self.yes / self.said) if self.said else None


def solved_counts(letters: QuerySet[Letter]) -> SolvedCounts:
    """Over the letters given: one query, and one for the disputes."""
    said = {value: Count("pk", filter=Q(solved=value)) for value in Solved.values}
    row = letters.order_by().aggregate(
        closed=Count("pk", filter=Q(closed_on__isnull=False)),
        answered=Count("pk", filter=Q(answered_on__isnull=False)),
        asked=Count("pk", filter=Q(solved_asked_on__isnull=False)),
        rated=Count("rating"),
        mean=Avg("rating"),
        **said,
    )
    disputes = Dispute.objects.filter(letter__in=letters.order_by().values("pk")).count()
    mean = row.pop("mean")
    return SolvedCounts(**row, disputes=disputes, rating=round(float(mean), 1) if mean is not None else None)
