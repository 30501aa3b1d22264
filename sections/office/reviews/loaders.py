"""The table of reviewing bodies that comes with the portal."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from bureau.deadlines.references import Loaded, Loader, put_all, register
from sections.office.reviews.models import ReviewingBody

FILE = Path(__file__).parent / "reference" / "reviewing_bodies.toml"


def load_bodies() -> Loaded:
    """A row that the office has changed, or one of its own with the same name, stays as it is."""
    changed = set(ReviewingBody.objects.exclude(changed_by="").values_list("key", flat=True))
    own = set(ReviewingBody.objects.filter(key="").values_list("name_zh", flat=True))
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["row"]
    wanted = [row for row in rows if row["key"] not in changed and row["name_zh"] not in own]
    return put_all(ReviewingBody, ("key",), wanted)


register(Loader("letters.reviewing_bodies", _("bodies that review answers"), load_bodies))
