"""What a receipt and a spending entry show, on lists and beneath their allocation."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.pages.pagesets import (
    Column,
    TagKind,
)
from finance.choices import EntryStatus

COUNTS = Q(status=EntryStatus.RECORDED)
ENTRY_TAGS: Mapping[str, TagKind] = {"recorded": "done", "reversed": "moved"}
ARRIVAL = Column(
    "arrival",
    label=_("Receipt"),
    kind="tag",
    tags={"none": "new", "part": "half", "whole": "done", "nothing": "moved"},
)
RECEIPT = (
    Column("received_on", link=True, sort="received_on"),
    Column("amount", sort="amount"),
    Column("difference", low=True),
    Column("entered_by", low=True),
    Column("status", kind="tag", tags=ENTRY_TAGS),
)
SPENDING = (
    Column("spent_on", link=True, sort="spent_on"),
    Column("purpose"),
    Column("economic_class", sort="economic_class__code", low=True),
    Column("payee_kind", low=True),
    Column("voucher"),
    Column("amount", sort="amount"),
    Column("status", kind="tag", tags=ENTRY_TAGS),
)
