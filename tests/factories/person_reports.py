"""Reports on persons, one function per state that matters; each walks the real way."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from bureau.workflow import services as workflow
from sections.office.person_reports.models import PersonReport, ReferralSlip
from sections.office.person_reports.services import Receipt, add_slip, send_report
from tests.cast import Cast

_tokens = itertools.count()
TODAY = date(2026, 6, 9)


def sent(**changes: Any) -> Receipt:
    values: dict[str, Any] = {
        "accused_name": "Zhao Invented",
        "accused_post": "headmaster",
        "accused_unit": "Invented Primary School",
        "subject": "Money for the canteen",
        "body": "The money of the canteen goes to a relative.",
        "name": "Li Example",
        "phone": "13800000000",
        "token": f"report-{next(_tokens)}",
    }
    return send_report(**{**values, **changes})


def registered(cast: Cast, *, real: bool = True, account: Any = None, **changes: Any) -> PersonReport:
    data = {"is_by_real_name": real, "accused_account": account}
    return workflow.perform(sent(**changes).report, "register", by=cast.discipline_officer, data=data)


def verified(cast: Cast, **changes: Any) -> PersonReport:
    report = workflow.perform(registered(cast, **changes), "verify", by=cast.discipline_officer)
    data = {"text": "The accounts were looked through."}
    return workflow.perform(report, "note", by=cast.discipline_officer, data=data)


def closed(cast: Cast, *, result: str = "substantiated", **changes: Any) -> PersonReport:
    data = {"result": result, "finding": "It is true."}
    return workflow.perform(verified(cast, **changes), "close", by=cast.discipline_officer, data=data)


def slip(cast: Cast, **changes: Any) -> ReferralSlip:
    values: dict[str, Any] = {
        "received_on": TODAY,
        "sent_on": TODAY,
        "sent_to": "City commission",
        "sheets": 3,
        "by": cast.office_clerk,
    }
    return add_slip(**{**values, **changes})
