"""Tags of the public shell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from bureau.public import site

register = template.Library()


@dataclass(frozen=True)
class Entry:
    label: str | Promise
    url: str
    current: str  # "page", "true" (a page below it) or ""


def public_address(url_name: str) -> str:
    """The address of a public page by its name, with or without "public:"; "" while nobody serves it."""
    try:
        return reverse(f"public:{url_name.removeprefix('public:')}")
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def channels(context: Context) -> list[Entry]:
    """The main navigation: only channels whose page exists."""
    here = str(context.get("here", "")).split("?")[0]
    found = ((channel.label, public_address(channel.url_name)) for channel in site.channels())
    return [Entry(label, url, _current(url, here)) for label, url in found if url]


def _current(url: str, here: str) -> str:
    if url == here:
        return "page"
    return "true" if here.startswith(url) else ""


@register.simple_tag
def public_url(url_name: str) -> str:
    """The address of a public page, or nothing: templates then leave the link out."""
    return public_address(url_name)


@register.simple_tag
def tasks() -> list[dict[str, Any]]:
    """What people come to do: only tasks whose page exists."""
    found = ({"task": task, "url": public_address(task.url_name)} for task in site.tasks())
    return [entry for entry in found if entry["url"]]
