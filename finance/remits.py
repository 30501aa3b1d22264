"""How remits over funds become grants; what moves when the bureau is reorganised."""

from __future__ import annotations

from django.db.models import Q

from bureau.access import remits, unit_owned
from finance.choices import FundStatus, Purpose
from finance.models import Fund, FundGroupGrant
from finance.rules import FUND_VERBS

remits.register(
    remits.RemitTarget(
        over="fund",
        model=Fund,
        grants=FundGroupGrant,
        verbs=FUND_VERBS,
        filters={"purposes": "purpose__in"},
        words={"purposes": dict(Purpose.choices)},
    )
)
unit_owned.register(
    unit_owned.UnitOwned(Fund, "kept_by", is_open=~Q(status=FundStatus.CLOSED), capability="finance.funds")
)
