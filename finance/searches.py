"""How money is found. An allocation is found by its school and by what everybody who sees it reads of the fund."""

from __future__ import annotations

from bureau.search.declare import Searchable, register
from bureau.search.tokens import squashed
from finance.models import Allocation, Fund
from schools.models import School


def _document(number: str) -> list[str]:
    """晋财教〔2026〕12号, found in parts, and whole however its brackets are typed."""
    return [number, squashed(number)]


register(
    Searchable(
        Fund,
        names=lambda fund: [fund.name_zh, fund.name],
        words=lambda fund: [*_document(fund.document_number), fund.document_title, fund.note],
        identifiers=lambda fund: [fund.number],
        subtitle=lambda fund: " · ".join(
            [str(fund.year), fund.get_purpose_display(), fund.document_number, fund.get_status_display()]
        ),
        icon="money",
    )
)
register(
    Searchable(
        Allocation,
        names=lambda allocation: [allocation.fund.name_zh, allocation.fund.name],
        words=lambda allocation: [
            *_document(allocation.document_number),
            allocation.school.name_zh,
            allocation.school.name,
        ],
        identifiers=lambda allocation: [allocation.fund.number],
        subtitle=lambda allocation: " · ".join(
            [allocation.document_number, allocation.get_arrival_display()]
        ),
        select_related=("fund", "school"),
        follows={
            Fund: lambda fund: fund.allocations.values_list("pk", flat=True),
            School: lambda school: school.allocations.values_list("pk", flat=True),
        },
        icon="money",
    )
)
