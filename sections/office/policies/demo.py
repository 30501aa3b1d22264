"""Invented policy documents of the last years: in force, repealed, near their last day, waiting to be published."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from bureau.accounts.models import User
from bureau.charter.choices import Role
from bureau.charter.models import Membership
from bureau.charter.selectors import holders
from bureau.files.invented import invented_pdf
from bureau.files.services import attach
from bureau.workflow import services as workflow
from sections.office.policies.choices import Validity
from sections.office.policies.demo_texts import DOCUMENTS, REPLACED, REPLACING, Text, as_html
from sections.office.policies.models import PolicyCode, PolicyDocument
from sections.office.policies.services import CAPABILITY, follow_calendar

if TYPE_CHECKING:
    from bureau.demo import DemoRun


def seed(run: DemoRun) -> None:
    people = staff_of(CAPABILITY)
    if people is None:
        return
    writer, chief = people
    codes = {(code.kind, code.key): code for code in PolicyCode.objects.all()}
    made = [_entered(text, writer, codes, run.today) for text in DOCUMENTS]
    attach(
        record=made[0],
        upload=invented_pdf(["School hours, table 1"], "timetable.pdf"),
        kind="attachment",
        by=writer,
    )
    # The last one waits for a second person.
    for document in made[:-1]:
        workflow.perform(document, "submit", by=writer)
        published = workflow.perform(document, "publish", by=chief)
        at = timezone.make_aware(datetime.combine(published.issued_on + timedelta(days=2), time(9)))
        published.published_at = min(at, timezone.now())
        published.save(update_fields=["published_at"])
    workflow.perform(made[-1], "submit", by=writer)
    _repeal(made[REPLACED], made[REPLACING], chief)
    follow_calendar()
    run.step(f"{len(made)} policy documents")


def staff_of(capability: str) -> tuple[User, User] | None:
    """Who writes and who publishes in the section that holds a capability; None where nobody could."""
    unit = holders(capability).first()
    posts = Membership.objects.in_force().filter(unit=unit).select_related("user")
    people = {post.role: post.user for post in posts}
    writer, chief = people.get(Role.CLERK) or people.get(Role.OFFICER), people.get(Role.CHIEF)
    return (writer, chief) if writer and chief else None


def _entered(
    text: Text, writer: User, codes: dict[tuple[str, str], PolicyCode], today: date
) -> PolicyDocument:
    issued = months_from(today, -text.months)
    data: dict[str, Any] = {
        "title_zh": text.title_zh,
        "title": text.title,
        "number": f"{text.mark}〔{issued.year}〕{text.number}号",
        "body_zh": f"<p>各县（区、市）教育局，市直各学校：</p>{as_html(text.points_zh)}",
        "body": f"<p>To the district bureaus and the schools of the city:</p>{as_html(text.points)}",
        "interpretation_zh": f"<p>{text.interpretation_zh}</p>" if text.interpretation_zh else "",
        "interpretation": f"<p>{text.interpretation}</p>" if text.interpretation else "",
        "issuer": codes["issuer", text.issuer],
        "genre": codes["genre", text.genre],
        "topic": codes["topic", text.topic],
        "is_normative": bool(text.term),
        "issued_on": issued,
        "in_force_on": issued,
        "expires_on": months_from(issued, text.term) if text.term else None,
        "is_invented": True,
    }
    return workflow.perform(PolicyDocument(), "enter", by=writer, data=data)


def _repeal(old: PolicyDocument, new: PolicyDocument, chief: User) -> None:
    data = {
        "validity": Validity.REPEALED,
        "validity_on": new.issued_on,
        "validity_reason_zh": "由修订后的细则代替。",
        "validity_reason": "Replaced by the revised rules.",
        "replaced_by": new,
    }
    workflow.perform(old, "change_validity", by=chief, data=data)


def months_from(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
