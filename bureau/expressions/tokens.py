"""Cutting a rule into words, numbers, texts and signs. Full-width forms count as their narrow ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from bureau.expressions.errors import ExpressionError

LONGEST = 4000  # characters of a rule
LONGEST_NUMBER = 30  # digits

Type = Literal["number", "text", "name", "sign", "end"]

# One character for one, so that places in the text stay what they are.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | str.maketrans(
    {"\u3000": " ", "\u00a0": " ", "、": ",", "−": "-", "–": "-", "—": "-", "×": "*", "÷": "/"}
)
_SIGNS = {
    "==": "=",
    "!=": "<>",
    "<>": "<>",
    "<=": "<=",
    ">=": ">=",
    "=<": "<=",
    "=>": ">=",
    "&&": "and",
    "||": "or",
    "**": "^",
    "≤": "<=",
    "≦": "<=",
    "≥": ">=",
    "≧": ">=",
    "≠": "<>",
    "!": "not",
} | {sign: sign for sign in "+-*/^=<>(),"}
_WORDS = {"and": "and", "or": "or", "not": "not"}
# Chinese words, the longer before the shorter.
_CHINESE: dict[str, tuple[Type, str]] = {
    "四舍五入": ("name", "round"),
    "绝对值": ("name", "abs"),
    "不等于": ("sign", "<>"),
    "不大于": ("sign", "<="),
    "不小于": ("sign", ">="),
    "平均值": ("name", "avg"),
    "最大值": ("name", "max"),
    "最小值": ("name", "min"),
    "并且": ("sign", "and"),
    "或者": ("sign", "or"),
    "等于": ("sign", "="),
    "大于": ("sign", ">"),
    "小于": ("sign", "<"),
    "如果": ("name", "if"),
    "求和": ("name", "sum"),
    "合计": ("name", "sum"),
    "平均": ("name", "avg"),
    "最大": ("name", "max"),
    "最小": ("name", "min"),
    "计数": ("name", "count"),
    "缺失": ("name", "missing"),
    "已填": ("name", "filled"),
    "介于": ("name", "between"),
    "且": ("sign", "and"),
    "或": ("sign", "or"),
    "非": ("sign", "not"),
    "是": ("name", "yes"),
    "否": ("name", "no"),
}
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.(?:[A-Za-z0-9_]+|\*))*", re.ASCII)
_CLOSING = {'"': '"“”＂', "“": '"”＂', "”": '"”＂', "＂": '"”＂', "'": "'’", "‘": "'’"}


@dataclass(frozen=True, slots=True)
class Token:
    """`text`: the sign or name in its one spelling, the content of a text. `at`: place, counted from 0."""

    type: Type
    text: str
    at: int


def tokens(text: str) -> Iterator[Token]:
    """Ends with one token of type "end". Raises ExpressionError."""
    if len(text) > LONGEST:
        raise ExpressionError(
            _("The rule has %(length)s characters; at most %(most)s are read. Cut it into several rules.")
            % {"length": len(text), "most": LONGEST}
        )
    narrow = text.translate(_NARROW)
    at = 0
    while at < len(text):
        if narrow[at].isspace():
            at += 1
            continue
        token, at = _next(text, narrow, at)
        yield token
    yield Token("end", "", len(text.rstrip()))


def number_of(token: Token) -> Decimal:
    return Decimal(token.text)


def _next(text: str, narrow: str, at: int) -> tuple[Token, int]:
    """The token at this place, and where the next one may begin."""
    if text[at] in _CLOSING:
        return _quoted(text, at)
    if found := _NUMBER.match(narrow, at):
        return _number(found, at), found.end()
    if found := _NAME.match(narrow, at):
        word = found.group()
        sign = _WORDS.get(word.lower())
        return Token("sign" if sign else "name", sign or word, at), found.end()
    for size in (2, 1):
        if sign := _SIGNS.get(narrow[at : at + size]):
            return Token("sign", sign, at), at + size
    for word, (kind, meaning) in _CHINESE.items():
        if narrow.startswith(word, at):
            return Token(kind, meaning, at), at + len(word)
    raise ExpressionError(_unknown(narrow[at]), at)


def _unknown(sign: str) -> str:
    if sign == "%":
        return _(
            "The percent sign has no meaning in a rule. Write 10 where a cell counts percent, 0.1 as a factor."
        )
    if sign == "·":
        return _(
            "A rule names a cell by its key, such as pupils.g1.boys, and not by its address, such as A·C4."
        )
    return _("“%(sign)s” has no meaning in a rule.") % {"sign": sign if sign.isprintable() else "?"}


def _number(found: re.Match[str], at: int) -> Token:
    if len(found.group()) > LONGEST_NUMBER:
        raise ExpressionError(_("This number has too many digits."), at)
    return Token("number", found.group(), at)


def _quoted(text: str, at: int) -> tuple[Token, int]:
    closing = _CLOSING[text[at]]
    for place in range(at + 1, len(text)):
        if text[place] in closing:
            return Token("text", text[at + 1 : place], at), place + 1
    raise ExpressionError(_("The text that begins here has no closing quotation mark."), at)
