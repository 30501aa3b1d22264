"""Fields for what citizens type: nothing invisible gets into a line, a header or a file."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from bureau.notices.channels import one_line

# Controls but tab and line break, and the marks that turn the direction of what follows.
UNSEEN = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
SEPARATORS = re.compile("\r\n|[\r\u2028\u2029\x85]")


class LineField(forms.CharField):
    """One line: separators, controls and direction marks become a space. NUL is refused as everywhere."""

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "")
        return text if "\x00" in text else one_line(text)


class ProseField(forms.CharField):
    """Several lines, as they were typed, without what nobody sees."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "")
        return UNSEEN.sub("", SEPARATORS.sub("\n", text)).strip()
