"""Documents as offices really write them: with comments, tracked changes, hidden sheets."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from PIL import Image
from pypdf import PdfReader, PdfWriter

from bureau.identifiers.resident_id import check_digit
from tests.bureau.files import corpus

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ID_NUMBER = "14070219900101123" + check_digit("14070219900101123")  # invented
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>李编辑</dc:creator></cp:coreProperties>'
)


def docx(body: str = "", **more: str) -> bytes:
    """`body`: paragraphs of WordprocessingML."""
    text = f'<?xml version="1.0" encoding="UTF-8"?><w:document {W}><w:body>{body}</w:body></w:document>'
    return corpus.office("docx", **{"word/document.xml": text, "docProps/core.xml": CORE, **more})


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


CHANGED = (
    '<w:p><w:r><w:t>每生补助</w:t></w:r><w:del w:author="李编辑"><w:r><w:delText>五百元</w:delText></w:r></w:del>'
    '<w:ins w:author="李编辑"><w:r><w:t>一千元</w:t></w:r></w:ins></w:p>'
)
COMMENTED = '<w:p><w:r><w:t>正文</w:t></w:r><w:r><w:commentReference w:id="0"/></w:r></w:p>'
COMMENTS = {
    "word/comments.xml": f'<w:comments {W}><w:comment w:author="王科长">{paragraph("此处数字请再核实")}</w:comment></w:comments>'
}


def workbook(change: Any = None) -> bytes:
    """A small table; `change(book)` makes it what a test needs."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "名单"
    for row in (("学校", "人数"), ("演示小学", 12), ("演示中学", 30)):
        sheet.append(row)
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_hidden_sheet(book: Any) -> None:
    hidden = book.create_sheet("内部测算")
    hidden.append(("测算",))
    hidden.sheet_state = "veryHidden"


def with_hidden_row(book: Any) -> None:
    book.active.row_dimensions[2].hidden = True


def with_hidden_column(book: Any) -> None:
    book.active.column_dimensions["B"].hidden = True


def with_comment(book: Any) -> None:
    book.active["B2"].comment = Comment("请核实", "王科长")


def with_id_numbers(book: Any) -> None:
    for place in (2, 3):
        book.active.cell(place, 3, ID_NUMBER)


def pdf_with_note() -> bytes:
    content = corpus.pdf(objects=(b"<</Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (check this)>>",))
    content = content.replace(b"/Contents 4 0 R", b"/Contents 4 0 R /Annots [6 0 R]")
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.add_metadata({"/Author": "Li Bianji"})
    return _written(writer)


def scanned_pdf() -> bytes:
    """A page that is drawn and says nothing."""
    return corpus.pdf().replace(b"(Invented) Tj", b"0 0 99 99 re f")


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def ofd_with(text: str = "", *, image: bool = False, **more: str) -> bytes:
    drawn = (
        "<ofd:ImageObject/>"
        if image
        else f"<ofd:TextObject><ofd:TextCode>{text}</ofd:TextCode></ofd:TextObject>"
    )
    page = f'<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Content>{drawn}</ofd:Content></ofd:Page>'
    return corpus.ofd(**{"Doc_0/Pages/Page_0/Content.xml": page, **more})


def photograph() -> bytes:
    """With the place where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x013B] = "Li Bianji"
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 30)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def huge_picture() -> bytes:
    """30,000 × 30,000 in a few hundred bytes: the header alone says so."""
    import struct
    import zlib

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 64))
        + chunk(b"IEND", b"")
    )
