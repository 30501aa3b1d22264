"""The page of letters that are late or nearly."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from bureau.access.counting import MOST_COUNTED
from bureau.access.views import Records, rule
from bureau.pages import links
from bureau.pages.details import due_words
from bureau.pages.pagesets import PageSet
from bureau.pages.views.base import PageView
from sections.office.letters import overdue
from sections.office.letters.models import Letter

SIZE = 50
LISTS = {"late": overdue.late_clocks, "soon": overdue.soon_clocks}


class OverdueView(PageView):
    """Two tabs: what has passed, what is near; the earliest day first."""

    template = "office/letters/overdue.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        which = request.GET.get("list", "late")
        if which not in LISTS:
            raise BadRequest(_("This list has no such page."))
        found = dict(zip(LISTS, overdue.counts(self.principal), strict=True))
        number = self._number(request.GET.get("page", "1"), found[which])
        start = (number - 1) * SIZE
        rows = overdue.page_of(self.principal, LISTS[which](), start=start, size=SIZE)
        here = reverse("desk:office:letter_overdue")
        return self.page(
            _("Deadlines of letters"),
            which=which,
            tabs=self._tabs(here, which, found),
            rows=[self._row(one) for one in rows],
            until=overdue.last_day_of_soon(),
            previous=f"{here}?list={which}&page={number - 1}" if number > 1 else "",
            next=f"{here}?list={which}&page={number + 1}" if start + SIZE < found[which] else "",
            trail=self.trail(),
        )

    def _number(self, text: str, found: int) -> int:
        if not (text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) > 0):
            raise BadRequest(_("This page number is not a number."))
        return min(int(text), max(1, -(-found // SIZE)))

    def _tabs(self, here: str, which: str, found: dict[str, int]) -> list[dict[str, Any]]:
        labels = {"late": _("Overdue"), "soon": _("Due soon")}
        return [
            {
                "label": labels[name],
                "url": f"{here}?list={name}",
                "count": f"{MOST_COUNTED}+" if number > MOST_COUNTED else number,
                "is_current": name == which,
            }
            for name, number in found.items()
        ]

    def _row(self, one: overdue.LateRecord) -> dict[str, Any]:
        words, is_late = due_words(one.clock.due_on)
        return {
            "number": one.record.number,
            "letter": one.letter,
            "unit": one.unit,
            "clock": one.clock,
            "words": words,
            "is_late": is_late,
            "url": links.address(one.record),
        }


def url(pageset: PageSet) -> URLPattern:
    view = require_safe(OverdueView.as_view(pageset=pageset, workspace="desk"))
    return path("deadlines/", rule(Records("desk", "view", Letter))(view), name="letter_overdue")


def link(principal: Any) -> tuple[str, str]:
    """What leads there from the list of letters, with the number that is late."""
    late, _soon = overdue.counts(principal)
    words = ngettext("Deadlines: %(count)s overdue", "Deadlines: %(count)s overdue", late)
    shown = f"{MOST_COUNTED}+" if late > MOST_COUNTED else late
    return words % {"count": shown}, reverse("desk:office:letter_overdue")
