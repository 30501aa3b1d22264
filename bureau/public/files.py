"""/{lang}/files/<key>/: a file that is public with its record, asked as PUBLIC, whoever asks."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from bureau.access.services import permitted
from bureau.access.views import Open, rule
from bureau.accounts.principals import PUBLIC
from bureau.files import names, services
from bureau.files.choices import CONTENT_TYPES, FileType
from bureau.files.models import Attachment
from bureau.files.refusals import NotOpen

# The content is somebody else's: it runs nothing and loads nothing. A copy on the way lives for a minute, so that
# a withdrawn file is out of reach soon.
HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "public, max-age=60, must-revalidate",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@rule(Open())
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """404 before its record is published and after it is withdrawn, byte-equal to a file that never was."""
    row = permitted(PUBLIC, "view", Attachment).filter(pk=pk).first()
    if row is None:
        raise Http404
    try:
        content = services.open_content(row, by=PUBLIC)
    except NotOpen as closed:
        raise Http404 from closed
    etag = f'"{row.sha256[:32]}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        content.close()
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        response = FileResponse(content, content_type=CONTENT_TYPES[FileType(row.file_type)])
        response.headers["Content-Disposition"] = names.disposition(row.name, row.file_type)
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers["ETag"] = etag
    return response
