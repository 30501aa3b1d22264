"""A word in every language of the portal, the source language last."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation

from bureau.sheets.rows import Text


def in_every_language(text: Text) -> tuple[str, ...]:
    """Chinese first, then English."""
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append(str(text))
    return tuple(found)
