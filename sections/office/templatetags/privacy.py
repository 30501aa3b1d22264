"""What a form says of personal data."""

from __future__ import annotations

from django import template

from sections.office.letters.models import PrivacyText
from sections.office.letters.privacy import text_in_force

register = template.Library()


@register.simple_tag
def privacy_text() -> PrivacyText | None:
    """The text in force today; None where there is none."""
    return text_in_force()
