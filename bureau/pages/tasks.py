"""Long exports, made in the background for whoever asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.access.services import YES, Decision
from bureau.accounts.models import User
from bureau.jobs.running import Refused, Run
from bureau.jobs.tasks import job


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
