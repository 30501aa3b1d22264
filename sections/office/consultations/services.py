"""What happens to a consultation at each step. No function here sets a status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.accounts.models import User
from bureau.accounts.principals import Principal, System
from bureau.charter.capabilities import SECTION_STAFF
from bureau.files.keeping import remove_with
from bureau.notices.kinds import Params
from bureau.notices.services import tell_unit
from bureau.workflow.refusals import Invalid
from bureau.workflow.services import perform
from sections.office.consultations import own_data, selectors
from sections.office.consultations.capabilities import NAME
from sections.office.consultations.choices import MAY_BE_SHORTER, Decision, OpinionStatus, Status
from sections.office.consultations.models import RESULT_TEXTS, TEXTS, Consultation
from sections.office.news import terms
from sections.office.policies.checking import obstacle
from sections.office.policies.services import own_section

Data = Mapping[str, Any]
CALENDAR = System("consultations", frozenset({"office.consultation.close"}))


def draft(consultation: Consultation, by: Principal, data: Data) -> None:
    """A new draft of the writer's own section."""
    for name, value in data.items():
        setattr(consultation, name, value)
    if not isinstance(by, User):
        raise Invalid(_("A person must enter this."))
    consultation.written_by = by
    consultation.owner = own_section(by, NAME)


def why_not_ready(consultation: Consultation, by: Principal) -> str:
    return why_too_short(consultation, timezone.localdate()) or obstacle(consultation, TEXTS)


def why_too_short(consultation: Consultation, opens_on: date) -> str:
    """Why the period is too short when it opens on this day; "" when it is long enough or says why it is not."""
    if consultation.closes_on < opens_on:
        return _("Its last day has passed. Choose a later one.")
    term = terms.term(f"consultation-{consultation.kind}", opens_on)
    if term is None:
        return _("The table of periods says nothing of this kind of draft. Add the period first.")
    least = terms.day_after(term.key, opens_on)
    may_be_shorter = consultation.kind in MAY_BE_SHORTER and consultation.shortened_reason_zh
    if consultation.closes_on >= least or may_be_shorter:
        return ""
    return _("It must be open until %(day)s at least: %(basis)s.") % {
        "day": date_format(least),
        "basis": term.basis,
    }


def why_not_publish(consultation: Consultation, by: Principal) -> str:
    """Nobody opens alone what he or she has written."""
    if isinstance(by, User) and consultation.written_by_id == by.pk:
        return _("You entered this draft; a second person must check and open it.")
    return why_not_ready(consultation, by)


def publish(consultation: Consultation, by: Principal, data: Data) -> None:
    consultation.opens_on = timezone.localdate()
    consultation.published_at = timezone.now()


def extend(consultation: Consultation, by: Principal, data: Data) -> None:
    day = data["closes_on"]
    if day <= consultation.closes_on or day <= timezone.localdate():
        sentence = _("Choose a day after the present last day.")
        raise Invalid(sentence, {"closes_on": [sentence]})
    consultation.closes_on = day


def withdraw(consultation: Consultation, by: Principal, data: Data) -> None:
    consultation.withdrawn_reason_zh = data["withdrawn_reason_zh"]
    consultation.withdrawn_reason = data.get("withdrawn_reason") or ""


def why_not_conclude(consultation: Consultation, by: Principal) -> str:
    """Everybody who wrote hears what became of it: nothing stays ungrouped, no point undecided."""
    left = consultation.opinions.filter(status=OpinionStatus.RECEIVED).count()
    if left:
        return ngettext(
            "%(count)d opinion has not been grouped yet.",
            "%(count)d opinions have not been grouped yet.",
            left,
        ) % {"count": left}
    undecided = selectors.points(consultation).filter(decision="").first()
    if undecided is not None:
        return _("“%(point)s” has not been decided yet.") % {"point": undecided}
    for point in selectors.points(consultation):
        found = obstacle_in_point(point)
        if found:
            return found
    return ""


def obstacle_in_point(point: Any) -> str:
    return obstacle(point, ("title_zh", "title", "reason_zh", "reason"))


def conclude(consultation: Consultation, by: Principal, data: Data) -> None:
    for name in RESULT_TEXTS:
        setattr(consultation, name, data.get(name) or "")
    found = obstacle(consultation, RESULT_TEXTS)
    if found:
        raise Invalid(found)
    consultation.result_document = data.get("result_document")
    consultation.concluded_on = timezone.localdate()
    counted = selectors.counted(consultation)
    consultation.received = sum(counted.values())
    for decision in Decision:
        setattr(consultation, decision.value, counted.get(decision.value, 0))


def follow_calendar() -> int:
    """Consultations past their last day are closed; the section hears of yesterday's opinions; senders are
    forgotten in time. Returns how many closed."""
    today = timezone.localdate()
    tell_of_opinions(today - timedelta(days=1))
    over = list(Consultation.objects.filter(status=Status.OPEN, closes_on__lt=today))
    for consultation in over:
        perform(consultation, "close", by=CALENDAR)
    forget_senders(today)
    return len(over)


def tell_of_opinions(day: date) -> None:
    """One notice for all opinions of a day, not one for each."""
    came = Consultation.objects.filter(opinions__received_on=day).annotate(count=Count("opinions"))
    for one in came.select_related("owner").order_by("pk"):
        title = {"zh": one.title_zh, "en": one.title or one.title_zh}
        params: Params = {"title": title, "count": one.count}
        tell_unit("consultations.opinions", unit=one.owner, roles=SECTION_STAFF, params=params, record=one)


def forget_senders(today: date) -> None:
    """Names, telephones, files and what was asked about them go; what was said stays with the result."""
    for consultation in Consultation.objects.filter(
        status__in=(Status.CONCLUDED, Status.WITHDRAWN), identities_forgotten_on__isnull=True
    ):
        since = consultation.concluded_on or consultation.closes_on
        if terms.term("consultation-senders") and terms.day_after("consultation-senders", since) < today:
            consultation.opinions.update(name="", phone="")
            for opinion in consultation.opinions.all():
                remove_with(opinion)
                own_data.forget(opinion)
            Consultation.objects.filter(pk=consultation.pk).update(identities_forgotten_on=today)
