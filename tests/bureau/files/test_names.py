"""What a file may be called, and what a browser is told."""

import pytest

from bureau.files import names

TRICKS = {
    'a"; filename="x.html.pdf': 'attachment; filename="a__ filename=_x.html.pdf"',
    "a\r\nSet-Cookie: b=c.pdf": 'attachment; filename="aSet-Cookie_ b=c.pdf"',
    "../../etc/passwd.pdf": 'attachment; filename="passwd.pdf"',
    "C:\\Users\\me\\list.pdf": 'attachment; filename="list.pdf"',
    "a\u202efdp.exe.pdf": 'attachment; filename="afdp.exe.pdf"',
    "a\u2028b\x00c.pdf": 'attachment; filename="abc.pdf"',
    "通知.pdf": "attachment; filename=\"file.pdf\"; filename*=UTF-8''%E9%80%9A%E7%9F%A5.pdf",
    "": 'attachment; filename="file.pdf"',
    "...": 'attachment; filename="file.pdf"',
    "page.html": 'attachment; filename="page.html.pdf"',
    "100%20.pdf": 'attachment; filename="100_20.pdf"',
    "a\U000e0041b.pdf": 'attachment; filename="ab.pdf"',
}


@pytest.mark.parametrize(("name", "header"), TRICKS.items())
def test_no_name_breaks_out_of_the_header(name, header):
    assert names.disposition(name, "pdf") == header


@pytest.mark.parametrize("name", ["n" * 300 + ".pdf", "通" * 300 + ".pdf", "😀" * 300 + ".pdf"])
def test_a_name_of_300_signs_is_cut_and_keeps_its_ending(name):
    clean = names.clean_name(name)
    assert clean.endswith(".pdf")
    assert len(clean.encode()) <= names.MOST_BYTES + 4
    header = names.disposition(name, "pdf")
    assert header.isascii() and header.endswith((".pdf", '.pdf"'))


def test_a_composed_and_a_decomposed_name_are_one():
    assert names.clean_name("e\u0301.pdf") == names.clean_name("\u00e9.pdf")


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("list.exe.pdf", "exe"),
        ("a.JS .png", "js"),
        ("2024.09.01.pdf", ""),
        ("plan.v2.docx", ""),
        ("a.pdf", ""),
    ],
)
def test_an_ending_that_runs_may_not_hide_before_the_last_one(name, hidden):
    assert names.hidden_ending(name) == hidden
