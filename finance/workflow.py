"""The life of a fund, of an allocation, of the entries that a school makes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.workflow.declare import Transition, Waiting, Workflow, register
from finance import forms
from finance.choices import AllocationStatus, EntryStatus, FundStatus
from finance.models import Allocation, Fund, Receipt, SpendingEntry
from finance.services import allocations, entries, funds, telling

_ALLOTTED = (AllocationStatus.ALLOTTED,)


def _fund_waits(fund: Fund) -> Iterable[Waiting]:
    if fund.status == FundStatus.DRAFT:
        yield Waiting("open", unit=fund.kept_by)
    elif fund.status == FundStatus.OPEN:
        yield Waiting("close", unit=fund.kept_by, due=fund.due_on)


register(
    Workflow(
        Fund,
        (
            Transition(
                "register",
                _("Enter the fund"),
                (),
                FundStatus.DRAFT,
                effect=funds.register_fund,
                then=funds.settle_rights,
            ),
            Transition(
                "open",
                _("Put into use"),
                (FundStatus.DRAFT,),
                FundStatus.OPEN,
                verb="allocate",
                style="primary",
                done_label=_("Put into use"),
            ),
            Transition(
                "adjust",
                _("Adjust the amount"),
                (FundStatus.OPEN,),
                FundStatus.OPEN,
                verb="allocate",
                form=forms.AdjustForm,
                effect=funds.adjust_amount,
                reason="required",
                done_label=_("Amount adjusted"),
            ),
            Transition(
                "close",
                _("Close the fund"),
                (FundStatus.OPEN,),
                FundStatus.CLOSED,
                condition=funds.nothing_outstanding,
                effect=funds.close_fund,
                reason="optional",
                confirm=_("After this no school can enter spending from the fund."),
                style="danger",
                done_label=_("Closed"),
            ),
            Transition(
                "reopen",
                _("Open again"),
                (FundStatus.CLOSED,),
                FundStatus.OPEN,
                verb="close",
                effect=funds.reopen_fund,
                reason="required",
                done_label=_("Opened again"),
            ),
        ),
        waiting=_fund_waits,
        label=_("Fund"),
        icon="money",
    )
)


def _allocation_waits(allocation: Allocation) -> Iterable[Waiting]:
    if allocation.outstanding:
        yield Waiting("confirm", unit=allocation.school.unit, due=allocation.confirm_by)


def _after_reduction(allocation: Allocation, data: Any) -> str:
    return AllocationStatus.ALLOTTED if allocation.amount else AllocationStatus.WITHDRAWN


register(
    Workflow(
        Allocation,
        (
            Transition("allot", _("Allot"), (), AllocationStatus.ALLOTTED, effect=allocations.allot),
            Transition(
                "confirm",
                _("Confirm receipt"),
                _ALLOTTED,
                AllocationStatus.ALLOTTED,
                form=forms.ConfirmForm,
                condition=allocations.something_outstanding,
                effect=allocations.confirm,
                then=allocations.write_receipt,
                style="primary",
                done_label=_("Receipt confirmed"),
            ),
            Transition(
                "reduce",
                _("Take back what has not come"),
                _ALLOTTED,
                _after_reduction,
                targets=(AllocationStatus.ALLOTTED, AllocationStatus.WITHDRAWN),
                form=forms.ReduceForm,
                condition=allocations.something_outstanding,
                effect=allocations.reduce,
                reason="required",
                done_label=_("Taken back"),
            ),
        ),
        waiting=_allocation_waits,
        tell=telling.tell_of_allocation,
        label=_("Allocation"),
        icon="money",
        related=("school", "fund"),
    )
)

register(
    Workflow(
        Receipt,
        (
            Transition(
                "record",
                _("Record the receipt"),
                (),
                EntryStatus.RECORDED,
                effect=entries.record_receipt,
                done_label=_("Recorded"),
            ),
            Transition(
                "reverse",
                _("Reverse the receipt"),
                (EntryStatus.RECORDED,),
                EntryStatus.REVERSED,
                effect=entries.reverse_receipt,
                then=entries.await_again,
                reason="required",
                style="danger",
                done_label=_("Reversed"),
            ),
        ),
        icon="money",
        related=("allocation__school",),
    )
)

register(
    Workflow(
        SpendingEntry,
        (
            Transition(
                "enter",
                _("Enter spending"),
                (),
                EntryStatus.RECORDED,
                effect=entries.spend,
                done_label=_("Entered"),
            ),
            Transition(
                "reverse",
                _("Reverse the entry"),
                (EntryStatus.RECORDED,),
                EntryStatus.REVERSED,
                effect=entries.reverse_spending,
                reason="required",
                style="danger",
                done_label=_("Reversed"),
            ),
        ),
        icon="money",
    )
)
