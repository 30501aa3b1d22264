"""Dates in forms: a native input for a near day, three boxes for a known one (year, month, day)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

DATE_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%d %B %Y"]


class DateInput(forms.DateInput):
    """The browser's own date picker; text in the form 2026-06-09 where it has none."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class DateParts(forms.MultiWidget):
    """Year, month, day: the Chinese order in both languages."""

    use_fieldset = True
    labels = (_("Year, four digits"), _("Number of the month"), _("Day of the month"))

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            name: forms.TextInput(attrs={"inputmode": "numeric", "maxlength": size, "aria-label": label})
            for name, size, label in zip(("y", "m", "d"), (4, 2, 2), self.labels, strict=True)
        }
        super().__init__(boxes, attrs)

    def decompress(self, value: date | None) -> list[Any]:
        return [value.year, value.month, value.day] if isinstance(value, date) else ["", "", ""]


class DatePartsField(forms.MultiValueField):
    """A known date, such as a birthday or a founding day."""

    widget = DateParts

    def __init__(self, **kwargs: Any) -> None:
        invalid = {"invalid": _("Write year, month and day as numbers.")}
        boxes = tuple(forms.IntegerField(required=False, error_messages=invalid) for _part in range(3))
        # ModelForms pass an empty help text; the boxes need words that everyone sees.
        kwargs["help_text"] = kwargs.get("help_text") or _("Year, month and day, for example 2019 9 1")
        super().__init__(boxes, require_all_fields=False, **kwargs)

    def compress(self, data_list: Sequence[int | None]) -> date | None:
        if not data_list or all(part is None for part in data_list):
            return None
        year, month, day = data_list
        if year is None or month is None or day is None:
            raise ValidationError(_("Give the year, the month and the day."), code="incomplete")
        try:
            return date(year, month, day)
        except (ValueError, OverflowError):
            raise ValidationError(_("There is no such day in the calendar."), code="invalid") from None
