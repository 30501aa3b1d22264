"""Names of files: what a sender may call one, and how it is told to a browser."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

MOST_BYTES = 150
MOST_CHARACTERS = 120
# Categories of invisible marks: controls, formats (bidi marks, zero-width), surrogates, private use, separators.
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
FORBIDDEN = re.compile(r'[<>:"|?*;%\\/]')
SPACES = re.compile(r"\s+")
# Endings that a system would run or a browser would show; none may hide before the last one.
RUNNABLE = frozenset(
    [
        "exe",
        "com",
        "bat",
        "cmd",
        "msi",
        "scr",
        "pif",
        "cpl",
        "dll",
        "sys",
        "vbs",
        "vbe",
        "js",
        "jse",
        "mjs",
        "wsf",
        "wsh",
        "hta",
        "ps1",
        "sh",
        "bash",
        "py",
        "pl",
        "rb",
        "jar",
        "class",
        "apk",
        "app",
        "lnk",
        "url",
        "reg",
        "inf",
        "chm",
        "html",
        "htm",
        "xhtml",
        "shtml",
        "svg",
        "xml",
        "xsl",
        "mht",
        "php",
        "asp",
        "aspx",
        "jsp",
        "swf",
        "docm",
        "dotm",
        "xlsm",
        "xltm",
        "xlam",
        "pptm",
        "ppam",
        "iso",
        "img",
        "vhd",
        "zip",
        "rar",
        "7z",
        "gz",
        "tar",
        "eml",
    ]
)


def clean_name(sent: str) -> str:
    """The last part of what was sent, visible characters only, short enough; "" when nothing is left."""
    # A path of Windows or Unix; then what could reorder or hide a part of the name.
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", sent))[-1]
    visible = "".join(mark for mark in last if unicodedata.category(mark) not in INVISIBLE)
    plain = SPACES.sub(" ", FORBIDDEN.sub("_", visible)).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    return _short(stem, len(dot + ending)) + dot + ending[:10] if dot else _short(plain, 0)


def _short(stem: str, taken: int) -> str:
    """Cut at whole characters: a name of 300 bytes fits no file system."""
    cut = stem[: MOST_CHARACTERS - taken]
    while len(cut.encode()) > MOST_BYTES:
        cut = cut[:-1]
    return cut.strip(" .")


def ending_of(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def hidden_ending(name: str) -> str:
    """An ending before the last one that a system would act on: "exe" in "list.exe.pdf"; else ""."""
    parts = [part.strip().lower() for part in name.split(".")[1:-1]]
    return next((part for part in parts if part in RUNNABLE), "")


def disposition(name: str, ending: str) -> str:
    """Content-Disposition by RFC 6266: always a download, a plain name for old browsers, the true one encoded."""
    safe = clean_name(name) or f"file.{ending}"
    if ending_of(safe) != ending and not (ending == "jpg" and ending_of(safe) == "jpeg"):
        safe = f"{safe}.{ending}"
    if safe.isascii():
        return f'attachment; filename="{safe}"'
    return f"attachment; filename=\"file.{ending}\"; filename*=UTF-8''{quote(safe, safe='')}"
