"""Files that a reporter sends along: sealed from the first moment, on a row without a word until the report is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db.models import Sum
from django.utils import timezone

from bureau.accounts.principals import Holder, Principal
from bureau.files import services as files
from bureau.files.models import Attachment
from bureau.files.refusals import AlreadyThere, NoRoom
from bureau.files.storage import FULL, MEGABYTE
from bureau.identifiers.encryption import keyed_digest
from sections.office.person_reports import services
from sections.office.person_reports.evidence import EVIDENCE
from sections.office.person_reports.models import PersonReport, ReportDraft


def digest_of(token: str) -> str:
    return keyed_digest("person_reports.form", token)


def row_of(token: str) -> ReportDraft | None:
    return ReportDraft.objects.filter(form_digest=digest_of(token)).first()


def holder_of(row: ReportDraft) -> Holder:
    """Who has the form has its signed token, and with it this one row."""
    return Holder(row._meta.label_lower, row.pk)


def enclose(token: str, upload: File[bytes]) -> None:
    """Take a file for the form with this token; one that is there already is passed over.

    Raises FileRefused with a sentence for the reporter, and NoRoom.
    """
    waiting = Attachment.objects.filter(record_kind=ReportDraft._meta.label_lower)
    if (waiting.aggregate(total=Sum("size"))["total"] or 0) > settings.LETTERS_FILES_WAITING_MB * MEGABYTE:
        raise NoRoom(FULL)
    kept_until = timezone.now() + timedelta(hours=settings.LETTERS_UNSAVED_HOURS)
    row, _is_new = ReportDraft.objects.get_or_create(
        form_digest=digest_of(token), defaults={"kept_until": kept_until}
    )
    try:
        files.attach(record=row, upload=upload, kind=EVIDENCE, by=holder_of(row))
    except (
        AlreadyThere,
        ReportDraft.DoesNotExist,
        PermissionDenied,
    ):  # also: sent in another window meanwhile
        return


def enclosed(token: str) -> list[Attachment]:
    row = row_of(token)
    return list(Attachment.objects.of(row).in_force()) if row else []


def remove_file(token: str, pk: int) -> None:
    """Only a file of this very form; another key is passed over in silence."""
    row = row_of(token)
    found = Attachment.objects.of(row).filter(pk=pk).first() if row else None
    if row is not None and found is not None:
        files.discard(found, by=holder_of(row))


def arrive(report: PersonReport, by: Principal, data: Mapping[str, Any]) -> None:
    """The report was just created: it is kept from whom it names, and its files move to it. One transaction."""
    services.keep_from_reported(report, by, data)
    rows = ReportDraft.objects.select_for_update().filter(form_digest=digest_of(str(data.get("token", ""))))
    for row in rows:
        files.hand_over(source=row, target=report, kind=EVIDENCE, by=by)
        row.delete()


def delete_outdated() -> int:
    """Files whose report was never sent; returns how many forms."""
    rows = list(ReportDraft.objects.filter(kept_until__lte=timezone.now())[:1000])
    for row in rows:
        row.delete()
    return len(rows)
