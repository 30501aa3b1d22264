"""A return on paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from schools.returns import grid
from schools.returns.checking import findings
from schools.returns.entry_views import OfReturn
from schools.returns.selectors import answering


class PaperView(OfReturn):
    """The whole return on paper, in the layout of the form, with who signed it when."""

    template = "schools/returns/entry/print.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.found(pk)
        known = findings(record)
        about = grid.beside(
            record, is_open=False, findings=[one for one in known if one.reason], page=grid.ALL
        )
        about.remarks, about.differences, about.changed = {}, {}, {}
        definition = answering.asked(record)
        sheets = [
            (f"{definition.letter(part)} {part.words}", grid.blocks_of(part, about))
            for part in definition.parts
        ]
        return self.page(
            self.pageset.title(record),
            record=record,
            form=None,
            sheets=sheets,
            detail_url=self.url("detail", record.pk),
            reasons=[one for one in known if one.reason],
        )
