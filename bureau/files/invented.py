"""Invented files for a trial: small, real, and saying on their face that they are no papers."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

NOTICE = "INVENTED FOR THE TRIAL - NOT AN OFFICIAL PAPER"


def invented_pdf(lines: Sequence[str], name: str) -> ContentFile[bytes]:
    """One page of plain Latin text."""
    shown = [NOTICE, "", *lines]
    text = (
        b"BT /F1 14 Tf 60 760 Td 22 TL "
        + b" ".join(b"(%s) Tj T*" % _escaped(line) for line in shown)
        + b" ET"
    )
    bodies = (
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources"
        b" <</Font <</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(text), text),
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
    )
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, table)
    return ContentFile(bytes(out), name=name)


def _escaped(line: str) -> bytes:
    plain = line.encode("ascii", "replace")
    return plain.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


def invented_png(name: str) -> ContentFile[bytes]:
    """A stamp-sized picture with the same words."""
    image = Image.new("RGB", (480, 320), (236, 240, 238))
    drawing = ImageDraw.Draw(image)
    drawing.rectangle((20, 20, 460, 300), outline=(150, 40, 40), width=4)
    drawing.text((90, 150), NOTICE, fill=(60, 60, 60))
    out = io.BytesIO()
    image.save(out, "PNG")
    return ContentFile(out.getvalue(), name=name)
