"""/{lang}/preview/<secret>/: a draft for a leader without an account. The secret is the right."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bureau.access.views import Open, rule
from bureau.files import storage
from bureau.files.choices import CONTENT_TYPES, FileType
from bureau.public.site import mount
from sections.office.news.models import Article
from sections.office.news.previews import article_behind

QUIET = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}


@rule(Open())
@require_safe
@never_cache
def preview(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The text as the page will show it, with pictures; 404 for whatever does not open a draft now."""
    article = _behind(secret)
    context = {
        "article": article,
        "secret": secret,
        "pictures": article.pictures.exclude(file=None),
        # The secret stands in no other address: the link to report an error would carry it on.
        "here_path": "",
        "page_title": _("Preview: %(title)s") % {"title": article.label},
    }
    return _quiet(render(request, "public/news/preview.html", context))


@rule(Open())
@require_safe
@never_cache
def preview_picture(request: HttpRequest, secret: str, pk: int) -> HttpResponseBase:
    """A picture of that draft: it is public only with its page."""
    picture = _behind(secret).pictures.filter(pk=pk).select_related("file").first()
    if picture is None or picture.file is None or not picture.file.is_open:
        raise Http404
    try:
        content = storage.read(picture.file.stored_as)
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(content, content_type=CONTENT_TYPES[FileType(picture.file.file_type)])
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return _quiet(response)


def _behind(secret: str) -> Article:
    article = article_behind(secret)
    if article is None:
        raise Http404
    return article


def _quiet(response: HttpResponseBase) -> HttpResponseBase:
    for name, value in QUIET.items():
        response.headers[name] = value
    return response


mount(
    "preview/",
    [
        path("<str:secret>/", preview, name="preview"),
        path("<str:secret>/picture/<int:pk>/", preview_picture, name="preview_picture"),
    ],
)
