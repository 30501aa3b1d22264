"""The newest policy documents on the home page."""

from __future__ import annotations

from typing import Any

from bureau.public.blocks import block
from sections.office.policies import selectors

LISTED = 4


def documents() -> dict[str, Any] | None:
    """None while no document is public."""
    rows = list(selectors.public_documents().defer("body", "body_zh").order_by("-issued_on", "-pk")[:LISTED])
    return {"documents": rows} if rows else None


block("documents", documents, "office.policydocument")
