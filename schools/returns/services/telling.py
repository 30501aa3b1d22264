"""Who is told of a step, in its transaction. Nothing is said of figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.charter.models import Unit
from bureau.notices.kinds import NoticeKind, Params, register
from bureau.notices.services import tell_unit, tell_units
from bureau.workflow.declare import Transition
from schools.returns.choices import ReturnStatus
from schools.returns.models import Collection, Return
from schools.services.telling import name_of

# Step → the school is told.
SCHOOL_TOLD = {
    "send_back": "returns.sent_back",
    "district_send_back": "returns.sent_back",
    "unlock": "returns.unlocked",
    "accept": "returns.accepted",
    "excuse": "returns.excused",
    "expect": "returns.expected",
}

for _kind in (
    NoticeKind(
        "returns.sent_back", title=_("%(form)s came back to %(school)s; corrections are due by %(due)s")
    ),
    NoticeKind(
        "returns.unlocked", title=_("%(form)s of %(school)s was opened again; corrections are due by %(due)s")
    ),
    NoticeKind("returns.accepted", title=_("%(form)s of %(school)s was accepted"), email=False),
    NoticeKind("returns.excused", title=_("%(form)s is not expected from %(school)s any more")),
    NoticeKind("returns.expected", title=_("%(form)s is expected from %(school)s after all")),
    NoticeKind("returns.sent_again", title=_("%(school)s has corrected %(form)s and sent it again")),
    NoticeKind(
        "returns.issued", title=_("%(unit)s asks %(school)s for %(form)s, due on %(due)s"), email=False
    ),
    NoticeKind("returns.exception", title=_("%(school)s can send %(form)s until %(until)s")),
):
    register(_kind)


def form_of(collection: Collection) -> dict[str, str]:
    """The title of a collection for a notice, in both languages."""
    return {"zh": collection.title_zh, "en": collection.title or collection.title_zh}


def tell_of_return(record: Return, step: Transition, by: Principal) -> None:
    kind = SCHOOL_TOLD.get(step.name)
    params: Params = {"school": name_of(record.school), "form": form_of(record.collection)}
    if kind is not None:
        tell_school(kind, record, {**params, "due": record.returned_due_on or record.collection.due_on})
    elif step.name in ("send", "endorse") and record.round > 1:
        tell_unit("returns.sent_again", unit=reader_of(record), params=params, record=record)


def tell_of_returns(records: Sequence[Return], step: Transition, by: Principal) -> None:
    """The schools of many returns that were accepted at once; of a lock nobody is told."""
    if step.name != "accept":
        return
    told: list[tuple[Unit, Params, Model]] = [
        (
            record.school.unit,
            {"school": name_of(record.school), "form": form_of(record.collection)},
            record,
        )
        for record in records
        if record.school.unit is not None
    ]
    tell_units(SCHOOL_TOLD[step.name], told)


def tell_of_issue(collection: Collection, records: Sequence[Return]) -> None:
    """The schools whose returns begin, in a constant number of queries; reminders by mail come before the due day."""
    owner = collection.owner
    about: Params = {
        "unit": {"zh": owner.name_zh, "en": owner.name},
        "form": form_of(collection),
        "due": collection.due_on,
    }
    told: list[tuple[Unit, Params, Model]] = [
        (record.school.unit, {**about, "school": name_of(record.school)}, record)
        for record in records
        if record.school.unit is not None
    ]
    tell_units("returns.issued", told)


def tell_school(kind: str, record: Return, params: Params) -> None:
    if record.school.unit is not None:
        tell_unit(kind, unit=record.school.unit, params=params, record=record)


def reader_of(record: Return) -> Unit:
    """Who looks at it now."""
    unit: Unit = record.school.managed_by if record.status == ReturnStatus.DISTRICT else record.owner
    return unit


def tell_of_exception(record: Return, until: date) -> None:
    params: Params = {"school": name_of(record.school), "form": form_of(record.collection), "until": until}
    tell_school("returns.exception", record, params)
