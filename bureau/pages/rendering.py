"""Drop-down fields without a template for each choice; all other fields are drawn as Django draws them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

SELECT, OPTION = "django/forms/widgets/select.html", "django/forms/widgets/select_option.html"


class Renderer(DjangoTemplates):
    """Character for character what Django's templates give; the filters of one list have a hundred choices, and
    two templates for each took a tenth of the page.
    """

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        widget = context.get("widget", {})
        if template_name == SELECT and all(one["template_name"] == OPTION for one in _options(widget)):
            return _select(widget)
        return super().render(template_name, context, request)


def _options(widget: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for _name, options, _place in widget["optgroups"]:
        yield from options


def _select(widget: Mapping[str, Any]) -> SafeString:
    groups = format_html_join("", "{}", ((_group(name, rows),) for name, rows, _place in widget["optgroups"]))
    return format_html(
        '<select name="{}"{}>{}\n</select>', widget["name"], _attributes(widget["attrs"]), groups
    )


def _group(name: str | None, options: list[Mapping[str, Any]]) -> SafeString:
    lines = format_html_join("", "\n  {}", ((_option(one),) for one in options))
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, lines) if name else lines


def _option(option: Mapping[str, Any]) -> SafeString:
    attributes = _attributes(option["attrs"])
    return format_html(
        '<option value="{}"{}>{}</option>\n', str(option["value"]), attributes, option["label"]
    )


def _attributes(attrs: Mapping[str, Any]) -> SafeString:
    """A value that is True stands as a bare name, one that is False not at all."""
    given = {name: value for name, value in attrs.items() if value is not False}
    bare = mark_safe("")
    return format_html_join(
        "",
        " {}{}",
        (
            (name, bare if value is True else format_html('="{}"', str(value)))
            for name, value in given.items()
        ),
    )
