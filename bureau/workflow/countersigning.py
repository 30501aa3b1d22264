"""Asking several units or people for their opinion: all, any, or one after the other.

Use it inside a workflow: one step's effect calls `ask`; the step `countersign` has `its_turn` as condition,
`answer` in its effect and `by_outcome` as target; `waiting` yields `waiting_for(record, …)`. Its right comes
from the policy `Countersigned`. The engine holds the record's lock, so two answers cannot cross.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Literal

from django.db.models import Max, Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.policies import UnitOwned
from bureau.access.standing import Standing, standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.models import Unit
from bureau.workflow.declare import Data, Text, Waiting
from bureau.workflow.models import Countersign
from bureau.workflow.refusals import Invalid, NotPermitted
from bureau.workflow.rights import stood_in_for

Outcome = Literal["none", "open", "agreed", "refused"]
Answer = Countersign.Answer
Mode = Countersign.Mode


def ask(
    record: Model, signers: Sequence[Unit | User], *, mode: str, due: date | None = None
) -> list[Countersign]:
    """Begin a round; in sequence the order is that of `signers`. Raises Invalid for nobody or one twice."""
    if not signers:
        raise Invalid(_("Choose who is to countersign."), {"signers": [_("Choose who is to countersign.")]})
    if len({(type(one), one.pk) for one in signers}) < len(signers):
        raise Invalid(_("Nobody countersigns twice."), {"signers": [_("Nobody countersigns twice.")]})
    kind = record._meta.label_lower
    earlier = Countersign.objects.filter(kind=kind, object_id=record.pk)
    last = earlier.aggregate(last=Max("round"))["last"] or 0
    return Countersign.objects.bulk_create(
        Countersign(
            kind=kind,
            object_id=record.pk,
            round=last + 1,
            mode=mode,
            order=order,
            unit=signer if isinstance(signer, Unit) else None,
            user=signer if isinstance(signer, User) else None,
            due=due,
        )
        for order, signer in enumerate(signers, start=1)
    )


def last_round(record: Model) -> list[Countersign]:
    """The rows of the latest round, in order; none before the first."""
    rows = Countersign.objects.filter(kind=record._meta.label_lower, object_id=record.pk)
    found = list(rows.select_related("unit", "user").order_by("-round", "order"))
    return [row for row in found if row.round == found[0].round]


def whose_turn(record: Model) -> list[Countersign]:
    """Who may answer now: everybody open, or in sequence the first of them; nobody once it is decided."""
    rows = last_round(record)
    if outcome_of(rows) != "open":
        return []
    open_rows = [row for row in rows if row.answer == Answer.OPEN]
    return open_rows[:1] if rows[0].mode == Mode.SEQUENCE else open_rows


def outcome(record: Model) -> Outcome:
    return outcome_of(last_round(record))


def outcome_of(rows: Sequence[Countersign]) -> Outcome:
    if not rows:
        return "none"
    said = {row.answer for row in rows}
    one_is_enough = rows[0].mode == Mode.ANY
    deciding, other = (Answer.AGREED, Answer.REFUSED) if one_is_enough else (Answer.REFUSED, Answer.AGREED)
    if deciding in said:
        return "agreed" if one_is_enough else "refused"
    if said == {other}:
        return "refused" if one_is_enough else "agreed"
    return "open"


def answer(record: Model, *, by: Principal, agrees: bool, opinion: str = "") -> Countersign:
    """Write down the opinion of the person whose turn it is; what need not be asked any more is closed."""
    row = _row_of(record, by)
    if row is None:
        raise NotPermitted(its_turn(record, by))
    row.answer = Answer.AGREED if agrees else Answer.REFUSED
    row.opinion, row.answered_at, row.answered_by = opinion.strip(), timezone.now(), by.audit_name
    row.full_clean()
    row.save()
    if outcome(record) != "open":
        open_rows = Countersign.objects.filter(kind=row.kind, object_id=row.object_id, answer=Answer.OPEN)
        open_rows.update(answer=Answer.CLOSED)
    return row


def its_turn(record: Model, by: Principal) -> str:
    """Condition of the step: "" where the person is asked now."""
    return "" if _row_of(record, by) else _("Your opinion is not asked at this point.")


def _row_of(record: Model, by: Principal) -> Countersign | None:
    """Addressed to the person rather than to the unit, own before another's."""
    if not isinstance(by, User):
        return None
    rows = whose_turn(record)
    for person in [by, *(stood_in_for(by) if rows else ())]:
        units = standing(person).own_unit_ids()
        ours = [row for row in rows if row.user_id == person.pk or row.unit_id in units]
        if ours:
            return min(ours, key=lambda row: row.user_id is None)
    return None


def by_outcome(*, agreed: str, refused: str, still_open: str) -> Callable[[Any, Data], str]:
    """Target of the step: where the record goes once the round is decided, and until then."""
    goes = {"agreed": agreed, "refused": refused, "open": still_open, "none": still_open}

    def target(record: Any, data: Data) -> str:
        return goes[outcome(record)]

    return target


def waiting_for(record: Model, verb_label: Text) -> Iterator[Waiting]:
    """For the workflow's `waiting`: those whose turn it is."""
    for row in whose_turn(record):
        yield Waiting(verb_label, unit=row.unit, user=row.user, due=row.due)


def asked(model: type[Model], user: User, units: Iterable[int]) -> Q:
    """For a policy: the records on which the person or one of the units was asked to countersign."""
    rows = Countersign.objects.filter(Q(user=user) | Q(unit__in=units), kind=model._meta.label_lower)
    return Q(pk__in=rows.values("object_id"))


class Countersigned(UnitOwned):
    """UnitOwned, and those who were asked may see the record and countersign it."""

    asked_verbs = frozenset({"view", "countersign"})

    def for_user(self, standing: Standing, verb: str) -> Q:
        found = super().for_user(standing, verb)
        if verb in self.asked_verbs:
            found |= asked(self.model, standing.user, standing.participant_units(self.capability, verb))
        return found
