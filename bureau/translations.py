"""The Chinese catalogue, kept with Babel alone: it works where gettext is not installed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import templatize

KEYWORDS = {
    "_": None,
    "_t": None,  # gettext beside gettext_lazy in one module
    "_now": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
SOURCES = ("bureau", "schools", "personnel", "finance", "supervision", "sections", "templates")
# Dates and names of people would change the file at every run.
PASSING_HEADERS = (
    '"Project-Id',
    '"Report-Msgid',
    '"POT-Creation',
    '"PO-Revision',
    '"Last-Translator',
    '"Language-Team',
    '"Generated-By',
)
CATALOGUE = "zh_Hans/LC_MESSAGES/django.po"


def catalogue_path() -> Path:
    return Path(settings.LOCALE_PATHS[0]) / CATALOGUE


def source_messages() -> Catalog:
    """Every string of the sources that a person may read, with its places (files only, no lines)."""
    found = Catalog(locale="zh_Hans", project="education bureau portal", charset="utf-8")
    for path in _source_files():
        where = path.relative_to(settings.ROOT).as_posix()
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            text = templatize(text, origin=where)
        if path.suffix == ".py" and "gettext" not in text:
            continue
        for _line, message, comments, context in extract(
            "python", io.BytesIO(text.encode("utf-8")), keywords=KEYWORDS, comment_tags=("Translators:",)
        ):
            found.add(message, locations=[(where, 0)], auto_comments=comments, context=context)
    return found


def _source_files() -> Iterator[Path]:
    for folder in SOURCES:
        for path in sorted((Path(settings.ROOT) / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts:
                yield path


def read_catalogue() -> Catalog:
    path = catalogue_path()
    if not path.exists():
        return Catalog(locale="zh_Hans", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def write_catalogue(catalogue: Catalog) -> None:
    path = catalogue_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.fuzzy = False
    catalogue.header_comment = "# Simplified Chinese beside the English source. Kept by `manage.py messages`."
    text = io.BytesIO()
    write_po(text, catalogue, sort_output=True, include_lineno=False, ignore_obsolete=True, width=110)
    lines = text.getvalue().decode("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(PASSING_HEADERS)), encoding="utf-8")


def compile_catalogue() -> Path:
    """Write the binary file that Django reads beside the catalogue, if it is older than its source."""
    source, target = catalogue_path(), catalogue_path().with_suffix(".mo")
    if source.exists() and (not target.exists() or target.stat().st_mtime < source.stat().st_mtime):
        with target.open("wb") as file:
            write_mo(file, read_catalogue())
    return target


def untranslated(catalogue: Catalog) -> list[str]:
    """Source strings without a Chinese one, or with one that is only a guess."""
    wanted = source_messages()
    return [str(key_of(m)) for m in wanted if m.id and not is_translated(catalogue.get(key_of(m), m.context))]


def key_of(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (tuple, list)) else message.id


def is_translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(forms) and bool(forms)
