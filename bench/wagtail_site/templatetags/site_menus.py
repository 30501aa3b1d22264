"""The menus of the site from its page tree, as Wagtail's documentation writes them: one query each."""

from __future__ import annotations

from typing import Any

from django import template
from wagtail.models import Page, Site

register = template.Library()


@register.simple_tag(takes_context=True)
def menu_of(context: Any, slug: str = "") -> Any:
    """Live pages below the site's root that stand in menus; below the page with this slug where one is named."""
    root = Site.find_for_request(context["request"]).root_page
    if not slug:
        return root.get_children().live().in_menu()
    return (
        Page.objects.live()
        .in_menu()
        .filter(depth=root.depth + 2, url_path__startswith=f"{root.url_path}{slug}/")
    )
