"""Amounts in templates."""

from __future__ import annotations

from django import template

from bureau import money

register = template.Library()


@register.filter
def yuan(fen: int) -> str:
    """123456 → ¥1,234.56"""
    return money.shown(fen)
