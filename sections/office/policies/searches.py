"""How policy documents are found on the desk."""

from __future__ import annotations

from bureau.search.declare import Searchable, register
from sections.office.policies.models import PolicyDocument

register(
    Searchable(
        PolicyDocument,
        names=lambda document: [document.title_zh, document.title],
        words=lambda document: [document.keywords],
        identifiers=lambda document: [document.number, document.index_number],
        title=lambda document: document.label,
        subtitle=lambda document: f"{document} · {document.get_status_display()}",
        icon="doc",
    )
)
