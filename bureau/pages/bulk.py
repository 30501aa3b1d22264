"""One step over several records: at once, or by a job that asks again for the rights over each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.jobs.models import Job
from bureau.jobs.services import start_job
from bureau.pages.acts import act_form, data_of
from bureau.pages.models import BulkAct, BulkRecord
from bureau.pages.pagesets import PAGESETS, PageSet
from bureau.sheets.models import oldest
from bureau.workflow import engine
from bureau.workflow.declare import WORKFLOWS, Transition
from bureau.workflow.many import Many
from bureau.workflow.refusals import Conflict, Refusal
from bureau.workflow.services import perform

JOB = "pages.bulk"
# So many records are moved in one transaction: rights are read once for it, and its rows are held until it ends.
BATCH = 20
# What a confirmation posts beside the fields of the step's form.
CONTROLS = frozenset({"csrfmiddlewaretoken", "act", "list", "all", "pk", "confirmed", "count", "key"})


class NotPossible(Exception):
    """The whole of it cannot go on; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def step_of(pageset: PageSet, name: str) -> Transition | None:
    """The step, if this kind of record takes it with several at once."""
    workflow = WORKFLOWS.get(pageset.label)
    return workflow.transition(name) if workflow is not None and name in pageset.bulk else None


def take(
    pageset: PageSet,
    step: Transition,
    records: Sequence[Any],
    *,
    by: Principal,
    data: Mapping[str, Any],
    reason: str,
) -> Many[Any]:
    """Take the step with each record that allows it; the others come back with the sentence why not."""
    own = pageset.take_many(step, records, by=by) if records else None
    if own is not None:
        return own
    done, skipped = [], []
    for record in records:
        try:
            perform(record, step.name, by=by, data=data, reason=reason)
        except Refusal as refusal:
            skipped.append((record, refusal.sentence))
        else:
            done.append(record)
    return Many(done, skipped)


# --- as a job ---------------------------------------------------------------------------------


@transaction.atomic
def start(
    pageset: PageSet,
    workspace: str,
    step: Transition,
    *,
    by: User,
    seen: Mapping[int, int],
    query: str,
    posted: QueryDict,
) -> Job:
    """Take the step with many records in the background.

    `seen`: key → version as it was confirmed; a record that has moved on since is left out. `query`: the state of
    the list. `posted`: the confirmed form, read again before each batch. Raises PermissionDenied.
    """
    typed = QueryDict(mutable=True)
    for name, values in posted.lists():
        if name not in CONTROLS:
            typed.setlist(name, values)
    act = BulkAct.objects.create(
        owner=by,
        kind=pageset.label,
        workspace=workspace,
        step=step.name,
        asked={"list": query, "form": typed.urlencode()},
    )
    rows = (BulkRecord(act=act, object_id=key, seen=version) for key, version in seen.items())
    BulkRecord.objects.bulk_create(rows, batch_size=1000)
    title = _("%(step)s: %(list)s") % {"step": step.label, "list": pageset.heading}
    url = reverse(pageset.url_name(workspace, "bulk_result"), args=[act.pk])
    act.job = start_job(JOB, by=by, title=title, payload={"act": act.pk, "url": url})
    act.save(update_fields=["job"])
    return act.job


def counts(act: BulkAct) -> dict[str, int]:
    """Outcome → number of records."""
    rows = act.records.order_by().values_list("outcome").annotate(Count("pk"))
    return {**dict.fromkeys(BulkRecord.Outcome.values, 0), **dict(rows)}


def take_batch(act: BulkAct, *, by: User) -> bool:
    """The next records that wait, and what became of each, in the caller's transaction; False when none waits.

    Rights, conflicts of interest, status, version and what the form offers count as of now. Raises NotPossible.
    """
    pageset, step = _declared(act)
    form = act_form(step, by, None, data=QueryDict(act.asked["form"]))
    if not form.is_valid():
        raise NotPossible(
            _("What you chose for all of them is no longer offered. Start again from the list.")
        )
    rows = {row.object_id: row for row in _waiting(act)}
    said, ready = _looked_at(pageset, rows, by)
    data, reason = data_of(step, form)
    for record, sentence in take(pageset, step, ready, by=by, data=data, reason=reason).skipped:
        said[record.pk] = sentence
    for key, row in rows.items():
        row.sentence = said.get(key, "")
        row.outcome = BulkRecord.Outcome.LEFT if row.sentence else BulkRecord.Outcome.DONE
    BulkRecord.objects.bulk_update(rows.values(), ["outcome", "sentence"])
    return bool(rows)


def _declared(act: BulkAct) -> tuple[PageSet, Transition]:
    """Raises NotPossible for what is no longer installed, or no longer taken with many at once."""
    pageset = PAGESETS.get(f"{act.workspace}:{act.kind}")
    step = step_of(pageset, act.step) if pageset is not None else None
    if pageset is None or step is None:
        raise NotPossible(_("This step is no longer taken with many records at once."))
    return pageset, step


def why_closed(act: BulkAct, by: User) -> str:
    """Why the job may not go on at all; "" where it may. The right over each record is asked for with its step."""
    try:
        pageset, _step = _declared(act)
    except NotPossible as refusal:
        return refusal.sentence
    return "" if pageset.queryset(by, "view").exists() else _("This list is no longer open to you.")


def _looked_at(
    pageset: PageSet, rows: Mapping[int, BulkRecord], by: User
) -> tuple[dict[int, str], list[Any]]:
    """Key → why it is left out already; and the others, locked."""
    visible = pageset.queryset(by, "view").filter(pk__in=rows).values_list("pk", flat=True)
    locked = pageset.model._base_manager.select_for_update(of=("self",)).order_by("pk")
    said, ready = dict.fromkeys(rows, _("This record is not open to you.")), []
    for record in locked.filter(pk__in=set(visible)):
        said[record.pk] = _moved(record, rows[record.pk].seen)
        if not said[record.pk]:
            ready.append(record)
    return said, ready


def _waiting(act: BulkAct) -> list[BulkRecord]:
    waiting = act.records.filter(outcome=BulkRecord.Outcome.WAITING).order_by("object_id")
    return list(waiting[:BATCH])


def _moved(record: Any, seen: int) -> str:
    """Who changed the record after it was chosen; "" where nobody did."""
    try:
        engine.check_version(WORKFLOWS[record._meta.label_lower], record, seen)
    except Conflict as conflict:
        return conflict.sentence
    return ""


def remove_old() -> int:
    """What ended a day ago. One that still waits or runs stays, however long it takes."""
    over = BulkAct.objects.filter(job__finished_at__lt=oldest(timezone.now()))
    count, _by_model = over.filter(job__status__in=(Job.Status.DONE, Job.Status.FAILED)).delete()
    return count
