"""What leaves with an export: the rows, columns, masks and order of the list, as CSV or as a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.jobs.models import Job
from bureau.jobs.services import start_job
from bureau.pages import tables
from bureau.pages.listing import BadQuery, Listing
from bureau.pages.pagesets import PageSet
from bureau.pages.tables import Cell, cell, label_of
from bureau.sheets.models import ResultFile
from bureau.sheets.streaming import Value, workbook

CHUNK = 500
JOB = "pages.export"
# More digits than a spreadsheet keeps stay text.
NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,10})?")


class Busy(Exception):
    """An export of the same person is being made."""


def may_export(pageset: PageSet, by: Principal) -> bool:
    return pageset.exports and pageset.queryset(by, "export").exists()


def exported_keys(pageset: PageSet, by: Principal, params: QueryDict) -> list[Any]:
    """Keys of the rows that the list shows under this address and that may leave. Raises BadQuery."""
    listing = Listing(pageset, by, params)
    if not listing.is_valid:
        raise BadQuery(_("One of the filters cannot be understood."))
    allowed = pageset.queryset(by, "export")
    return list(listing.ordered.filter(pk__in=allowed.values("pk")).values_list("pk", flat=True))


def params_of(result: ResultFile) -> QueryDict:
    """The address of the list that was asked for."""
    return QueryDict(result.query)


def note(pageset: PageSet, by: Principal, params: QueryDict, count: int) -> None:
    """Who took how many rows, under which filters; not their values, which may be personal."""
    names = sorted(name for name in params if params.get(name))
    audit.record(f"{pageset.label}.exported", by=by, detail={"count": count, "filters": names})


def file_name(pageset: PageSet, ending: str) -> str:
    return f"{pageset.slug}-{timezone.localdate().isoformat()}.{ending}"


def heads(pageset: PageSet) -> list[str]:
    return [label_of(pageset.model, column) for column in pageset.columns]


def chunks(pageset: PageSet, keys: Sequence[Any]) -> Iterator[list[list[Cell]]]:
    """Rows of cells in the order of the keys, some hundred at a time, in the language of the caller."""
    language = translation.get_language()
    for start in range(0, len(keys), CHUNK):
        with translation.override(language):
            found = _rows(pageset, keys[start : start + CHUNK])
        yield found


def _rows(pageset: PageSet, keys: Sequence[Any]) -> list[list[Cell]]:
    found = pageset.model._default_manager.filter(pk__in=keys).select_related(*pageset.select_related)
    found = found.defer(*pageset.unread).prefetch_related(*pageset.prefetch_related)
    records = {record.pk: record for record in found}
    columns = list(zip(pageset.columns, tables.heads(pageset.model, pageset.columns), strict=True))
    return [
        [cell(records[key], column, head=head) for column, head in columns] for key in keys if key in records
    ]


def as_workbook(pageset: PageSet, rows: Iterable[list[list[Cell]]]) -> Iterator[bytes]:
    lines = ([typed(one) for one in line] for chunk in rows for line in chunk)
    return workbook(pageset.heading, heads(pageset), lines)


def typed(one: Cell) -> Value:
    """Numbers as numbers, everything else as text: a leading "=" is a sign like any other there."""
    text = one.exported
    if one.is_number and NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text


def start(pageset: PageSet, workspace: str, *, by: User, params: QueryDict, url: str) -> Job:
    """Make the workbook in the background. One at a time for each person: raises Busy, PermissionDenied."""
    if not may_export(pageset, by):
        raise PermissionDenied(_("Your role may look at this list, but not take it away as a file."))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        running = (Job.Status.WAITING, Job.Status.RUNNING)
        if Job.objects.filter(owner=by, kind=JOB, status__in=running).exists():
            raise Busy
        result = ResultFile.objects.create(
            owner=by,
            kind=pageset.label,
            workspace=workspace,
            query=params.urlencode(),
            file_name=file_name(pageset, "xlsx"),
        )
        title = _("Export: %(list)s") % {"list": pageset.heading}
        return start_job(JOB, by=by, title=title, payload={"result": result.pk, "url": f"{url}{result.pk}/"})
