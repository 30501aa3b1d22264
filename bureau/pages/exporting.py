"""What leaves with an export: the rows, columns, masks and order of the list, as CSV or as a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
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
from bureau.pages import leaving, tables
from bureau.pages.listing import BadQuery, Listing
from bureau.pages.pagesets import PageSet
from bureau.pages.tables import label_of
from bureau.sheets.models import ResultFile
from bureau.sheets.streaming import Value, workbook

CHUNK = 2_000
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


def chunks(pageset: PageSet, keys: Sequence[Any]) -> Iterator[list[list[str]]]:
    """Rows of texts in the order of the keys, some thousand at a time, in the language of the caller."""
    language = translation.get_language()
    rows = leaving.reader(pageset)
    for start in range(0, len(keys), CHUNK):
        with translation.override(language):
            found = rows(keys[start : start + CHUNK])
        yield found


def numeric(pageset: PageSet) -> list[bool]:
    """Of each column whether it holds numbers."""
    kinds = (kind for _label, kind in tables.heads(pageset.model, pageset.columns))
    return [kind in tables.NUMERIC for kind in kinds]


def as_workbook(pageset: PageSet, rows: Iterable[list[list[str]]]) -> Iterator[bytes]:
    """The rows as a sheet. Numbers are numbers, everything else is text: a leading "=" is a sign like any other."""
    places = [place for place, is_number in enumerate(numeric(pageset)) if is_number]

    def lines() -> Iterator[Sequence[Value]]:
        for line in chain.from_iterable(rows):
            typed: list[Value] = [*line]
            for place in places:
                typed[place] = _number(line[place])
            yield typed

    return workbook(pageset.heading, heads(pageset), lines())


def _number(text: str) -> Value:
    if NUMBER.fullmatch(text):
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
