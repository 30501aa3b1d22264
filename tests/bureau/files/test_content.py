"""What is taken and what is refused, by content and by name."""

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from bureau.files import content
from bureau.files.choices import PAPERS, FileType
from bureau.files.content import pdf
from bureau.files.kinds import AttachmentKind
from bureau.files.refusals import FileRefused
from tests.bureau.files import corpus

ANY = AttachmentKind("any", "Any")


def check(name, body, kind=ANY):
    return content.check(ContentFile(body, name=name), name, kind)


def test_the_corpus_is_large_enough_to_mean_something():
    assert len(corpus.TAKEN) + len(corpus.REFUSED) >= 60
    assert {check(name, body).file_type for name, body in corpus.TAKEN} == set(FileType)


@pytest.mark.parametrize(("name", "body"), corpus.TAKEN, ids=[name for name, _body in corpus.TAKEN])
def test_harmless_files_are_taken(name, body):
    checked = check(name, body)
    assert checked.name == name
    assert checked.size == len(checked.content.read()) > 0


@pytest.mark.parametrize(
    ("name", "body", "sentence"), corpus.REFUSED, ids=[name for name, _body, _sentence in corpus.REFUSED]
)
def test_dangerous_and_false_files_are_refused_with_a_sentence(name, body, sentence):
    with pytest.raises(FileRefused, match=sentence) as refusal:
        check(name, body)
    assert refusal.value.sentence.endswith(".")


def test_a_directory_that_names_too_small_a_size_does_not_help_a_bomb():
    """What comes out is what was announced, or the container counts as damaged."""
    body = corpus.claims_to_unpack_to(corpus.office("docx"), 5)
    with pytest.raises(FileRefused, match="damaged"):
        check("lying.docx", body)


@pytest.mark.parametrize(
    "body",
    [b"/ObjStm stream\n" * 300_000, b"/ObjStm " * 300_000, b"/ObjStm stream\n" * 300_000 + b"endstream"],
    ids=["beginnings", "names", "one end for all"],
)
def test_a_pdf_made_to_keep_the_checks_busy_is_refused_within_their_limits(body, monkeypatch):
    """Equal work instead of equal time: how often an object stream is looked for, how much of it is read."""
    asked, read = [], []
    names, text = pdf.Packed.names, pdf.Packed._text
    monkeypatch.setattr(pdf.Packed, "names", lambda self, place: asked.append(1) or names(self, place))
    monkeypatch.setattr(
        pdf.Packed, "_text", lambda self, begin, **how: read.append(1) or text(self, begin, **how)
    )
    with pytest.raises(FileRefused, match="damaged"):
        check("busy.pdf", corpus.pdf(objects=(body,)))
    assert len(asked) <= pdf.MOST_PACKED + 1 and len(read) <= 20


def test_other_than_pictures_is_stored_as_it_came():
    body = corpus.pdf()
    assert check("a.pdf", body).content.read() == body


def test_a_photograph_stands_upright_and_says_neither_place_nor_camera():
    checked = check("photo.jpg", corpus.photo_with_place())
    body = checked.content.read()
    assert b"Canarycamera" not in body
    image = Image.open(io.BytesIO(body))
    assert image.size == (20, 40)
    assert not image.getexif()


def test_a_picture_with_holes_keeps_them():
    out = io.BytesIO()
    Image.new("RGBA", (5, 5), (0, 0, 0, 0)).save(out, "PNG")
    image = Image.open(check("stamp.png", out.getvalue()).content)
    assert image.mode == "RGBA" and image.getpixel((0, 0))[3] == 0


def test_a_kind_takes_only_its_own_types():
    papers = AttachmentKind("paper", "Paper", types=PAPERS)
    with pytest.raises(FileRefused, match="pdf, ofd"):
        check("letter.docx", corpus.office("docx"), papers)


def test_a_file_above_the_limit_of_its_kind_is_refused_with_both_figures():
    small = AttachmentKind("small", "Small", max_mb=1)
    with pytest.raises(FileRefused, match=r"1\.2 MB; at most 1 MB"):
        check("a.pdf", corpus.pdf(objects=(b"x" * 1_250_000,)), small)


def test_no_kind_goes_beyond_the_limit_of_the_portal(settings):
    settings.FILES_MAX_MB = 1
    assert AttachmentKind("large", "Large", max_mb=100).max_bytes == 1024 * 1024


def test_a_picture_is_measured_before_it_is_decoded(monkeypatch):
    """A picture of 900 million pixels in a hundred bytes: its pixels are never asked for."""
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("the picture was decoded"))
    with pytest.raises(FileRefused, match="million pixels"):
        check("wall.png", corpus.huge_png(30_000, 30_000))


def test_any_damaged_byte_of_a_document_is_answered_with_a_sentence_or_taken():
    """No content makes the checks themselves fall over."""
    bodies = {
        "a.pdf": corpus.pdf(),
        "a.docx": corpus.office("docx"),
        "a.ofd": corpus.ofd(),
        "a.doc": corpus.compound({"WordDocument": corpus.word()})[:1600],
        "a.png": corpus.picture(),
        "a.jpg": corpus.picture("JPEG"),
    }
    for name, body in bodies.items():
        for place in range(0, len(body), max(1, len(body) // 60)):
            broken = body[:place] + bytes([body[place] ^ 0xFF]) + body[place + 1 :]
            try:
                check(name, broken)
            except FileRefused:
                continue
