"""What must not stand in a text that goes to the public, for records with several texts and files."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model
from django.utils.translation import gettext as _

from bureau.files.inspection import classification_marks, personal_data, why_not_public


def obstacle(record: Model, texts: Iterable[str]) -> str:
    """The first thing in these texts or in the files that stops a publication, as a sentence; "" when none does."""
    for name in texts:
        found = _in_text(getattr(record, name))
        if found:
            label = str(record._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            return f"{label[:1].upper()}{label[1:]}: {found}"
    return why_not_public(record)


def _in_text(text: str) -> str:
    if not text:
        return ""
    mark = next(iter(classification_marks(text)), "")
    if mark:
        return _("“%(mark)s” marks a secret. It must not be published.") % {"mark": mark}
    return next((one.sentence for one in personal_data(text) if one.stops), "")
