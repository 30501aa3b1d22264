"""How a request for another value ends."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.proposals.forms import RefusalForm
from bureau.workflow.declare import Condition, Effect, Transition


def endings(
    *,
    waiting: tuple[str, ...],
    decidable: str,
    accepted: str,
    refused: str,
    withdrawn: str,
    condition: Condition,
    then: Effect,
) -> tuple[Transition, Transition, Transition]:
    """Accept, refuse (verb `decide`) and withdraw. `then`: writes the new value."""
    accept = Transition(
        "accept",
        _("Accept and change the record"),
        (decidable,),
        accepted,
        verb="decide",
        condition=condition,
        then=then,
        style="primary",
        done_label=_("Change accepted"),
    )
    refuse = Transition(
        "refuse",
        _("Refuse"),
        (decidable,),
        refused,
        verb="decide",
        form=RefusalForm,
        style="danger",
        done_label=_("Change refused"),
    )
    return accept, refuse, Transition("withdraw", _("Withdraw the request"), waiting, withdrawn)
