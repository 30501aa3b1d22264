"""Who gets to which address: the table that is kept beside the tests, so that a change of it is seen by a reader.

`python -m tests.attacks.route_table` writes the addresses anew; who is let in is written by hand.
"""

from __future__ import annotations

import csv
from pathlib import Path

from django.utils import translation

HERE = Path(__file__).parent
ROUTES, RULES = HERE / "routes.csv", HERE / "rules.csv"


def routes_now() -> list[tuple[str, str]]:
    """(address, rule); an unnamed view stands here like any other."""
    from tests.attacks.walking import routes

    with translation.override("en"):
        return sorted((f"/{where}", str(entry.callback.access_rule)) for where, entry in routes())


def read(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(first, second) for first, second in csv.reader(file)]


def write(path: Path, lines: list[tuple[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


if __name__ == "__main__":
    import django

    django.setup()
    write(ROUTES, routes_now())
