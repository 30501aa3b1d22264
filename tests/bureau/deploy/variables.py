"""The environment variables that the portal reads, taken from its settings."""

from __future__ import annotations

import ast

from bureau.settings.environment import ROOT

READERS = {"text", "flag", "number", "words", "keys", "options", "database", "_channel", "_database"}
# Read by `environment.database` under a default name, and by Django itself.
OTHERS = {"DATABASE_URL", "DATABASE_CONN_MAX_AGE", "DJANGO_SETTINGS_MODULE"}


def known_variables() -> set[str]:
    """The first literal of every call of a reader, in all settings files."""
    found = set(OTHERS)
    for path in (ROOT / "bureau" / "settings").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0] if node.args else None
            if name in READERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.add(first.value)
    return found
