"""Showing once who sent an opinion: right, reason, fresh answer, audit."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bureau.access.views import Records, rule
from bureau.pages.pagesets import PageSet, Workspace
from sections.office.consultations.forms import RevealForm
from sections.office.consultations.models import Opinion
from sections.office.person_reports.reveal import RevealView


class SenderView(RevealView):
    template = "office/consultations/reveal.html"
    fields = ("name", "phone")
    form_class = RevealForm
    heading = _("Who sent opinion %(number)s")

    def reason(self, form: Any) -> str:
        return str(form.cleaned_data["reason"])


def url(pageset: PageSet, workspace: Workspace) -> URLPattern:
    view = never_cache(
        require_http_methods(["GET", "POST"])(SenderView.as_view(pageset=pageset, workspace=workspace))
    )
    return path("<int:pk>/sender/", rule(Records(workspace, "reveal", Opinion))(view), name="opinion_reveal")
