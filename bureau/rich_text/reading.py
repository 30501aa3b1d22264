"""What stands in a cleaned text: words, headings, links."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

BLOCKS = frozenset(
    ["p", "h2", "h3", "h4", "li", "blockquote", "tr", "br", "hr", "caption", "table", "ul", "ol"]
)
HEADINGS = {"h2": 2, "h3": 3, "h4": 4}


@dataclass
class Outline:
    """`headings`: (level, words); `links`: (address, words), both in their order; `text`: lines of words."""

    headings: list[tuple[int, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Outline()
        self.pieces: list[str] = []
        self.heading: list[str] | None = None
        self.link: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.pieces.append("\n")
        elif tag in ("td", "th"):
            self.pieces.append(" ")
        if tag in HEADINGS:
            self.heading = []
        elif tag == "a":
            self.link = (dict(attrs).get("href") or "", [])

    def handle_endtag(self, tag: str) -> None:
        if tag in HEADINGS and self.heading is not None:
            self.found.headings.append((HEADINGS[tag], "".join(self.heading).strip()))
            self.heading = None
        elif tag == "a" and self.link is not None:
            self.found.links.append((self.link[0], "".join(self.link[1]).strip()))
            self.link = None
        if tag in BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        data = data.replace("\n", " ")
        self.pieces.append(data)
        if self.heading is not None:
            self.heading.append(data)
        if self.link is not None:
            self.link[1].append(data)


def outline(html: str) -> Outline:
    """Headings, links and words of a cleaned text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).split("\n"))
    reader.found.text = "\n".join(line for line in lines if line)
    return reader.found


def plain(html: str) -> str:
    """The words alone, a line for each block."""
    return outline(html).text
