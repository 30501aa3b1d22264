"""The directory of schools on the public site."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bureau.access.counting import window
from bureau.access.views import Open, rule
from bureau.public.blocks import block
from bureau.public.publishing import PublicKind, in_language, register
from bureau.public.site import Channel, Task, mount
from schools.choices import Stage
from schools.models import District, School
from schools.selectors import directory

FILTERS = ("district", "stage", "run_by")
RUN_BY = (("public", _("public")), ("private", _("private")))


@rule(Open())
@require_safe
def school_list(request: HttpRequest) -> HttpResponse:
    """Search and filter; a plain GET form, 25 schools on a page."""
    text = request.GET.get("q", "")[:100].replace("\x00", "")
    chosen = {name: request.GET.get(name, "").replace("\x00", "") for name in FILTERS}
    page = Paginator(directory.directory(text, chosen=chosen), directory.PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "q": text,
        "page": page,
        "schools": [directory.public_school(school) for school in page.object_list],
        "selects": _selects(chosen),
        "is_filtered": bool(text or any(chosen.values())),
        "pages": _pages(page, {"q": text, **chosen}),
        "as_of": directory.latest_change(),
    }
    return render(request, "public/schools/list.html", context)


@rule(Open())
@require_safe
def school_page(request: HttpRequest, code: str) -> HttpResponse:
    found = directory.public_page(code)
    if found is None:
        survivor = directory.stays_for(code)
        if survivor is None:
            raise Http404
        return redirect("public:school_page", code=survivor)
    return render(request, "public/schools/detail.html", {"page": found, "school": found.school})


def _selects(chosen: dict[str, str]) -> list[dict[str, Any]]:
    """The three filters: name, label, choices with the one that is set."""
    offered: dict[str, tuple[Any, Any, list[tuple[str, Any]]]] = {
        "district": (
            _("District"),
            _("All districts"),
            [(row.code, row.label) for row in District.objects.all()],
        ),
        "stage": (_("Stage"), _("All stages"), list(Stage.choices)),
        "run_by": (_("Public or private"), _("Both"), list(RUN_BY)),
    }
    return [
        {
            "name": name,
            "label": label,
            "every": every,
            "options": [(value, words, value == chosen[name]) for value, words in options],
        }
        for name, (label, every, options) in offered.items()
    ]


def _pages(page: Any, params: dict[str, str]) -> list[dict[str, Any]]:
    """Links to pages with the search kept; 0 stands for a gap."""
    kept: dict[str, str | int] = {name: value for name, value in params.items() if value}
    return [
        {
            "number": number,
            "url": f"?{urlencode({**kept, 'page': number})}" if number else "",
            "is_current": number == page.number,
        }
        for number in window(page.number, page.paginator.num_pages)
    ]


urlpatterns = [
    path("", school_list, name="school_list"),
    path("<str:code>/", school_page, name="school_page"),
]
mount(
    "schools/",
    urlpatterns,
    channel=Channel(_("Schools"), 20, "school_list"),
    tasks=(
        Task(
            _("Find a school"),
            _("Address, phone, stage, who runs it"),
            "school",
            "school_list",
            order=10,
        ),
    ),
)


def _title(school: School, language: str) -> str:
    return school.name_zh if language == "zh-hans" else school.name


register(
    PublicKind(
        School,
        label=_("Schools"),
        address=lambda school, language: in_language("school_page", language, school.code),
        title=_title,
        summary=lambda school, language: school.district.label,
        rank=20,
        find=directory.directory,
    )
)
block("figures", directory.figures_of_all)
