"""Reads one uploaded file in a process of its own, under limits: `python -m bureau.sheets.child`.

Standard input: the file. Argument: the limits as JSON. Standard output: JSON lines, first a head, then lists of
rows `[number, [cells]]`; with `every_sheet` among the limits the same again for each further sheet. JSON, since a
reader that a file has taken over may say anything. Without Django and without the database: whatever a file does to
it, nothing else suffers.
"""

from __future__ import annotations

import json
import sys
from itertools import islice
from typing import Any

from bureau.confined import confine

# Rows of one line: few enough that neither side holds the file twice as text.
ROWS_TOLD = 500


def main() -> int:
    limits: dict[str, Any] = json.loads(sys.argv[1])
    confine(limits)
    from bureau.sheets import opening

    try:
        data = sys.stdin.buffer.read()
        every = bool(limits.get("every_sheet"))
        sheets = opening.opened_every(data, limits) if every else [opening.opened(data, limits)]
    except opening.Problem as problem:
        say({"problem": problem.code, **problem.detail})
        return 0
    except MemoryError:
        say({"problem": "too_large"})
        return 0
    for opened in sheets:
        say(opened.head)
        rows = iter(opened.rows)
        while part := list(islice(rows, ROWS_TOLD)):
            say(part)
    return 0


def say(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    sys.stdout.write("\n")


if __name__ == "__main__":
    sys.exit(main())
