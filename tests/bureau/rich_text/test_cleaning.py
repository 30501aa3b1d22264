"""Whatever is pasted: what is stored may be shown."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bureau.rich_text.cleaning import cleaned
from bureau.rich_text.fields import RichTextFormField
from bureau.rich_text.reading import outline, plain

# As Word and WPS put it on the clipboard.
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><title>x</title><meta name=Generator>
<style>p.MsoNormal{mso-style-parent:"";color:red}</style></head><body><!--StartFragment-->
<h1 style='mso-pagination:widow-orphan'><span lang=EN-US>一、时间<o:p></o:p></span></h1>
<p class=MsoNormal style='text-indent:28.0pt' align=center><b><span style='font-family:仿宋_GB2312'>九月一日</span></b>
<i>开学</i>。<![if !supportEmptyParas]>&nbsp;<![endif]></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<table class=MsoTable border=1 onclick="x()"><tr><td width=100>校历<td>附后</table>
<script>alert(1)</script><img src=x onerror=alert(2)><!--EndFragment--></body></html>"""


def test_text_from_word_keeps_its_words_headings_and_tables_and_nothing_else() -> None:
    found = cleaned(WORD)
    assert plain(found) == "一、时间\n九月一日 开学。\n校历 附后"
    assert outline(found).headings == [(2, "一、时间")]
    assert "<table>" in found and "<strong>九月一日</strong>" in found
    for trace in ("style", "class", "mso", "o:p", "xml", "alert", "<img", "onclick", "<span", "<!--"):
        assert trace not in found


@pytest.mark.parametrize(
    "attack",
    [
        '<p><a href="javascript:alert(1)">x</a></p>',
        '<p><a href="data:text/html,<script>alert(1)</script>">x</a></p>',
        "<svg><script>alert(1)</script></svg><p>x</p>",
        '<math><mtext><img src=1 onerror="alert(1)"></mtext></math><p>x</p>',
        '<p style="background:url(//evil)">x</p>',
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript><p>x</p>",
        "<scr<script>ipt>alert(1)</scr</script>ipt><p>x</p>",
    ],
)
def test_nothing_that_runs_or_loads_is_kept(attack: str) -> None:
    found = cleaned(attack)
    for trace in ("<script", "<img", "javascript:", "data:", "style=", "onerror=", "href="):
        assert trace not in found


def test_text_without_marks_becomes_paragraphs_and_shows_what_was_typed() -> None:
    assert cleaned("第一段\n第二行\n\n3 < 5 & 7") == "<p>第一段<br>第二行</p><p>3 &lt; 5 &amp; 7</p>"
    assert cleaned(" \n ") == "" and cleaned("<p></p><p><br></p>") == ""


def test_the_field_of_a_form_gives_what_may_be_stored_and_asks_for_words() -> None:
    field = RichTextFormField(max_length=40)
    assert field.clean('<p onclick="x()">好</p>') == "<p>好</p>"
    # The limit is for what is stored, not for the styles around it.
    assert field.clean(f'<p style="{"x" * 500}">好</p>') == "<p>好</p>"


@given(st.text(max_size=80))
@example("<p>a<p>b")
@example("&amp;lt;script&gt;")
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    once = cleaned(f"<p>{text}</p>")
    assert cleaned(once) == once
