"""Taking in the workbook of a return: kept sealed until it is saved, all or nothing, through the one way of entry."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.audit import services as audit
from bureau.identifiers.digests import renew
from bureau.identifiers.encryption import keyed_digest
from bureau.sheets.models import SheetUpload
from bureau.sheets.reading import Unreadable, read_every
from bureau.sheets.returning import value_of
from bureau.sheets.streaming import Value
from bureau.sheets.uploading import refuse_hoard
from bureau.workflow.refusals import Refusal
from schools.returns.choices import CellSource
from schools.returns.models import Return
from schools.returns.selectors.answering import asked
from schools.returns.selectors.locks import why_locked
from schools.returns.services.entry import Saved, save_cells
from schools.returns.workbook.dry_run import Look, look_at
from schools.returns.workbook.finding import Found, Place, found_in
from schools.returns.workbook.making import Content, Note, content_of, workbook
from schools.returns.workbook.refusing import own_mark

# The kind of these uploads among the others that rest in `SheetUpload`; their scope is the return.
KIND = "schools.return"
LONGEST_TYPED = 2000


class NotSaved(Exception):
    """Nothing was written; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def uploads_of(record: Return, by: User) -> QuerySet[SheetUpload]:
    """The person's own for this return."""
    return permitted(by, "view", SheetUpload).filter(sheet=KIND, scope=str(record.pk))


def take(*, record: Return, name: str, content: bytes, by: User) -> SheetUpload:
    """Keep an uploaded workbook, unchecked yet. Raises Unreadable with a sentence, PermissionDenied."""
    refuse_others(record, by)
    if reason := why_locked(record):
        raise Unreadable(reason)
    refuse_hoard(by)
    sheets = read_every(content)
    mark = own_mark(record, sheets)
    found = found_in(asked(record), sheets)
    digest = keyed_digest("sheets.upload", base64.b64encode(content).decode())
    with transaction.atomic():
        renew(SheetUpload.objects.all(), "digest", digest)
        upload = SheetUpload.objects.create(
            owner=by,
            sheet=KIND,
            scope=str(record.pk),
            file_name=name[-160:],
            digest=digest,
            row_count=len(found.cells) + sum(map(len, found.rows.values())),
            table={"entry": mark.entry, **_stored(found)},
        )
        audit.record("sheets.upload.taken", by=by, obj=upload, detail=_named(upload))
    return upload


def refuse_others(record: Return, by: User) -> None:
    if not permitted(by, "fill", Return).filter(pk=record.pk).exists():
        raise PermissionDenied(_("You may see this record; what you tried is for others to do."))


def _named(upload: SheetUpload) -> dict[str, object]:
    return {"sheet": KIND, "rows": upload.row_count}


def _stored(found: Found) -> dict[str, Any]:
    return {
        "cells": {key: _placed(place) for key, place in found.cells.items()},
        "rows": {
            key: [{column: _placed(place) for column, place in row.items()} for row in rows]
            for key, rows in found.rows.items()
        },
        "notes": found.notes,
    }


def _placed(place: Place) -> list[Any]:
    return list(asdict(place).values())


def check(upload: SheetUpload, *, record: Return, by: User) -> SheetUpload:
    """Look at the kept cells and corrections, and keep what was found."""
    return _keep(upload, _look(upload, record, by).report)


def _look(upload: SheetUpload, record: Return, by: User) -> Look:
    return look_at(record, upload.table, upload.corrections, by)


def _keep(upload: SheetUpload, report: dict[str, Any]) -> SheetUpload:
    upload.report = report
    SheetUpload.objects.filter(pk=upload.pk).update(report=report, version=F("version") + 1)
    return upload


@transaction.atomic
def correct(
    upload: SheetUpload, *, cells: Mapping[str, str], reasons: Mapping[str, str], by: User
) -> SheetUpload:
    """Note what was typed over cells, and reasons for unusual figures. Not checked yet."""
    found = _own(upload, by)
    known = {one["cell"] for one in (found.report or {}).get("faults", ()) if one["cell"]}
    unusual = {one["key"] for one in (found.report or {}).get("unusual", ())}
    for name, given, allowed in (("cells", cells, known), ("reasons", reasons, unusual)):
        kept = {key: text[:LONGEST_TYPED] for key, text in given.items() if key in allowed}
        found.corrections.setdefault(name, {}).update(kept)
    found.version += 1
    found.save(update_fields=["corrections", "version"])
    return found


def _own(upload: SheetUpload, by: User) -> SheetUpload:
    """Under lock. Raises NotSaved for one that is gone or was saved."""
    found = SheetUpload.objects.select_for_update(of=("self",)).filter(pk=upload.pk, owner=by).first()
    if found is None:
        raise NotSaved(_("The uploaded file is no longer kept. Upload it again."))
    if found.saved_at is not None:
        raise NotSaved(_("This file has been saved already. Nothing was written a second time."))
    return found


def confirm(upload: SheetUpload, *, record: Return, by: User) -> Saved:
    """Write every change and reason, or nothing. Raises NotSaved, PermissionDenied."""
    try:
        with transaction.atomic():
            return _confirm(upload, record, by)
    except Refusal as refusal:
        refused = NotSaved(refusal.sentence)
    except NotSaved as error:
        refused = error
    audit.record("sheets.upload.save", by=by, obj=upload, detail=_named(upload), refused=True)
    fresh = SheetUpload.objects.filter(pk=upload.pk, owner=by, saved_at__isnull=True).first()
    if fresh is not None:
        check(fresh, record=_again(record), by=by)
    raise refused


def _again(record: Return) -> Return:
    """Read anew, without what the instance remembers."""
    known = Return.objects.select_related("collection", "school", "form_version__form")
    return known.get(pk=record.pk)


def _confirm(upload: SheetUpload, record: Return, by: User) -> Saved:
    found, current = _own(upload, by), _again(record)
    refuse_others(current, by)
    look = _look(found, current, by)
    _refuse_unready(found, look)
    saved = save_cells(
        record=current,
        by=by,
        typed=look.typed,
        page_entry=current.entry,
        source=CellSource.WORKBOOK,
        reasons=_reasons(look),
        rows=look.rows,
        whole=False,
    )
    if saved.conflicts or saved.faults:
        raise NotSaved(_moved())
    found.report, found.saved_at = look.report, timezone.now()
    found.version += 1
    found.save(update_fields=["report", "saved_at", "version"])
    detail = {**_named(found), "changed": len(saved.changed)}
    audit.record("sheets.upload.saved", by=by, obj=found, detail=detail)
    return saved


def _refuse_unready(upload: SheetUpload, look: Look) -> None:
    if look.report["print"] != (upload.report or {}).get("print"):
        raise NotSaved(_moved())
    if look.report["counts"]["blocking"]:
        raise NotSaved(_("Some cells cannot be read. Nothing was saved."))
    if not look.typed and not look.rows and not _reasons(look):
        raise NotSaved(_("There is nothing to save: the return holds all of it already."))


def _moved() -> str:
    return _("The return was changed since this file was checked. Nothing was saved; look again.")


def _reasons(look: Look) -> dict[str, str]:
    return {one["key"]: one["reason"] for one in look.report["unusual"] if one["reason"]}


def discard(upload: SheetUpload, *, by: User) -> None:
    with transaction.atomic():
        audit.record("sheets.upload.discarded", by=by, obj=upload, detail=_named(upload))
        upload.delete()


def returned(upload: SheetUpload, *, record: Return, by: User) -> bytes:
    """The uploaded cells in the layout of the form, corrections in place, with what is wrong beside them."""
    look = _look(upload, record, by)
    return workbook(record, _content(upload, record, look))


def _content(upload: SheetUpload, record: Return, look: Look) -> Content:
    over = upload.corrections.get("cells", {})
    cells: dict[str, Value] = dict(content_of(record).cells)
    cells |= {key: value_of(over.get(key, stored[2])) for key, stored in upload.table["cells"].items()}
    rows = {
        key: [
            {
                column: value_of(over.get(f"{key}.{number}.{column}", stored[2]))
                for column, stored in line.items()
            }
            for number, line in enumerate(lines, start=1)
        ]
        for key, lines in upload.table["rows"].items()
    }
    return Content(cells, {**content_of(record).rows, **rows}, _notes(look), is_returned=True)


def _notes(look: Look) -> dict[str, list[Note]]:
    found: dict[str, list[Note]] = {}
    for one in look.report["faults"]:
        found.setdefault(one["cell"] or one.get("mark", ""), []).append(Note("error", one["sentence"]))
    for one in look.report["unusual"]:
        found.setdefault(one["cell"], []).append(Note("unusual", one["sentence"]))
    return found
