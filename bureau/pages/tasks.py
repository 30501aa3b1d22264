"""Long exports and steps over many records, in the background for whoever asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.access.services import YES, Decision
from bureau.accounts.models import User
from bureau.jobs.running import Refused, Run
from bureau.jobs.tasks import every, job


def _allowed(owner: User, payload: dict[str, Any]) -> Decision:
    from bureau.pages.exporting import may_export
    from bureau.pages.pagesets import PAGESETS
    from bureau.sheets.models import ResultFile

    result = ResultFile.objects.filter(pk=payload["result"], owner=owner).first()
    pageset = PAGESETS.get(f"{result.workspace}:{result.kind}") if result is not None else None
    if pageset is None or not may_export(pageset, owner):
        return Decision(False, _("Your role may look at this list, but not take it away as a file."))
    return YES


@job("pages.export", label=gettext_lazy("export of a list"), check=_allowed)
def export_in_background(run: Run) -> dict[str, Any]:
    """Chunk by chunk, each with its own look at the right; what is refused half-way leaves no file."""
    from bureau.pages import exporting
    from bureau.pages.pagesets import PAGESETS
    from bureau.sheets.models import ResultFile
    from bureau.sheets.results import store

    result = ResultFile.objects.get(pk=run.payload["result"])
    pageset, params = PAGESETS[f"{result.workspace}:{result.kind}"], exporting.params_of(result)
    keys = exporting.exported_keys(pageset, run.owner, params)

    def rows() -> Iterator[Any]:
        done = 0
        for chunk in exporting.chunks(pageset, keys):
            done += len(chunk)
            with run.batch():
                run.advance(done, len(keys))
            yield chunk

    try:
        store(result, exporting.as_workbook(pageset, rows()))
        with run.batch() as owner:
            ResultFile.objects.filter(pk=result.pk).update(row_count=len(keys))
            exporting.note(pageset, owner, params, len(keys))
    except Refused:
        result.delete()
        raise
    return {"url": run.payload["url"]}


def _may_go_on(owner: User, payload: dict[str, Any]) -> Decision:
    """Whether the list is still open to the person; the right over each record is asked for with its step."""
    from bureau.pages import bulk
    from bureau.pages.models import BulkAct

    act = BulkAct.objects.filter(pk=payload["act"], owner=owner).first()
    if act is None:
        return Decision(False, _("What was selected is no longer kept. Select it in the list again."))
    sentence = bulk.why_closed(act, owner)
    return Decision(False, sentence) if sentence else YES


@job("pages.bulk", label=gettext_lazy("one step over many records"), check=_may_go_on)
def bulk_in_background(run: Run) -> dict[str, Any]:
    """Batch by batch; what became of a record commits with it, so that none is moved twice and none forgotten."""
    from bureau.pages import bulk
    from bureau.pages.models import BulkAct

    act = BulkAct.objects.get(pk=run.payload["act"])
    is_over = False
    while not is_over:
        with run.batch() as owner:
            try:
                is_over = not bulk.take_batch(act, by=owner)
            except bulk.NotPossible as refusal:
                raise Refused(refusal.sentence) from refusal
            found = bulk.counts(act)
            run.advance(found["done"] + found["left"], sum(found.values()))
    return {"url": run.payload["url"]}


@every(name="pages.tidy", minutes=60)
def tidy() -> None:
    from bureau.pages.bulk import remove_old

    remove_old()
