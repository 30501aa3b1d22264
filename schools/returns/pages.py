"""The room's pages, by who looks at them."""

from __future__ import annotations

from schools.returns import completeness_pages, form_pages, review_pages, school_pages  # noqa: F401 – registers its pages
