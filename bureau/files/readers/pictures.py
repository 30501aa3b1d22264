"""Pictures: measured before anything is decoded; what travels with them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageOps

from bureau.files.readers.report import Problem, Report

FORMATS = ("JPEG", "PNG")
# EXIF: artist, copyright, owner of the camera; the block of the place.
PEOPLE = {0x013B: "Artist", 0x8298: "Copyright", 0xA430: "CameraOwnerName", 0x9C9D: "XPAuthor"}
GPS = 0x8825
QUALITY = 90


def inspect(data: bytes, report: Report, limits: Mapping[str, Any]) -> None:
    look(data, "", report, limits)


def look(data: bytes, where: str, report: Report, limits: Mapping[str, Any]) -> None:
    """Raises Problem for what is too large or no picture."""
    with _opened(data, limits) as image:
        exif = image.getexif()
        for tag, name in PEOPLE.items():
            if exif.get(tag):
                report.find("metadata", name, str(exif[tag]))
        if exif.get_ifd(GPS):
            report.find("place", where)
        for name in ("Author", "Comment", "comment", "Description", "XML:com.adobe.xmp"):
            if image.info.get(name):
                report.find("metadata", name, str(image.info[name])[:80])


def clean(data: bytes, limits: Mapping[str, Any]) -> bytes | None:
    """Upright, and nothing but the picture."""
    out = io.BytesIO()
    with _opened(data, limits) as image:
        kind = str(image.format)
        ImageOps.exif_transpose(image, in_place=True)
        plain = image if image.mode in ("RGB", "L", "RGBA", "LA") else image.convert("RGBA")
        plain = plain.convert("RGB") if kind == "JPEG" and plain.mode not in ("RGB", "L") else plain
        plain.info = {}
        plain.save(out, kind, **({"quality": QUALITY} if kind == "JPEG" else {}))
    return out.getvalue()


def _opened(data: bytes, limits: Mapping[str, Any]) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # measured here, with a limit of our own
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (OSError, ValueError, SyntaxError) as error:
        raise Problem("damaged") from error
    if image.width * image.height > int(limits["pixels"]):
        raise Problem("too_large")
    return image
