"""What a merge of two records of one school does beyond the record itself."""

from __future__ import annotations

from typing import Any

from django.db.models import ProtectedError, QuerySet
from django.utils.translation import gettext as _

from bureau.accounts.principals import Principal
from bureau.charter.choices import Role
from bureau.duplicates.units import end_unit
from bureau.notices.services import tell_unit
from bureau.workflow.declare import Data
from bureau.workflow.refusals import Invalid
from schools.choices import ChangeSource, RequestStatus
from schools.models import Campus, ChangeRequest, School, SchoolStage
from schools.selectors.fields import EDITABLE, raw
from schools.services.rights import settle, settle_unit
from schools.services.telling import name_of
from schools.services.values import remember


def refuse_open_requests(loser: School, survivor: School) -> str:
    """A request asks for a value of one record; nobody could decide it once that record is gone."""
    waiting = ChangeRequest.objects.filter(
        school=loser, status__in=(RequestStatus.REVIEW, RequestStatus.OPEN)
    )
    if not waiting.exists():
        return ""
    return _("The record that would not stay has change requests that nobody has decided. Decide them first.")


def take_values(school: School, by: Principal, data: Data) -> None:
    """Effect of `absorb`: the chosen values, remembered field by field."""
    old = {name: raw(school, name) for name in data["values"] if name in EDITABLE}
    for name, value in data["values"].items():
        setattr(school, name, value)
    moved = {name: text for name, text in old.items() if text != raw(school, name)}
    remember(school, moved, by=by, source=ChangeSource.DOUBLE, reason="")


def open_stages(school: School, by: Principal, data: Data) -> None:
    """After `absorb`: the stages of a type that was taken over must be there before posts and pupils come."""
    for stage in school.school_type.stages:
        SchoolStage.objects.get_or_create(school=school, stage=stage)


def one_main_campus(rows: QuerySet[Any], survivor: School) -> None:
    """Before campuses move: the school has one main campus, the survivor's."""
    if Campus.objects.filter(school=survivor, is_main=True).exists():
        rows.filter(is_main=True).update(is_main=False)


def settle_merged(loser: School, survivor: School, by: Principal) -> None:
    """After a merge: unit, stages and rights of both, and the people concerned."""
    settle_unit(survivor)
    people = {"school": name_of(survivor)}
    tell_unit("schools.double_ended", unit=loser.unit, params=people)
    end_unit(unit=loser.unit, into=survivor.unit, by=by)
    try:
        settle(survivor)
    except ProtectedError as error:
        raise Invalid(
            _(
                "There are entries at a stage that the chosen school type does not have. Choose the other type."
            )
        ) from error
    settle(loser)
    for unit, roles in (
        (survivor.unit, None),
        (survivor.managed_by, (Role.DISTRICT_REVIEWER, Role.DISTRICT_LEADER)),
    ):
        tell_unit("schools.double_merged", unit=unit, roles=roles, params=people, record=survivor)
