"""The life of a pair, and the two steps by which the records of a pair become one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.duplicates import merging
from bureau.duplicates.choices import PairStatus
from bureau.duplicates.models import DuplicatePair
from bureau.workflow.declare import Data, Effect, Text, Transition, Workflow

NO_WAY_BACK = _(
    "A merge cannot be undone. The record that does not stay is kept with its history and its number, but "
    "nothing is entered in it any more."
)


def life(
    model: type[DuplicatePair],
    *,
    label: Text,
    tell: Callable[[Any, Transition, Principal], None] | None = None,
) -> Workflow:
    """The workflow of a table of pairs."""
    return Workflow(model, (*_by_search(), *_by_people()), tell=tell, label=label, icon="grid")


def _by_search() -> tuple[Transition, ...]:
    """What the search for duplicates does of its own accord."""
    return (
        Transition("find", _("Enter a possible duplicate"), (), PairStatus.OPEN),
        Transition("lapse", _("No longer alike"), (PairStatus.OPEN,), PairStatus.LAPSED, by_system=True),
        Transition(
            "recur",
            _("Alike again"),
            (PairStatus.LAPSED,),
            PairStatus.OPEN,
            verb="lapse",
            by_system=True,
        ),
    )


def _by_people() -> tuple[Transition, ...]:
    """What whoever may merge the records decides."""
    return (
        Transition(
            "merge",
            _("Merge the two records"),
            (PairStatus.OPEN,),
            PairStatus.MERGED,
            effect=merging.decide,
            then=merging.carry_out,
            reason="required",
            confirm=NO_WAY_BACK,
            done_label=_("Records merged"),
            style="danger",
        ),
        Transition(
            "keep_apart",
            _("Not the same"),
            (PairStatus.OPEN,),
            PairStatus.DIFFERENT,
            verb="merge",
            reason="required",
            confirm=_("These two are not put before anybody again."),
            done_label=_("Found to be two different records"),
        ),
        Transition(
            "ask_again",
            _("Look at it again"),
            (PairStatus.DIFFERENT,),
            PairStatus.OPEN,
            verb="merge",
            reason="required",
        ),
    )


def folding(
    *,
    live: tuple[str, ...],
    double: str,
    take: Effect | None = None,
    then: Effect | None = None,
    status: Callable[[Any, Data], str] | None = None,
) -> tuple[Transition, Transition]:
    """The steps of the record that stays and of the one that does not; nobody takes them by hand.

    Their condition holds only inside the merge of a pair that names both. `take`: writes `data["values"]`
    where the register remembers its fields itself; `then`: what follows for the record that stays.
    `status(survivor, data)`: where what the double brings (`data["double"]`) changes the survivor's status.
    """
    absorb = Transition(
        "absorb",
        _("Take up a double record"),
        live,
        status or _as_it_is,
        targets=live,
        verb="merge",
        condition=_within_a_merge,
        effect=take or _take_values,
        then=then,
        reason="required",
        done_label=_("A double record was merged into this one"),
    )
    fold = Transition(
        "fold",
        _("Become a double record"),
        live,
        double,
        verb="merge",
        condition=_within_a_merge,
        effect=_end_as_double,
        reason="required",
        done_label=_("Merged into the other record of the same"),
    )
    return absorb, fold


def _as_it_is(record: Any, data: Data) -> str:
    return str(record.status)


def _within_a_merge(record: Any, by: Principal) -> str:
    if merging.is_going_on(record):
        return ""
    return _t("Two records of the same are merged from the list of possible duplicates.")


def _take_values(record: Any, by: Principal, data: Data) -> None:
    for name, value in data["values"].items():
        setattr(record, name, value)


def _end_as_double(record: Any, by: Principal, data: Data) -> None:
    record.merged_into = data["survivor"]
    for name in data["released"]:
        setattr(record, name, None if record._meta.get_field(name).null else "")
