"""Taking a file in: read, laid out, kept sealed. Nothing of it is written into a register here."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.audit import services as audit
from bureau.identifiers.digests import renew
from bureau.identifiers.encryption import keyed_digest
from bureau.sheets.checking import Asked, Progress, checked
from bureau.sheets.declare import SHEETS, Scope, Sheet
from bureau.sheets.layout import Table, laid_out
from bureau.sheets.models import SheetUpload, oldest
from bureau.sheets.reading import Unreadable, read
from bureau.sheets.reporting import Report, cells_of, report_of
from bureau.sheets.resting import collector_resting
from bureau.sheets.rows import Row


def take(*, sheet: Sheet, scope: Scope, name: str, content: bytes, by: User) -> SheetUpload:
    """Keep an uploaded file, unchecked yet. Raises Unreadable with a sentence, PermissionDenied."""
    decision = sheet.may_use(by)
    if not decision:
        raise PermissionDenied(decision.reason)
    refuse_hoard(by)
    raw = read(content)
    sheet = sheet.within(scope)
    refuse_other_template(sheet, scope, raw.marker, by)
    table = laid_out(sheet, raw)
    digest = keyed_digest("sheets.upload", base64.b64encode(content).decode())
    with transaction.atomic():
        renew(SheetUpload.objects.all(), "digest", digest)
        upload = SheetUpload.objects.create(
            owner=by,
            sheet=sheet.key,
            scope=scope.key,
            file_name=name[-160:],
            digest=digest,
            row_count=len(table.rows),
            table=stored(table),
        )
        audit.record("sheets.upload.taken", by=by, obj=upload, detail=_named(sheet, len(table.rows)))
    return upload


def refuse_hoard(by: User) -> None:
    """Nobody fills the database with files that are never saved."""
    waiting = SheetUpload.objects.filter(owner=by, saved_at__isnull=True).count()
    if waiting >= settings.SHEET_UPLOADS_KEPT:
        raise Unreadable(
            _("%(count)s uploaded files of yours wait already. Save or remove some first.")
            % {"count": waiting}
        )


def _named(sheet: Sheet, rows: int) -> dict[str, object]:
    return {"sheet": sheet.key, "rows": rows}


def refuse_other_template(sheet: Sheet, scope: Scope, marker: Mapping[str, str], by: User) -> None:
    """A template of another kind, year or place. A file without a marker is somebody's own layout."""
    if not marker:
        return
    if marker.get("sheet") != sheet.key:
        other = SHEETS.get(marker.get("sheet", ""))
        raise Unreadable(
            _("This is the template “%(other)s”, but this page takes “%(own)s”.")
            % {"other": other.title if other else marker.get("sheet", ""), "own": sheet.title}
        )
    if marker.get("version") != sheet.version():
        raise Unreadable(
            _(
                "This is the template of %(old)s. Download the template of %(new)s and copy your changes into it."
            )
            % {"old": marker.get("version", ""), "new": sheet.version()}
        )
    if marker.get("scope", "") != scope.key:
        raise Unreadable(
            _("This template was made for %(other)s, not for %(own)s. Upload it where it belongs.")
            % {"other": marker.get("place") or _("another place"), "own": scope.label or _("all records")}
        )


def stored(table: Table) -> dict[str, Any]:
    return {"columns": table.columns, "headers": table.headers, "rows": table.rows, "notes": table.notes}


def table_of(upload: SheetUpload) -> Table:
    return Table(**upload.table)


def asked_of(upload: SheetUpload, by: User) -> Asked:
    """Raises PermissionDenied where kind or place is no longer the person's."""
    sheet = SHEETS.get(upload.sheet)
    decision = sheet.may_use(by) if sheet is not None else None
    scope = sheet.scope(upload.scope, by) if sheet is not None and decision else None
    if sheet is None or scope is None:
        raise PermissionDenied(_("Uploading such a workbook is no longer among your rights."))
    return Asked(sheet.within(scope), scope, by)


def examine(upload: SheetUpload, by: User, tell: Progress | None = None) -> tuple[list[Row], Report]:
    """The dry run over the kept rows and corrections."""
    asked, table = asked_of(upload, by), table_of(upload)
    with collector_resting():
        rows = checked(asked, table, upload.corrections, tell)
        return rows, report_of(asked.sheet, rows, cells_of(table, upload.corrections))


def check_upload(upload: SheetUpload, *, by: User, tell: Progress | None = None) -> SheetUpload:
    """Check the kept rows and keep what was found."""
    _rows, report = examine(upload, by, tell)
    keep_report(upload, report)
    return upload


def keep_report(upload: SheetUpload, report: Report) -> None:
    upload.report = report
    SheetUpload.objects.filter(pk=upload.pk).update(report=report, version=F("version") + 1)


def is_long(upload: SheetUpload) -> bool:
    """Whether checking and saving are jobs."""
    return upload.row_count > (SHEETS[upload.sheet].job_rows or int(settings.SHEET_JOB_ROWS))


@transaction.atomic
def correct(
    upload: SheetUpload, *, corrections: Mapping[str, Mapping[str, str]], right: Mapping[str, str], by: User
) -> SheetUpload:
    """Note what was typed over cells and which unusual rows were confirmed (row → signature). Not checked yet."""
    found = SheetUpload.objects.select_for_update(of=("self",)).filter(pk=upload.pk, owner=by).first()
    if found is None:
        raise Unreadable(_("The uploaded file is no longer kept. Upload it again."))
    if found.saved_at is not None:
        raise Unreadable(_("This file has been saved already."))
    columns, numbers = set(found.table["columns"]), {str(number) for number, _cells in found.table["rows"]}
    for number, typed in corrections.items():
        kept = {name: text for name, text in typed.items() if name in columns}
        if number in numbers and kept:
            found.corrections.setdefault(number, {}).update(kept)
    found.ticks = {number: sign for number, sign in right.items() if number in numbers}
    found.version += 1
    found.save(update_fields=["corrections", "ticks", "version"])
    return found


def discard(upload: SheetUpload, *, by: User) -> None:
    with transaction.atomic():
        audit.record(
            "sheets.upload.discarded",
            by=by,
            obj=upload,
            detail=_named(SHEETS[upload.sheet], upload.row_count),
        )
        upload.delete()


def saved_before(upload: SheetUpload) -> SheetUpload | None:
    """The same file for the same place, saved within the term."""
    same = SheetUpload.objects.filter(
        digest=upload.digest, sheet=upload.sheet, scope=upload.scope, saved_at__isnull=False
    )
    return same.exclude(pk=upload.pk).select_related("owner").order_by("-saved_at").first()


def remove_old() -> int:
    """What has been kept for a day goes, saved or not. Returns how many uploads."""
    count, _by_model = SheetUpload.objects.filter(created_at__lt=oldest(timezone.now())).delete()
    return count
