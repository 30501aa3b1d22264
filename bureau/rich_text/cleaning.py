"""What of a text may be stored: a short list of elements, no style, no script, whatever was pasted."""

from __future__ import annotations

import re
from html import escape

import nh3

TAGS = frozenset(
    [
        "p",
        "h2",
        "h3",
        "h4",
        "ul",
        "ol",
        "li",
        "strong",
        "blockquote",
        "a",
        "br",
        "hr",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "sub",
        "sup",
    ]
)
ATTRIBUTES = {
    "a": {"href"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
# With their content: it is nothing that a person wrote.
DROPPED = frozenset(
    [
        "script",
        "style",
        "title",
        "xml",
        "head",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "noscript",
        "select",
    ]
)
# Other words for what is kept. Emphasis is bold: slanted Chinese cannot be read.
RENAMED = {"b": "strong", "em": "strong", "i": "strong", "h1": "h2", "h5": "h4", "h6": "h4", "div": "p"}

_RENAME = re.compile(rf"(</?)({'|'.join(sorted(RENAMED, key=len, reverse=True))})(?=[\s/>])", re.IGNORECASE)
_BLOCK = re.compile(r"<(p|h[1-6]|ul|ol|table|blockquote|div|hr)[\s/>]", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z!/]")
_EMPTY = re.compile(r"<(p|h[2-4]|strong|li|blockquote|a)(?: [^>]*)?>(?:\s|<br>)*</\1>")
_DEAD_LINK = re.compile(r'<a(?: rel="[^"]*")?>(.*?)</a>', re.DOTALL)
_SPACES = re.compile(r"[ \t\u00a0\u200b\ufeff]+")
_BLANK_LINES = re.compile(r"\r?\n\s*\r?\n")

_cleaner = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(DROPPED),
    attributes={name: set(kept) for name, kept in ATTRIBUTES.items()},
    url_schemes=set(SCHEMES),
    link_rel="noopener noreferrer",
    strip_comments=True,
)


def cleaned(html: str) -> str:
    """HTML that may be shown as it is. Text without any element becomes paragraphs at its blank lines."""
    text = html.replace("\x00", "").strip()
    if not text:
        return ""
    if not _TAG.search(text):
        return _paragraphs(text)
    found = _without_empty(_SPACES.sub(" ", _cleaner.clean(_RENAME.sub(_renamed, text)))).strip()
    return found if not found or _BLOCK.search(found) else f"<p>{found}</p>"


def _renamed(match: re.Match[str]) -> str:
    return match[1] + RENAMED[match[2].lower()]


def _paragraphs(text: str) -> str:
    """Typed into a plain field: entities such as &amp; stay what the person sees."""
    parts = (part.strip() for part in _BLANK_LINES.split(text))
    return "".join(f"<p>{'<br>'.join(escape(part).splitlines())}</p>" for part in parts if part)


def _without_empty(html: str) -> str:
    """An editor leaves empty paragraphs behind, one in another; a refused address leaves a link to nowhere."""
    html = _DEAD_LINK.sub(r"\1", html.replace("&nbsp;", " "))
    while (shorter := _EMPTY.sub("", html)) != html:
        html = shorter
    return html
