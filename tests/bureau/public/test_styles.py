"""The rules that no browser would tell us about: weight, floor, nothing inline."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = (settings.ROOT / "static/portal.css").read_text()
WITHOUT_COMMENTS = re.sub(r"/\*.*?\*/", "", CSS, flags=re.S)
TEMPLATES = sorted((settings.ROOT / "templates").rglob("*.html"))


def named(path: Path) -> str:
    return str(path.relative_to(settings.ROOT))


def test_the_styles_weigh_at_most_14_kilobytes():
    assert len(gzip.compress(CSS.encode(), 9)) <= 14 * 1024


@pytest.mark.parametrize(
    "beyond_the_floor",
    [
        r":has\(", r":is\(", r":where\(", r"@layer", r"@container", r"container-type", r"aspect-ratio",
        r"[;{\s]inset(-\w+)?\s*:", r"(margin|padding)-(inline|block)", r"[{;}]\s*&", r"@import", r"oklch|color-mix",
        r"\d+(dvh|svh|lvh|cqw)",
    ],
)  # fmt: skip
def test_the_styles_keep_to_the_oldest_browsers_we_serve(beyond_the_floor):
    assert not re.search(beyond_the_floor, WITHOUT_COMMENTS)


def test_the_styles_load_nothing_from_elsewhere():
    assert not re.search(r"url\(\s*[\"']?(https?:|//)", WITHOUT_COMMENTS)


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_no_template_holds_inline_style_or_script(template):
    text = template.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b|<script\b(?![^>]*\bsrc=)", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert not re.search(r"hx-on|[\"']js:|javascript:", text)
