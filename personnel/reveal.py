"""Showing a masked number once: right, reason, fresh answer, audit."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bureau.access.views import Records, rule
from bureau.accounts.step_up import require_step_up
from bureau.audit.services import record_reveal
from bureau.pages.pagesets import PageSet, Workspace
from bureau.pages.views.base import PageView
from personnel.forms import RevealForm
from personnel.models import Teacher


class RevealView(PageView):
    """GET asks what and why; POST shows the number on that one page and nowhere else."""

    template = "personnel/reveal.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.answer(self.record(pk, "reveal"), RevealForm(principal=self.principal))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        teacher = self.record(pk, "reveal")
        form = RevealForm(request.POST, principal=self.principal)
        if not form.is_valid():
            return self.answer(teacher, form, status=422)
        return require_step_up(self.shown)(request, teacher, form)

    def shown(self, request: HttpRequest, teacher: Teacher, form: RevealForm) -> HttpResponse:
        """Runs only after a fresh answer. The audit keeps the field and the reason, never the value."""
        field = form.cleaned_data["field"]
        record_reveal(by=self.principal, obj=teacher, fields=[field], reason=form.cleaned_data["reason"])
        label = dict(form.fields["field"].choices)[field]  # type: ignore[attr-defined]
        return self.answer(teacher, form, revealed=getattr(teacher, field), revealed_label=label)

    def answer(self, teacher: Teacher, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        return self.page(
            _("Show a number of %(name)s") % {"name": teacher.name},
            status=status,
            record=teacher,
            form=form,
            trail=self.trail(teacher),
            cancel_url=self.url("detail", teacher.pk),
            **context,
        )


def url(pageset: PageSet, workspace: Workspace) -> URLPattern:
    view = never_cache(
        require_http_methods(["GET", "POST"])(RevealView.as_view(pageset=pageset, workspace=workspace))
    )
    return path("<int:pk>/reveal/", rule(Records(workspace, "reveal", Teacher))(view), name="teacher_reveal")
