"""The way of a transfer request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.workflow.declare import Data, Transition, Waiting, Workflow, register
from personnel.transfers import forms, services
from personnel.transfers.choices import OPEN, TransferStatus
from personnel.transfers.models import Transfer

# A request does not lie about: each who is asked should answer within this time.
SOON = timedelta(days=14)


def _approve(transfer: Any, by: Principal, data: Data) -> None:
    transfer.on = data.get("on") or transfer.on


def _waits(transfer: Transfer) -> Iterable[Waiting]:
    due = timezone.localdate(transfer.created_at) + SOON
    if transfer.status == TransferStatus.REQUESTED:
        for unit in services.undecided(transfer):
            yield Waiting("agree", unit=unit, due=due)
    elif transfer.status == TransferStatus.AGREED:
        yield Waiting("approve", unit=transfer.deciding_unit, due=due)


register(
    Workflow(
        Transfer,
        (
            Transition(
                "ask",
                _("Ask for a transfer"),
                (),
                services.after_agreement,
                targets=OPEN,
                effect=services.address,
                done_label=_("Transfer asked for"),
            ),
            Transition(
                "agree",
                _("Agree to the transfer"),
                (TransferStatus.REQUESTED,),
                services.after_agreement,
                targets=OPEN,
                effect=services.agree,
                style="primary",
                confirm=_("The transfer goes to the personnel section once both schools have agreed."),
                done_label=_("Agreed to the transfer"),
            ),
            Transition(
                "decline",
                _("Do not agree"),
                (TransferStatus.REQUESTED,),
                TransferStatus.REFUSED,
                form=forms.RefusalForm,
                style="danger",
                done_label=_("Not agreed to by the school"),
            ),
            Transition(
                "approve",
                _("Approve the transfer"),
                (TransferStatus.AGREED,),
                TransferStatus.APPROVED,
                form=forms.ApproveForm,
                condition=services.has_moved_on,
                effect=_approve,
                then=services.carry_out,
                style="primary",
                done_label=_("Transfer approved"),
            ),
            Transition(
                "refuse",
                _("Refuse the transfer"),
                OPEN,
                TransferStatus.REFUSED,
                form=forms.RefusalForm,
                style="danger",
                done_label=_("Transfer refused"),
            ),
            Transition(
                "withdraw",
                _("Withdraw the request"),
                OPEN,
                TransferStatus.WITHDRAWN,
                done_label=_("Request withdrawn"),
            ),
        ),
        waiting=_waits,
        title=lambda transfer: f"{transfer.from_school} → {transfer.to_school}",
        tell=services.tell,
        label=_("Transfer"),
        icon="out",
        related=("from_school", "to_school"),
    )
)
