"""What the steps of a school's life do: founding, opening, closing, merging."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.accounts.principals import Principal
from bureau.workflow.declare import Data
from bureau.workflow.refusals import Invalid
from schools.choices import ChangeSource, RequestStatus, SuccessionKind
from schools.models import ChangeRequest, School, Succession
from schools.selectors.fields import EDITABLE, raw
from schools.services.rights import make_unit, settle, settle_unit
from schools.services.values import check_values, refuse_duplicates, remember, renamed, tidied


def give_unit(school: School, by: Principal, data: Data) -> None:
    """Effect of `enter` and `propose`: check what no field can check alone, then make the unit."""
    refuse_duplicates(school, {"code": school.code, "credit_code": school.credit_code})
    check_values(school)
    school.unit = make_unit(school)


def enter(school: School, by: Principal, data: Data) -> None:
    """A school in operation has its code."""
    if not school.code:
        sentence = _(
            "A school in operation has an identification code. Enter it, or add the school as proposed."
        )
        raise Invalid(sentence, {"code": [sentence]})
    give_unit(school, by, data)


def settle_new(school: School, by: Principal, data: Data) -> None:
    settle(school)


def open_school(school: School, by: Principal, data: Data) -> None:
    """Effect of `open`: the code is assigned once and stays."""
    values = tidied({"code": data.get("code") or school.code})
    refuse_duplicates(school, values)
    if not values["code"]:
        sentence = _("Enter the identification code that was assigned.")
        raise Invalid(sentence, {"code": [sentence]})
    old = {name: raw(school, name) for name in ("code", "founded_on")}
    school.code = values["code"]
    school.founded_on = data.get("founded_on") or school.founded_on or timezone.localdate()
    moved = {name: text for name, text in old.items() if text != raw(school, name)}
    remember(school, moved, by=by, source=ChangeSource.LIFECYCLE, reason="")


def adjust(school: School, by: Principal, data: Data) -> None:
    """Effect of `adjust`: what only an approval changes. Stages and rights follow in `adjusted`."""
    values = {name: data[name] for name in data if name in EDITABLE}
    refuse_duplicates(school, values)
    old = {name: raw(school, name) for name in values}
    values |= renamed(school, values) if values.get("name_zh") != school.name_zh else {}
    for name, value in values.items():
        setattr(school, name, value)
    check_values(school)
    moved = {name: text for name, text in old.items() if text != raw(school, name)}
    remember(school, moved, by=by, source=ChangeSource.LIFECYCLE, reason="")


def adjusted(school: School, by: Principal, data: Data) -> None:
    settle_unit(school)
    settle(school)


def no_open_requests(school: School, by: Principal) -> str:
    """Condition of closing and merging."""
    waiting = ChangeRequest.objects.filter(
        school=school, status__in=(RequestStatus.REVIEW, RequestStatus.OPEN)
    )
    return (
        _("The school has change requests that nobody has decided. Decide them first.")
        if waiting.exists()
        else ""
    )


def close(school: School, by: Principal, data: Data) -> None:
    """Effect of `close`: the last day; a successor where another school takes the pupils."""
    day = school.closed_on = _last_day(school, data.get("closed_on"))
    successor = data.get("successor")
    if successor is not None:
        _succeed(school, successor, SuccessionKind.REPLACEMENT, day)


def merge(school: School, by: Principal, data: Data) -> None:
    """Effect of `merge`: this school ends in another one."""
    day = school.closed_on = _last_day(school, data.get("closed_on"))
    _succeed(school, data["successor"], SuccessionKind.MERGER, day)


def ended(school: School, by: Principal, data: Data) -> None:
    """After closing or merging: the unit ends, grants over staff and pupils go."""
    settle_unit(school)
    settle(school)


def _last_day(school: School, day: date | None) -> date:
    found = day or timezone.localdate()
    if school.founded_on and found < school.founded_on:
        sentence = _("The last day lies before the founding day.")
        raise Invalid(sentence, {"closed_on": [sentence]})
    return found


def _succeed(school: School, successor: Any, kind: SuccessionKind, on: date) -> None:
    if successor.pk == school.pk or not successor.is_in_use:
        sentence = _("The successor must be another school that is in use.")
        raise Invalid(sentence, {"successor": [sentence]})
    Succession.objects.get_or_create(
        predecessor=school, successor=successor, defaults={"kind": kind, "on": on}
    )
