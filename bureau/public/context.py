"""What every page of the portal knows: language, modes, and whose portal it is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from bureau.public import languages, modes, selectors


def site(request: HttpRequest) -> dict[str, Any]:
    """The context processor of all shells. The name of the bureau is read when a page shows it."""
    return {
        **shell(request, here=request.get_full_path()),
        "bureau_name": SimpleLazyObject(selectors.bureau_name),
    }


def shell(request: HttpRequest, *, here: str) -> dict[str, Any]:
    """The same without the database; `here` is where the language and mode buttons lead back to."""
    code = languages.current()
    away = languages.other(code)
    return {
        "html_lang": languages.HTML_LANG[code],
        "mode_classes": modes.chosen(request),
        "here": here,
        "here_path": here.split("?", 1)[0],
        "other_language": {
            "code": away,
            "lang": languages.HTML_LANG[away],
            "name": languages.OWN_NAME[away],
            "address": languages.in_language(here, away),
        },
        "is_demo": settings.IS_DEMO,
        "hotline": settings.HOTLINE,
        "site_host": settings.SITE_HOST,
        "site_undertaker": settings.SITE_UNDERTAKER,
        "site_id_code": settings.SITE_ID_CODE,
        "icp_number": settings.ICP_NUMBER,
        "police_number": settings.POLICE_NUMBER,
    }
