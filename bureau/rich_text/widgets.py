"""The editor of a rich text. Without scripts it is a plain field that holds the cleaned HTML."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.forms.widgets import Script
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# What the script calls its buttons and messages, by the names that it uses.
WORDS: dict[str, str | Promise] = {
    "toolbar": _("Format the text"),
    "paragraph": pgettext_lazy("editor", "Paragraph"),
    "heading2": pgettext_lazy("editor", "Heading"),
    "heading3": pgettext_lazy("editor", "Subheading"),
    "bold": pgettext_lazy("editor", "Bold"),
    "bulletList": pgettext_lazy("editor", "Bullet list"),
    "orderedList": pgettext_lazy("editor", "Numbered list"),
    "blockquote": pgettext_lazy("editor", "Quotation"),
    "link": pgettext_lazy("editor", "Link"),
    "table": pgettext_lazy("editor", "Table"),
    "addRow": pgettext_lazy("editor", "Add row"),
    "addColumn": pgettext_lazy("editor", "Add column"),
    "deleteTable": pgettext_lazy("editor", "Remove table"),
    "undo": pgettext_lazy("editor", "Undo"),
    "redo": pgettext_lazy("editor", "Redo"),
    "address": _("Address of the link"),
    "setLink": _("Set link"),
    "removeLink": _("Remove link"),
}


class RichTextWidget(forms.Textarea):
    """A textarea that the script beside it turns into an editor."""

    class Media:
        css = {"all": ["rich_text/editor.css"]}
        js = (Script("rich_text/editor.js", type="module"),)

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 16, **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {
            "data-rich-text": static("django_prose_editor/editor.js"),
            "data-words": json.dumps({key: str(word) for key, word in WORDS.items()}, ensure_ascii=False),
        }
        return context
