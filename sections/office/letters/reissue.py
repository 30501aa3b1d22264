"""A lost code is replaced at the counter: the office hands over a new receipt."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bureau.access.views import Records, rule
from bureau.identifiers import codes
from bureau.pages.pagesets import PageSet
from bureau.pages.views.base import PageView
from sections.office.letters import services
from sections.office.letters.models import Letter
from sections.office.letters.receipts import qr_of


class ReissueView(PageView):
    """Asks before the old code dies; shows the new one once."""

    template = "office/letters/reissue.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        letter: Letter = self.record(pk, "reissue")
        return self.page(
            letter.number, record=letter, detail_url=self.url("detail", pk), trail=self.trail(letter)
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        letter: Letter = self.record(pk, "reissue")
        receipt = services.reissue_code(letter=letter, by=self.principal)
        return self.page(
            letter.number,
            record=receipt.letter,
            code=codes.grouped(receipt.code),
            qr=qr_of(receipt.letter),
            detail_url=self.url("detail", pk),
            trail=self.trail(letter),
        )


def url(pageset: PageSet) -> URLPattern:
    view = never_cache(
        require_http_methods(["GET", "POST"])(ReissueView.as_view(pageset=pageset, workspace="desk"))
    )
    return path("<int:pk>/code/", rule(Records("desk", "reissue", Letter))(view), name="letter_reissue")
