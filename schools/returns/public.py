"""The public register of forms: what schools are asked, on what ground, at what cost."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from bureau.access.views import Open, rule
from bureau.public.site import mount
from schools.returns.selectors import form_register


@rule(Open())
@require_safe
def return_forms(request: HttpRequest) -> HttpResponse:
    """All forms in use, and what they cost a primary school in a year."""
    rows = form_register.public_forms()
    context: dict[str, Any] = {"rows": rows, "minutes": form_register.minutes_a_year(rows, "primary")}
    return render(request, "schools/returns/forms/public_list.html", context)


@rule(Open())
@require_safe
def return_form(request: HttpRequest, code: str) -> HttpResponse:
    """One form with its parts and questions, empty."""
    found = form_register.public_form(code)
    if found is None:
        raise Http404
    return render(request, "schools/returns/forms/public_form.html", {"row": found, "parts": found.parts})


urlpatterns = [
    path("", return_forms, name="return_forms"),
    path("<slug:code>/", return_form, name="return_form"),
]
mount("forms/", urlpatterns)
