"""Money is whole fen, an integer, everywhere: the column, the box in which it is typed, the words on the page.

It leans on Django alone, so every floor may use it. Decimal sums differ between SQLite and PostgreSQL; integers
do not.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FEN = 100  # in a yuan
WAN = 10_000  # yuan
# 100,000,000,000.00 yuan. A sum over 900,000 such rows still fits the 64 bits of a column.
MOST = 10**13
LONGEST_TYPED = 40

_AMOUNT = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?(万)?", re.ASCII)
_AROUND = re.compile(r"^(?:人民币|rmb|cny|¥)|(?:元|圆|块|yuan)整?$", re.IGNORECASE)
# Full-width forms and the marks that look like a minus; no other digits, for ² is not 2.
_NARROW = str.maketrans("０１２３４５６７８９，．＋－−–￥", "0123456789,.+---¥")

NOT_AN_AMOUNT = gettext_lazy("“%(text)s” is not an amount of money. Write yuan in digits, such as 1,234.56.")
TOO_FINE = gettext_lazy("“%(text)s” has parts of a fen. Write at most two decimals, such as 1,234.56.")
TOO_LARGE = gettext_lazy("“%(text)s” is more than this portal counts. Check the number of digits.")
TOO_SMALL = gettext_lazy("The amount must be at least %(least)s.")
BELOW_ZERO = gettext_lazy("The amount must not be below zero.")
TOO_MUCH = gettext_lazy("This is more money than this portal counts. Check the number of digits.")
NOT_ABOVE_ZERO = gettext_lazy("The amount must be above zero.")


def parse(text: str) -> int:
    """Typed yuan as fen: "1,234.56", "１２３４．５６", "¥1234.5元", "1.5万元" (15,000 yuan).

    Raises ValidationError with a sentence for everything else, such as "1e5", "1,23" or three decimals.
    """
    typed = str(text).strip()
    plain = "".join(typed.translate(_NARROW).split())
    if len(plain) > LONGEST_TYPED:
        raise _refused(NOT_AN_AMOUNT, typed[:LONGEST_TYPED])
    found = _AMOUNT.fullmatch(_AROUND.sub("", _AROUND.sub("", plain)))
    if found is None:
        raise _refused(NOT_AN_AMOUNT, typed)
    sign, whole, decimals, wan = found.groups()
    yuan = Decimal(f"{sign}{whole.replace(',', '')}.{decimals or '0'}")
    if not wan and len(decimals or "") > 2:
        raise _refused(TOO_FINE, typed)
    return _whole_fen(yuan * WAN if wan else yuan, typed)


def of_number(value: int | float | Decimal) -> int:
    """A number of yuan from a sheet as fen. A spreadsheet keeps 15 digits: its 0.30000000000000004 is 0.30."""
    exact = Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        raise _refused(NOT_AN_AMOUNT, str(value))
    return _whole_fen(exact, str(value))


def _whole_fen(yuan: Decimal, typed: str) -> int:
    if abs(yuan) > MOST // FEN:
        raise _refused(TOO_LARGE, typed)
    fen = yuan * FEN
    if fen != fen.to_integral_value():
        raise _refused(TOO_FINE, typed)
    return int(fen)


def _refused(sentence: Any, text: str) -> ValidationError:
    return ValidationError(sentence, code="invalid", params={"text": text})


def figures(fen: int) -> str:
    """1,234.56 with a real minus sign: the same in both languages."""
    return f"{Decimal(fen) / FEN:,.2f}".replace("-", "\u2212")


def shown(fen: int) -> str:
    """¥1,234.56"""
    sign = "\u2212" if fen < 0 else ""
    return f"{sign}¥{figures(abs(fen))}"


def in_wan(fen: int) -> str:
    """123.45万元: for a large sum at a glance, rounded to a hundred yuan; the exact one stands beside it."""
    amount = f"{Decimal(fen) / (FEN * WAN):,.2f}".replace("-", "\u2212")
    return _("%(amount)s ten thousand yuan") % {"amount": amount}


class YuanField(forms.Field):
    """Yuan on the page, fen in the record. What cannot be read stays in the box."""

    widget = forms.TextInput

    def __init__(self, *, least: int | None = 0, most: int = MOST, **kwargs: Any) -> None:
        """`least`: in fen; 0 refuses what is below zero, 1 also zero itself, None allows both signs."""
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values or not str(value).strip():
            return None
        return parse(str(value))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None or self.least is None or value >= self.least:
            return
        sentence = {0: BELOW_ZERO, 1: NOT_ABOVE_ZERO}.get(self.least, TOO_SMALL)
        raise ValidationError(sentence, code="min_value", params={"least": shown(self.least)})

    def prepare_value(self, value: Any) -> Any:
        return figures(value).replace("\u2212", "-") if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


if TYPE_CHECKING:
    _BigInteger = models.BigIntegerField[Any, Any]
else:
    _BigInteger = models.BigIntegerField


class MoneyField(_BigInteger):
    """Whole fen. `least`: the lowest amount in fen; None allows both signs. Add a CHECK for a balance."""

    description = gettext_lazy("Amount of money in whole fen")

    def __init__(self, *args: Any, least: int | None = 0, **kwargs: Any) -> None:
        self.least = least
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.least != 0:
            kwargs["least"] = self.least
        return name, path, args, kwargs

    @property
    def validators(self) -> list[Any]:
        found: list[Any] = [*super().validators, MaxValueValidator(MOST, TOO_MUCH)]
        if self.least is None:
            return [*found, MinValueValidator(-MOST, TOO_MUCH)]
        return [*found, MinValueValidator(self.least, BELOW_ZERO if self.least == 0 else NOT_ABOVE_ZERO)]

    def formfield(self, **kwargs: Any) -> Any:
        # Not the number field of an integer: its widget and its limits speak of fen.
        options: dict[str, Any] = {
            "required": not self.blank,
            "label": capfirst(self.verbose_name),
            "help_text": self.help_text,
            "least": self.least,
        }
        if self.has_default():
            options["initial"] = self.get_default()
        form_class = kwargs.pop("form_class", None) or YuanField
        return form_class(**(options | kwargs))
