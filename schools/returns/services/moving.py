"""Returns that are open move to a later version of their form; without it they stay on theirs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bureau.access.services import may
from bureau.accounts.models import User
from bureau.accounts.principals import Principal, System
from bureau.audit import services as audit
from bureau.inserts import insert_rows
from bureau.workflow.refusals import Invalid, NotPermitted
from bureau.workflow.services import amend, amend_many, perform
from schools.returns.choices import WITH_SCHOOL, CellSource, CollectionStatus, ReturnStatus, VersionStatus
from schools.returns.definition import Definition, Rows
from schools.returns.designer.comparing import Compared, compared
from schools.returns.models import CellChange, Collection, FormVersion, Return

MOVER = System("school returns", frozenset({"schools.return.fill"}))
AT_ONCE = 100


@dataclass(frozen=True)
class Preview:
    """What would happen: cells, how many figures fall away (cell key → schools), returns that move or stay."""

    differences: Compared
    lost: dict[str, int]
    moving: int
    staying: int


def later_version(collection: Collection) -> FormVersion | None:
    """The version in use where the collection stands on an earlier one."""
    found = FormVersion.objects.filter(
        form_id=collection.version_of_form.form_id, status=VersionStatus.FROZEN
    ).first()
    return found if found and found.number > collection.version_of_form.number else None


def open_returns(collection: Collection, version: FormVersion) -> QuerySet[Return]:
    """With the school, and not on this version yet."""
    rows = Return.objects.filter(collection=collection, status__in=WITH_SCHOOL)
    return rows.exclude(form_version=version).order_by("pk")


def preview(collection: Collection, version: FormVersion) -> Preview:
    rows = open_returns(collection, version)
    kept = version.content.cells.keys()
    lost: Counter[str] = Counter()
    moving = 0
    for values in rows.values_list("values", flat=True).iterator(chunk_size=500):
        moving += 1
        lost.update(key for key in values if key not in kept)
    staying = collection.returns.exclude(form_version=version).count() - moving
    differences = compared(collection.version_of_form.content, version.content)
    return Preview(differences, dict(lost), moving, staying)


def move_collection(*, collection: Collection, version: FormVersion, by: Principal) -> Collection:
    """Schools asked from now on get the later version; those that are open follow by a job.

    Raises NotPermitted, Invalid.
    """
    if not may(by, "issue", collection):
        raise NotPermitted(_("Only officers of the section in charge move returns to another version."))
    if collection.status != CollectionStatus.ISSUED or version.status != VersionStatus.FROZEN:
        raise Invalid(_("Returns move while the collection is issued, to the version that is in use."))
    if version.form_id != collection.version_of_form.form_id:
        raise Invalid(_("This is a version of another form."))
    with transaction.atomic():
        moved = amend(collection, by=by, changes={"version_of_form": version}, verb="issue")
        if isinstance(by, User):
            from bureau.jobs.services import start_job

            title = _("To version %(number)d: %(title)s") % {"number": version.number, "title": collection}
            start_job("returns.move", by=by, title=title, payload={"collection": collection.pk})
    return moved


@transaction.atomic
def move_some(collection: Collection, *, by: Principal, limit: int = AT_ONCE) -> int:
    """The next returns that are open and not on the version of their collection. Returns how many."""
    version = collection.version_of_form
    rows = list(open_returns(collection, version).select_for_update(of=("self",))[:limit])
    for place, row in enumerate(rows):
        if row.status in (ReturnStatus.CHECKED, ReturnStatus.SIGNED):
            rows[place] = perform(row, "correct", by=MOVER)
    changed = [(row, _moved(row, version)) for row in rows]
    _write_changes(changed)
    amend_many([(row, FIELDS) for row, _lost in changed], by=by)
    if rows:
        audit.record("schools.return.moved", by=by, obj=collection, detail={"count": len(rows)})
    return len(rows)


FIELDS = ("form_version", "values", "rows", "reasons", "accepted_cells", "entry", "errors", "unusual")


def _moved(row: Return, version: FormVersion) -> dict[str, str]:
    """Put the return on the version; what has no cell any more falls away and is returned."""
    content: Definition = version.content
    cells = content.cells
    blocks = {block.key for part in content.parts for block in part.blocks if isinstance(block, Rows)}
    lost = {key: value for key, value in row.values.items() if key not in cells}
    row.form_version = version
    row.values = {key: value for key, value in row.values.items() if key in cells}
    row.rows = {key: value for key, value in row.rows.items() if key in blocks}
    checks = {check.key for check in content.checks}
    row.reasons = {key: why for key, why in row.reasons.items() if key in cells or key in checks}
    row.accepted_cells = [key for key in row.accepted_cells if key in cells]
    row.entry += 1
    row.errors = row.unusual = None
    return lost


def _write_changes(changed: list[tuple[Return, dict[str, str]]]) -> None:
    lines: list[tuple[Any, ...]] = [
        (row.pk, cell, value, row.entry, row.round) for row, lost in changed for cell, value in lost.items()
    ]
    if lines:
        names = ("owner_return_id", "cell", "old", "entry", "round")
        insert_rows(CellChange, names, lines, {"source": CellSource.MOVED.value})
