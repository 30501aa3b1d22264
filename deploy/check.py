"""Every check that is not a test; all run, then the failures are named together."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

# `check --deploy` needs a production environment; nothing is connected to.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "bureau.settings.production",
    "SECRET_KEY": "check-only-" + "k3J8zQ5wX1" * 6,
    "FIELD_KEYS": "2026:" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "LOOKUP_KEY": "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=",
    "ALLOWED_HOSTS": "portal.example",
    "PUBLIC_URL": "https://portal.example",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
TEST = {"DJANGO_SETTINGS_MODULE": "bureau.settings.test"}

CHECKS: list[tuple[str, list[str], dict[str, str]]] = [
    ("style", ["ruff", "check", "."], {}),
    ("form", ["ruff", "format", "--check", "."], {}),
    ("types", ["mypy", "."], TEST),
    ("import contracts", ["lint-imports"], TEST),
    ("templates", ["djade", "--target-version", "5.2", "--check"], {}),
    ("migrations", ["python", "manage.py", "makemigrations", "--check", "--dry-run"], TEST),
    ("migrations of an open house", ["python", "manage.py", "migrations", "check"], TEST),
    (
        "production settings",
        ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        PRODUCTION,
    ),
    ("translations", ["python", "manage.py", "messages", "check"], TEST),
]


def main() -> None:
    failed = []
    for name, command, extra in CHECKS:
        if name == "templates":
            command = command + [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]
        environment = {
            key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")
        }
        result = subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            cwd=ROOT,
            env={**environment, **extra},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        print(f"{'ok    ' if result.returncode == 0 else 'FAILED'}  {name}", flush=True)
        if result.returncode:
            failed.append(name)
            print(result.stdout, flush=True)
    if failed:
        sys.exit("Failed: " + ", ".join(failed))


if __name__ == "__main__":
    main()
