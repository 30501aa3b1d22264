"""The small picture of the portal, for browsers that ask for it without being told where it is."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from bureau.access.views import Open, rule

FOLDER = settings.ROOT / "static" / "img"
A_DAY = "public, max-age=86400"


@rule(Open())
@require_safe
def favicon(request: HttpRequest, name: str, content_type: str) -> FileResponse:
    """`name`: a file of ours beside the emblem."""
    response = FileResponse((FOLDER / name).open("rb"), content_type=content_type)
    response.headers["Cache-Control"] = A_DAY
    return response
