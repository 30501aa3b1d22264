"""Pieces of the public shell that differ from page to page by the page's own addresses alone: made once for all pages
of a language and mode (bureau/public/parts.py), with stand-ins that each page replaces by its addresses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from bureau.public import channels
from bureau.public.parts import part

# Letters, digits and hyphens: escaping and quoting leave them as they are.
HERE, PATH, OTHER = "stand-in-for-this-address", "stand-in-for-this-path", "stand-in-for-the-other-language"
_STAND_INS = re.compile(f"{HERE}|{PATH}|{OTHER}")
# What the pieces show of a page's context beside its addresses; the rest of these names are settings.
SETTINGS = (
    "is_demo",
    "hotline",
    "site_host",
    "site_undertaker",
    "site_id_code",
    "icp_number",
    "police_number",
)


def piece(template: str, page: Mapping[Any, Any]) -> SafeString:
    """The template with what `page` (the context of a page of the shell) says of its address, modes and bureau."""
    here = str(page.get("here", ""))
    other = page.get("other_language") or {}
    name = str(page.get("bureau_name", ""))
    links = channels.navigation(here.split("?", 1)[0])
    shown = {
        "bureau_name": name,
        "mode_classes": tuple(page.get("mode_classes", ())),
        "is_home": here == channels.public_address("home"),
        **{key: page.get(key) for key in SETTINGS},
    }
    has_other = other.get("address") != here
    where = (channels.where(), has_other, *(link.current for link in links))
    text = part(
        (template, where, *shown.values()),
        (),
        lambda: render_to_string(
            template,
            {
                **shown,
                "channel_entries": links,
                "here": HERE,
                "here_path": PATH,
                "other_language": {**other, "address": OTHER if has_other else HERE},
            },
        ),
    )
    # As the filter `urlencode` of a template gives it; empty where a page's address is a secret (a preview).
    path = escape(quote(str(page.get("here_path", ""))))
    stands = {HERE: escape(here), PATH: path, OTHER: escape(other.get("address", ""))}
    return mark_safe(_STAND_INS.sub(lambda found: stands[found.group()], text))
