"""Pictures: measured before they are decoded, then drawn anew, so that nothing but the picture is left."""

from __future__ import annotations

import io
import re
from typing import IO

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from bureau.files.choices import FileType
from bureau.files.content.sniffing import Family
from bureau.files.refusals import FileRefused

FORMATS = {FileType.JPG: "JPEG", FileType.PNG: "PNG"}
FAMILIES = {FileType.JPG: Family.JPG, FileType.PNG: Family.PNG}
QUALITY = 90
MEGA = 1_000_000
PNG_END = b"IEND\xaeB\x60\x82"
# The beginning of another format: a page, a script, a document, an archive's directory at the end.
FOREIGN = re.compile(rb"<html|<script|<!doctype|<\?php|%PDF-1\.", re.IGNORECASE)
ARCHIVE, ARCHIVE_REACH = b"PK\x05\x06", 66_000

MISMATCH = _("The content of the file is not a picture of the type that its name says (%(ending)s).")
BROKEN = _("The picture is damaged: it cannot be opened. Save it again and send that.")
TOO_LARGE = _(
    "The picture has %(pixels)d million pixels; at most %(limit)d million are taken. Make it smaller."
)
FRAMES = _("The picture moves. Send one that stands still.")
MIXED = _("Something else is hidden in this picture. Open it, save it as a new picture and send that.")


def check(content: IO[bytes], claimed: FileType, family: Family | None) -> None:
    """Size and kind, without decoding. Raises FileRefused."""
    if family is not FAMILIES[claimed]:
        raise FileRefused(MISMATCH, ending=claimed)
    _nothing_else(content.read(), claimed)
    content.seek(0)
    with _opened(content, claimed) as image:
        pixels = image.width * image.height / MEGA
        if pixels > settings.FILES_IMAGE_MEGAPIXELS:
            raise FileRefused(TOO_LARGE, pixels=round(pixels), limit=settings.FILES_IMAGE_MEGAPIXELS)
        if getattr(image, "n_frames", 1) > 1:
            raise FileRefused(FRAMES)


def re_encoded(content: IO[bytes], claimed: FileType) -> io.BytesIO:
    """The same picture, upright, without EXIF, comments or anything else that travelled with it."""
    out = io.BytesIO()
    content.seek(0)
    try:
        with _opened(content, claimed) as image:
            ImageOps.exif_transpose(image, in_place=True)
            plain = _plain(image, claimed)
            plain.save(out, FORMATS[claimed], **_options(claimed))
    except (OSError, ValueError, SyntaxError) as error:
        raise FileRefused(BROKEN) from error
    return out


def _plain(image: Image.Image, claimed: FileType) -> Image.Image:
    """Only the pixels, in a mode that the format has; copied only where the mode must change."""
    modes = ("RGB", "L") if claimed == FileType.JPG else ("RGB", "RGBA", "L", "LA")
    has_key_colour = "transparency" in image.info
    if image.mode in modes and not has_key_colour:
        found = image
    else:
        has_alpha = claimed == FileType.PNG and ("A" in image.mode or has_key_colour)
        found = image.convert("RGBA" if has_alpha else "RGB")
    found.info = {}
    return found


def _options(claimed: FileType) -> dict[str, object]:
    return {"quality": QUALITY} if claimed == FileType.JPG else {"compress_level": 6}


def _opened(content: IO[bytes], claimed: FileType) -> Image.Image:
    """Reads the header only, and by the one format that the name promises."""
    try:
        return Image.open(content, formats=[FORMATS[claimed]])
    except Image.DecompressionBombError as error:
        raise FileRefused(TOO_LARGE, pixels=999, limit=settings.FILES_IMAGE_MEGAPIXELS) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise FileRefused(BROKEN) from error


def _nothing_else(raw: bytes, claimed: FileType) -> None:
    is_longer = claimed == FileType.PNG and not raw.endswith(PNG_END)
    if is_longer and PNG_END in raw:
        raise FileRefused(MIXED)
    if FOREIGN.search(raw) or ARCHIVE in raw[-ARCHIVE_REACH:]:
        raise FileRefused(MIXED)
