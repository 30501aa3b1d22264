"""Where nginx stands in front, Django decides about an attached file and nginx sends it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase


class HandingMiddleware:
    """Replaces the content of a file below FILES_ROOT by its address inside nginx; every header stays.

    A sealed file exists in the clear only in Django's memory: that one is sent by Django, as before.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if settings.FILES_ACCEL and isinstance(response, FileResponse) and response.status_code == 200:
            name = stored_name(response)
            if name:
                return handed(response, name)
        return response


def stored_name(response: FileResponse) -> str:
    """Under which name the content lies below FILES_ROOT; "" for anything else."""
    path = getattr(response.file_to_stream, "name", None)
    root = Path(settings.FILES_ROOT).resolve()
    if not isinstance(path, str) or not Path(path).resolve().is_relative_to(root):
        return ""
    return Path(path).resolve().relative_to(root).as_posix()


def handed(response: FileResponse, name: str) -> HttpResponse:
    answer = HttpResponse(status=response.status_code)
    for header, value in response.items():
        if header != "Content-Length":  # nginx knows it
            answer.headers[header] = value
    answer.cookies = response.cookies
    answer.headers["X-Accel-Redirect"] = settings.FILES_ACCEL + quote(name)
    if (
        response.file_to_stream is not None
    ):  # the file alone: closing the answer would end the request for Django
        response.file_to_stream.close()
    return answer
