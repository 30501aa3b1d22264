"""Between what people type, what is kept, what a rule computes with, and what people read.

In rules money counts yuan; it is kept as whole fen. Percent count as they are written: 12.5 is 12.5 %.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import money
from bureau.expressions import DATE, MISSING, NUMBER, TEXT, YES_NO, Missing, Value, choice
from bureau.expressions import Kind as RuleKind
from bureau.expressions.values import NUMBERS, number
from schools.returns.definition import CellSpec

LONGEST_NUMBER = 15  # digits before the point; what a spreadsheet keeps exactly
LONGEST_TYPED = 60
NOTHING = "–"  # a value that is not there, in the words of a message

_NARROW = str.maketrans("０１２３４５６７８９，．－−–／年月％＋", "0123456789,.---/--%+")
_WHOLE_OR_THOUSANDS = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?", re.ASCII)
_KEPT = re.compile(r"-?\d{1,20}(\.\d{1,20})?", re.ASCII)
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})日?|(\d{4})(\d{2})(\d{2})", re.ASCII)
_YES = frozenset({"yes", "y", "true", "1", "是", "有", "√"})
_NO = frozenset({"no", "n", "false", "0", "否", "无", "没有", "×"})

NOT_WHOLE = gettext_lazy("“%(text)s” is not a whole number. Write digits, such as 120.")
NOT_A_NUMBER = gettext_lazy("“%(text)s” is not a number. Write digits, such as 12.5.")
TOO_LONG = gettext_lazy("“%(text)s” has too many digits. Check the number.")
TOO_FINE = gettext_lazy("“%(text)s” has too many decimals. Write at most %(decimals)s.")
NOT_A_DAY = gettext_lazy("“%(text)s” is not a day. Write it as 2025-09-01.")
NOT_YES_NO = gettext_lazy("“%(text)s” is neither yes nor no.")
NOT_A_CHOICE = gettext_lazy("“%(text)s” is not among the choices: %(choices)s.")


def canonical(spec: CellSpec, typed: str) -> str:
    """Typed text as it is kept (see `CellSpec`); "" stays "". Raises ValidationError with a sentence.

    Takes full-width digits, spaces, thousands commas, ¥ and 元 for money, 是 and 否, the words of a choice.
    """
    text = typed.strip()
    if not text:
        return ""
    return _READ[spec.kind](spec, text)


def shown(spec: CellSpec, canonical: str) -> str:
    """A kept text as people read it: thousands commas, money in yuan, choices in words; what it is not, as it is."""
    if canonical == "":
        return ""
    match spec.kind:
        case "choice":
            return next((str(words) for code, words in spec.choices if code == canonical), canonical)
        case "yes_no":
            return {"yes": _("Yes"), "no": _("No")}.get(canonical, canonical)
        case "number" | "decimal" | "percent" | "money":
            value = value_of(spec, canonical)
            return _figures(spec, value) if isinstance(value, Decimal) else canonical
    return canonical


def value_of(spec: CellSpec, canonical: str) -> Value | Missing:
    """What a rule computes with; missing for "" and for a text that is no value of the kind."""
    if not isinstance(canonical, str) or canonical == "":
        return MISSING
    match spec.kind:
        case "number" | "decimal" | "percent" | "money":
            return _decimal(spec, canonical)
        case "date":
            try:
                return date.fromisoformat(canonical)
            except ValueError:
                return MISSING
        case "yes_no":
            return canonical == "yes" if canonical in ("yes", "no") else MISSING
    return canonical


def text_of(spec: CellSpec, value: Value | Missing) -> str:
    """What a rule gave, as it is kept in a cell; "" where it is missing or of another kind."""
    match value:
        case bool():
            return ("yes" if value else "no") if spec.kind == "yes_no" else ""
        case Decimal():
            return _text_of_number(spec, value)
        case date():
            return value.isoformat() if spec.kind == "date" else ""
        case str():
            return value if spec.kind in ("text", "choice") else ""
    return ""


def rule_kind(spec: CellSpec) -> RuleKind:
    """The kind of a cell for the check of a rule."""
    match spec.kind:
        case "text":
            return TEXT
        case "choice":
            return choice(code for code, _words in spec.choices)
        case "date":
            return DATE
        case "yes_no":
            return YES_NO
    return NUMBER


def said(value: Value | Missing) -> str:
    """A value without a cell of its own, for people: what a rule gave in the words of a message."""
    match value:
        case bool():
            return _("Yes") if value else _("No")
        case Decimal():
            rounded = number(NUMBERS.quantize(value, Decimal("0.01")))
            if isinstance(rounded, Missing):
                return NOTHING  # longer than anybody reads
            return _minus(
                f"{rounded:,f}".rstrip("0").rstrip(".") if "." in f"{rounded:f}" else f"{rounded:,f}"
            )
        case date():
            return value.isoformat()
        case str():
            return value
    return NOTHING


def _decimal(spec: CellSpec, text: str) -> Decimal | Missing:
    if not _KEPT.fullmatch(text):
        return MISSING
    value = Decimal(text)
    return value / money.FEN if spec.kind == "money" else value


def _figures(spec: CellSpec, value: Decimal) -> str:
    return _minus(f"{value:,.2f}" if spec.kind == "money" else f"{value:,f}")


def _minus(text: str) -> str:
    return text.replace("-", "\u2212")


def _text_of_number(spec: CellSpec, value: Decimal) -> str:
    if spec.kind not in ("number", "decimal", "percent", "money"):
        return ""
    if abs(value) >= Decimal(10) ** LONGEST_NUMBER:
        return ""
    if spec.kind == "money":
        return str(int((value * money.FEN).to_integral_value(ROUND_HALF_UP)))
    decimals = 0 if spec.kind == "number" else spec.decimals
    return _plain(value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def _plain(value: Decimal) -> str:
    """Without zeros at the end, without a minus before zero."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _number_typed(spec: CellSpec, text: str) -> str:
    plain = "".join(text.translate(_NARROW).split())
    sentence = NOT_WHOLE if spec.kind == "number" else NOT_A_NUMBER
    found = _WHOLE_OR_THOUSANDS.fullmatch(plain.removesuffix("%") if spec.kind == "percent" else plain)
    if found is None or len(plain) > LONGEST_TYPED:
        raise _refused(sentence, text)
    sign, whole, fraction = (
        found[1],
        found[2].replace(",", "").lstrip("0") or "0",
        (found[3] or "").rstrip("0"),
    )
    if len(whole) > LONGEST_NUMBER:
        raise _refused(TOO_LONG, text)
    if spec.kind == "number" and fraction:
        raise _refused(NOT_WHOLE, text)
    if len(fraction) > spec.decimals:
        raise _refused(TOO_FINE, text, decimals=spec.decimals)
    value = f"{whole}.{fraction}" if fraction else whole
    return f"-{value}" if sign == "-" and value != "0" else value


def _money_typed(spec: CellSpec, text: str) -> str:
    return str(money.parse(text))


def _day_typed(spec: CellSpec, text: str) -> str:
    plain = "".join(text.translate(_NARROW).split())
    found = _DAY.fullmatch(plain)
    try:
        year, month, day = (int(part) for part in (found.groups() if found else ()) if part is not None)
        return date(year, month, day).isoformat()
    except ValueError:
        raise _refused(NOT_A_DAY, text) from None


def _yes_no_typed(spec: CellSpec, text: str) -> str:
    if text.lower() in _YES:
        return "yes"
    if text.lower() in _NO:
        return "no"
    raise _refused(NOT_YES_NO, text)


def _choice_typed(spec: CellSpec, text: str) -> str:
    for code, words in spec.choices:
        if text == code or text.lower() in (words.zh.lower(), words.en.lower()):
            return code
    offered = ", ".join(str(words) for _code, words in spec.choices)
    raise _refused(NOT_A_CHOICE, text, choices=offered)


def _text_typed(spec: CellSpec, text: str) -> str:
    """Lines end in one way; characters that no screen shows are left out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign == "\n" or sign == "\t" or sign.isprintable()).strip()


def _refused(sentence: object, text: str, **more: object) -> ValidationError:
    named = text if len(text) <= LONGEST_TYPED else f"{text[:LONGEST_TYPED]}…"
    return ValidationError(str(sentence), code="invalid", params={"text": named, **more})


_READ: dict[str, Callable[[CellSpec, str], str]] = {
    "number": _number_typed,
    "decimal": _number_typed,
    "percent": _number_typed,
    "money": _money_typed,
    "date": _day_typed,
    "yes_no": _yes_no_typed,
    "choice": _choice_typed,
    "text": _text_typed,
}
