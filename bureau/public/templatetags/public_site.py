"""Tags of the public shell."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from bureau.charter.models import local
from bureau.public import languages, site, site_tags
from bureau.public.channels import public_address
from bureau.public.pieces import piece

register = template.Library()
STAMPS = {"minute": "%Y-%m-%d %H:%M", "day": "%Y-%m-%d"}


@register.simple_tag(takes_context=True)
def shell_piece(context: Context, template_name: str) -> SafeString:
    """A piece of the shell that many pages share: {% shell_piece "components/public_footer.html" %}"""
    return piece(template_name, context.flatten())


@register.simple_tag
def public_url(url_name: str) -> str:
    """The address of a public page, or nothing: templates then leave the link out."""
    return public_address(url_name)


@register.simple_tag
def public_file(key: int) -> str:
    """Where everybody fetches a public file."""
    try:
        return reverse("public:file", args=[key])
    except NoReverseMatch:
        return ""


@register.simple_tag
def tasks() -> list[dict[str, Any]]:
    """What people come to do: only tasks whose page exists."""
    found = ({"task": task, "url": public_address(task.url_name)} for task in site.tasks())
    return [entry for entry in found if entry["url"]]


@register.simple_tag(takes_context=True)
def site_meta(context: Context) -> SafeString:
    """The tags of a government site, then those of the column or article that the page shows."""
    own = context.get("site_tags") or {}
    return site_tags.as_html({**site_tags.of_site(str(context.get("bureau_name", ""))), **own})


@register.filter
def stamp(moment: datetime | None, form: str = "minute") -> str:
    """2026-11-22 19:30: the form that the rules for government sites ask of every item."""
    return timezone.localtime(moment).strftime(STAMPS[form]) if moment else ""


@register.filter
def machine(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="minutes") if moment else ""


@register.simple_tag
def own(thing: Any, name: str) -> SafeString | str:
    """A text of a record in the reader's language; one in the other language says so."""
    chinese, english = getattr(thing, f"{name}_zh", ""), getattr(thing, name, "")
    text = local(chinese, english)
    lang = _other_lang(chinese, english)
    return format_html('<span lang="{}">{}</span>', lang, text) if lang else text


@register.simple_tag
def own_html(thing: Any, name: str) -> SafeString:
    """The same for a text that is cleaned HTML."""
    chinese, english = getattr(thing, f"{name}_zh", ""), getattr(thing, name, "")
    lang = _other_lang(chinese, english)
    text = mark_safe(local(chinese, english))
    return format_html('<div class="body" lang="{}">{}</div>', lang or _lang(), text)


def _lang() -> str:
    return languages.HTML_LANG[languages.current()]


def _other_lang(chinese: str, english: str) -> str:
    """The language of what `local` gives, where it is not the reader's."""
    own, other = (chinese, english) if languages.current() == "zh-hans" else (english, chinese)
    return languages.HTML_LANG[languages.other(languages.current())] if other and not own else ""
