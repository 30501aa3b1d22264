"""Long jobs: how far they are, what became of them; the system administrator also sees the outbox."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bureau.access.services import may_on_the_ground, permitted
from bureau.access.views import Records, rule
from bureau.desk.older import newest_first
from bureau.desk.reader import reader
from bureau.jobs.kinds import JOB_KINDS
from bureau.jobs.models import Job
from bureau.jobs.services import retry_job
from bureau.outbox.models import Effect

TAGS = {"waiting": "plain", "running": "half", "done": "done", "failed": "bad"}


def _shown(job: Job) -> dict[str, object]:
    kind = JOB_KINDS.get(job.kind)
    return {"job": job, "kind": kind.label if kind else job.kind, "tag": TAGS[job.status]}


def _list(request: HttpRequest, workspace: str) -> HttpResponse:
    me = reader(request)
    reads_all = bool(may_on_the_ground(me, "jobs.read"))
    found = newest_first(request, permitted(me, "view", Job).select_related("owner"))
    context = {
        "slice": found,
        "lines": [_shown(job) for job in found.rows],
        "reads_all": reads_all,
        "workspace": workspace,
        "detail_name": f"{workspace}:job",
        "counts": _effects() if reads_all else None,
        "dead": Effect.objects.filter(status=Effect.Status.DEAD).order_by("-pk")[:20] if reads_all else None,
    }
    return render(request, "desk/jobs.html", context)


def _effects() -> list[tuple[str, int]]:
    """What the outbox holds, by status."""
    rows = dict(Effect.objects.order_by().values_list("status").annotate(Count("pk")))
    return [(str(label), rows.get(status, 0)) for status, label in Effect.Status.choices]


def _detail(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    job = get_object_or_404(permitted(reader(request), "view", Job).select_related("owner"), pk=pk)
    context = {
        **_shown(job),
        "is_mine": job.owner_id == reader(request).pk,
        "list_url": reverse(f"{workspace}:jobs"),
        "retry_url": reverse(f"{workspace}:job_retry", args=[pk]),
        "workspace": workspace,
    }
    return render(request, "desk/job.html", context)


def _retry(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    job = get_object_or_404(permitted(reader(request), "view", Job), pk=pk)
    try:
        retry_job(job, by=reader(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The job will run again."))
    return HttpResponseRedirect(reverse(f"{workspace}:job", args=[pk]))


def _for(workspace: str) -> list[URLPattern]:
    view_rule = rule(Records(workspace, "view", Job))

    @view_rule
    @require_GET
    def jobs(request: HttpRequest) -> HttpResponse:
        return _list(request, workspace)

    @view_rule
    @require_GET
    def job(request: HttpRequest, pk: int) -> HttpResponse:
        return _detail(request, workspace, pk)

    @view_rule
    @require_POST
    def job_retry(request: HttpRequest, pk: int) -> HttpResponse:
        return _retry(request, workspace, pk)

    return [
        path("jobs/", jobs, name="jobs"),
        path("jobs/<int:pk>/", job, name="job"),
        path("jobs/<int:pk>/retry/", job_retry, name="job_retry"),
    ]


urlpatterns = _for("desk")
school_urlpatterns = _for("school")
