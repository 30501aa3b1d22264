"""How the digests of uploaded workbooks come under another key of look-up: by the same file again, or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max, QuerySet

from bureau.identifiers.lookup_key import Typed, declare
from bureau.sheets.models import SheetUpload


def _until(rows: QuerySet[Any]) -> datetime | None:
    last: datetime | None = rows.aggregate(last=Max("created_at"))["last"]
    return last + timedelta(hours=settings.SHEET_KEPT_HOURS) if last else None


declare(SheetUpload, "digest", Typed(SheetUpload, "digest", _until))
