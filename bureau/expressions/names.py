"""Dotted names and patterns: `pupils.g1.boys`, `pupils.*.boys`."""

from __future__ import annotations

import re

EVERY = "*"
SEGMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def is_pattern(name: str) -> bool:
    return EVERY in name


def matches(pattern: str, name: str) -> bool:
    """Whether a name fits; `*` stands for one segment."""
    wanted, found = pattern.split("."), name.split(".")
    return len(wanted) == len(found) and all(
        one in (EVERY, other) for one, other in zip(wanted, found, strict=True)
    )
