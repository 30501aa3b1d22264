"""Files of every sort, made here: the harmless, the dangerous, and those that pretend."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image

MAIN = "application/vnd.openxmlformats-officedocument."
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
END, FREE = 0xFFFFFFFE, 0xFFFFFFFF


def pdf(*, catalog: str = "", objects: tuple[bytes, ...] = (), head: bytes = b"", tail: bytes = b"") -> bytes:
    """One page with a line of text."""
    text = b"BT /F1 24 Tf 72 720 Td (Invented) Tj ET"
    bodies = [
        b"<</Type /Catalog /Pages 2 0 R %s>>" % catalog.encode(),
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources <</Font <</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(text), text),
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
        *objects,
    ]
    out = bytearray(head + b"%PDF-1.7\n%\xe4\xbd\xa0\xe5\xa5\xbd\n")
    places = []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, xref)
    return bytes(out) + tail


def packed_objects(text: bytes) -> bytes:
    """An object stream: what stands in it is found in no plain search."""
    body = zlib.compress(text)
    return b"<</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream" % (
        len(body),
        body,
    )


def archive(parts: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as opened:
        for name, body in parts.items():
            opened.writestr(name, body)
    return out.getvalue()


def content_types(**overrides: str) -> str:
    lines = "".join(
        f'<Override PartName="/{path}" ContentType="{kind}"/>' for path, kind in overrides.items()
    )
    return f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types">{lines}</Types>'


def relations(*links: tuple[str, str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="r{number}" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        for number, (kind, target, mode) in enumerate(links)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def office(kind: str, **more: str | bytes) -> bytes:
    """kind: "docx" or "xlsx", or what the content type of its main part says. `more`: further parts."""
    return archive({**office_parts(kind), **more})


def office_parts(kind: str) -> dict[str, str | bytes]:
    path = "xl/workbook.xml" if "xls" in kind or "sheet" in kind else "word/document.xml"
    types = {
        "docx": f"{MAIN}wordprocessingml.document.main+xml",
        "xlsx": f"{MAIN}spreadsheetml.sheet.main+xml",
    }
    return {
        "[Content_Types].xml": content_types(**{path: types.get(kind, kind)}),
        "_rels/.rels": relations(("officeDocument", path, "Internal")),
        path: "<document>Invented</document>",
    }


def ofd(**more: str | bytes) -> bytes:
    root = (
        '<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0">'
        "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )
    return archive({"OFD.xml": root, "Doc_0/Document.xml": "<Document/>", **more})


def locked_archive(content: bytes) -> bytes:
    """The same container with the mark "encrypted" on each part."""
    marked = bytearray(content)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = marked.find(sign)
        while place >= 0:
            marked[place + offset] |= 1
            place = marked.find(sign, place + 1)
    return bytes(marked)


def claims_to_unpack_to(content: bytes, size: int) -> bytes:
    """The directory of the container names this size for its first part."""
    place = content.find(b"PK\x01\x02") + 24
    return content[:place] + struct.pack("<I", size) + content[place + 4 :]


def compound(streams: Mapping[str, bytes], storages: tuple[str, ...] = ()) -> bytes:
    """A compound file (MS-CFB) of 512-byte sectors; every stream is padded to the regular size."""
    entries = [("Root Entry", 5, END, 0)] + [(name, 1, 0, 0) for name in storages]
    folder_sectors = (len(entries) + len(streams) + 3) // 4
    table = [0xFFFFFFFD, *range(2, folder_sectors + 1), END]
    bodies = []
    for name, body in streams.items():
        padded = body.ljust(4096, b"\0")
        padded += b"\0" * (-len(padded) % 512)
        start, count = len(table), len(padded) // 512
        table += [*range(start + 1, start + count), END]
        entries.append((name, 2, start, len(padded)))
        bodies.append(padded)
    table += [FREE] * (128 - len(table))
    folder = b"".join(_entry(*entry) for entry in entries).ljust(folder_sectors * 512, b"\0")
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, 4096, END, 0, END, 0),
    )
    head += struct.pack("<109I", 0, *[FREE] * 108)
    return head + struct.pack("<128I", *table) + folder + b"".join(bodies)


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    written = name.encode("utf-16-le")
    entry = written.ljust(64, b"\0") + struct.pack("<HBB", len(written) + 2, kind, 1)
    entry += struct.pack("<III", FREE, FREE, FREE) + b"\0" * 36
    return entry + struct.pack("<IQ", start, size)


def word(*, is_locked: bool = False) -> bytes:
    """The first bytes of a WordDocument stream."""
    return struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, 0x0100 if is_locked else 0)


def book(*records: int) -> bytes:
    """The first records of a Workbook stream."""
    kinds = (0x0809, *records, 0x000A)
    return b"".join(struct.pack("<HH", kind, 4) + b"\0\0\0\0" for kind in kinds)


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (120, 30, 30)).save(out, kind, **options)
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A few bytes that claim to be a picture of this size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack("!I", len(body)) + kind + body + struct.pack("!I", zlib.crc32(kind + body))

    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def photo_with_place() -> bytes:
    """A photograph that says where it was taken and by which camera, lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Canarycamera"
    return picture("JPEG", (40, 20), exif=exif)


def moving_png() -> bytes:
    frames = [Image.new("RGB", (9, 9), (shade, 0, 0)) for shade in (10, 200)]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

PROGRAM = b"MZ\x90\0" + b"\0" * 200
MACRO = {"word/vbaProject.bin": b"\0" * 20}
FAR_TEMPLATE = {
    "word/_rels/settings.xml.rels": relations(
        ("attachedTemplate", "https://example.invalid/a.dotm", "External")
    )
}
CLICKED_LINK = {
    "word/_rels/document.xml.rels": relations(("hyperlink", "https://example.invalid/", "External"))
}
DOCTYPE = {"word/_rels/document.xml.rels": '<!DOCTYPE a [<!ENTITY b "c">]><Relationships/>'}

PLAIN_PACK = b"<</Type /ObjStm /N 1 /First 4>>\nstream\n1 0 <</S /JavaScript>>\nendstream"
HEX_PACK = (
    packed_objects(b"1 0 <<>>")
    .replace(b"/FlateDecode", b"[/ASCIIHexDecode /FlateDecode]")
    .replace(b"stream\nx", b"stream\n78")
)
ROW_PACK = packed_objects(b"1 0 <<>>").replace(b"/N 1", b"/N 1 /DecodeParms <</Predictor 12>>")

# (name, content): taken.
TAKEN: list[tuple[str, bytes]] = [
    ("批复.pdf", pdf()),
    ("two updates.pdf", pdf() + pdf()[9:]),
    ("packed.pdf", pdf(objects=(packed_objects(b"1 0 <</Type /Font>>"),))),
    ("text with the word.pdf", pdf(objects=(b"<</Length 8>>\nstream\n(JS) Tj \nendstream",))),
    ("证照.ofd", ofd()),
    ("letter.docx", office("docx")),
    ("link.docx", office("docx", **CLICKED_LINK)),
    ("table.xlsx", office("xlsx")),
    ("old.doc", compound({"WordDocument": word()})),
    ("old.wps", compound({"WordDocument": word(), "1Table": b""})),
    ("old.xls", compound({"Workbook": book()})),
    ("older.xls", compound({"Book": book()})),
    ("old.et", compound({"Workbook": book()})),
    ("photo.jpg", picture("JPEG")),
    ("photo.JPEG", photo_with_place()),
    ("plan.png", picture()),
    ("2024.09.01通知.pdf", pdf()),
]

# (name, content, part of the sentence): refused.
REFUSED: list[tuple[str, bytes, str]] = [
    ("page.html", b"<html>", "not taken here"),
    ("drawing.svg", b"<svg/>", "not taken here"),
    ("code.js", b"alert(1)", "not taken here"),
    ("data.xml", b"<a/>", "not taken here"),
    ("figure.eps", b"%!PS-Adobe", "not taken here"),
    ("setup.exe", PROGRAM, "not taken here"),
    ("macros.xlsm", office("xlsx", **MACRO), "not taken here"),
    ("macros.docm", office("docx", **MACRO), "not taken here"),
    ("all.zip", archive({"a": "b"}), "not taken here"),
    ("picture.gif", picture("GIF"), "not taken here"),
    ("no-ending", pdf(), "has no ending"),
    ("list.exe.pdf", pdf(), "two endings"),
    ("list.html.png", picture(), "two endings"),
    ("empty.pdf", b"", "empty"),
    ("program.pdf", PROGRAM, "not what its name says"),
    ("picture.pdf", picture(), "not what its name says"),
    ("pdf.png", pdf(), "not a picture"),
    ("jpg.png", picture("JPEG"), "not a picture"),
    ("table.docx", office("xlsx"), "not what its name says"),
    ("text.xls", compound({"WordDocument": word()}), "not what its name says"),
    ("zip.docx", archive({"a.txt": "b"}), "not a Word or Excel"),
    ("slides.docx", office(f"{MAIN}presentationml.presentation.main+xml"), "not a Word or Excel"),
    ("zip.ofd", archive({"a.txt": "b"}), "not an OFD"),
    ("other.ofd", archive({"OFD.xml": "<OFD/>"}), "not an OFD"),
    ("text.ofd", archive({"OFD.xml": "no xml"}), "damaged"),
    ("works.wps", compound({"CONTENTS": b""}), "not a document"),
    ("both.doc", compound({"WordDocument": word(), "Workbook": book()}), "not a document"),
    ("half.pdf", pdf()[:200], "damaged"),
    ("half.docx", office("docx")[:-40], "damaged"),
    ("half.doc", compound({"WordDocument": word()})[:700], "damaged"),
    ("circle.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
    ("half.png", picture(size=(300, 300))[:120], "damaged"),
    ("script.pdf", pdf(catalog="/OpenAction <</S /JavaScript /JS (app.alert(1))>>"), "script"),
    ("escaped.pdf", pdf(catalog="/OpenAction <</S /J#61vaScript>>"), "script"),
    ("packed script.pdf", pdf(objects=(packed_objects(b"1 0 <</S /JavaScript>>"),)), "script"),
    ("packed plainly.pdf", pdf(objects=(PLAIN_PACK,)), "script"),
    ("packed twice.pdf", pdf(objects=(HEX_PACK,)), "damaged"),
    ("packed in rows.pdf", pdf(objects=(ROW_PACK,)), "damaged"),
    ("packed bomb.pdf", pdf(objects=(packed_objects(b" " * 70_000_000),)), "damaged"),
    ("form.pdf", pdf(catalog="/AcroForm <</XFA 9 0 R>>"), "script"),
    ("launch.pdf", pdf(catalog="/OpenAction <</S /Launch /F (a.exe)>>"), "starts a program"),
    ("sends.pdf", pdf(catalog="/AA <</O <</S /SubmitForm>>>>"), "starts a program"),
    ("embedded.pdf", pdf(catalog="/Names <</EmbeddedFiles 9 0 R>>"), "other files inside"),
    ("locked.pdf", pdf().replace(b"/Size", b"/Encrypt 9 0 R /Size"), "protected"),
    ("before.pdf", pdf(head=b"<html><script>"), "not what its name says"),
    ("behind.pdf", pdf(tail=archive({"a": "b" * 3000})), "hidden"),
    ("macros.docx", office("docx", **MACRO), "macros"),
    ("macros in the list.docx", office(f"{MAIN}word.macroEnabled.main+xml"), "macros"),
    ("excel 4.xlsx", office("xlsx", **{"xl/macrosheets/sheet1.xml": "<x/>"}), "macros"),
    ("remote.docx", office("docx", **FAR_TEMPLATE), "another place"),
    ("doctype.docx", office("docx", **DOCTYPE), "hidden"),
    ("program.docx", office("docx", **{"word/a.exe": PROGRAM}), "program"),
    ("object.docx", office("docx", **{"word/embeddings/oleObject1.bin": b"\0"}), "program"),
    ("climbs.docx", office("docx", **{"../../etc/passwd": "x"}), "hidden"),
    ("locked.docx", compound({"EncryptedPackage": b"", "EncryptionInfo": b""}), "password"),
    ("locked parts.docx", locked_archive(office("docx")), "password"),
    ("bomb.docx", claims_to_unpack_to(office("docx"), 0x3FFFFFFF), "unpacks"),
    ("page and zip.docx", b"<html>" + office("docx"), "not what its name says"),
    ("zip and more.docx", office("docx") + b"<script>alert(1)</script>", "damaged|hidden"),
    ("locked.doc", compound({"WordDocument": word(is_locked=True)}), "password"),
    ("locked.xls", compound({"Workbook": book(0x002F)}), "password"),
    ("macros.doc", compound({"WordDocument": word()}, ("Macros", "VBA")), "macros"),
    ("macros.xls", compound({"Workbook": book()}, ("_VBA_PROJECT_CUR",)), "macros"),
    ("program.doc", compound({"WordDocument": word(), "\x01Ole10Native": b""}), "program"),
    ("page.png", picture() + b"<html><script>alert(1)</script>", "hidden"),
    ("page in the comment.jpg", picture("JPEG", comment=b"<script>alert(1)</script>"), "hidden"),
    ("picture and zip.jpg", picture("JPEG") + archive({"a": "b"}), "hidden"),
    ("wall.png", huge_png(30_000, 30_000), "million pixels"),
    ("moving.png", moving_png(), "moves"),
]
