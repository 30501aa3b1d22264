"""“My school beside similar schools”: for the people of the school alone."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bureau.access.services import permitted
from bureau.access.views import Records, rule
from bureau.pages.menu import MenuEntry, register
from bureau.pages.pagesets import PageSet
from bureau.pages.views.base import PageView
from schools.models import School
from schools.returns.choices import TermKey
from schools.returns.services.terms import terms
from schools.selectors.beside import comparison


class BesideView(PageView):
    template = "schools/beside.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        mine = list(permitted(self.principal, "view", School).select_related("school_type", "area_class"))
        asked = request.GET.get("school", "")
        school = next(
            (one for one in mine if str(one.pk) == asked), None if asked else next(iter(mine), None)
        )
        if school is None:
            raise Http404
        least = terms().get(TermKey.LEAST_SIMILAR)
        return self.page(
            _("Beside similar schools"),
            school=school,
            mine=mine if len(mine) > 1 else [],
            # Without a row in the table nobody said how few are too few: nothing is compared.
            found=comparison(school, least=least) if least else None,
        )


def urls(pageset: PageSet) -> list[URLPattern]:
    view = require_safe(BesideView.as_view(pageset=pageset, workspace="school"))
    return [path("beside/", rule(Records("school", "view", School))(view), name="school_beside")]


register(
    MenuEntry(
        "school", "mine", gettext_lazy("Beside similar schools"), "chart", "school:schools:school_beside", 25
    )
)
