"""The tags that every Chinese government site carries in the head of its pages, for the national inspection."""

from __future__ import annotations

from typing import TypeAlias
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# Name → content; an empty content is left out.
Tags: TypeAlias = dict[str, str]


def of_site(name: str) -> Tags:
    """SiteName and SiteDomain are always there, SiteIDCode once the site has one."""
    return {
        "SiteName": name,
        "SiteDomain": urlsplit(settings.PUBLIC_URL).netloc,
        "SiteIDCode": settings.SITE_ID_CODE,
    }


def as_html(tags: Tags) -> SafeString:
    """One <meta> per tag."""
    rows = ((name, content) for name, content in tags.items() if content)
    return format_html("{}", format_html_join("\n", '<meta name="{}" content="{}">', rows))
