"""Reads one uploaded file in a process of its own, under limits: `python -m bureau.sheets.child`.

Standard input: the file. Argument: the limits as JSON. Standard output: JSON lines, first a head, then the rows
as `[number, [cells]]`. Without Django and without the database: whatever a file does to it, nothing else suffers.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

MEGABYTE = 1024 * 1024


def main() -> int:
    limits: dict[str, Any] = json.loads(sys.argv[1])
    confine(limits)
    from bureau.sheets import opening

    try:
        opened = opening.opened(sys.stdin.buffer.read(), limits)
    except opening.Problem as problem:
        say({"problem": problem.code, **problem.detail})
        return 0
    except MemoryError:
        say({"problem": "too_large"})
        return 0
    say(opened.head)
    for number, cells in opened.rows:
        say([number, cells])
    return 0


def confine(limits: dict[str, Any]) -> None:
    """Before the first byte is read: memory, processor time, no core, no further file."""
    memory = int(limits["memory_mb"]) * MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    seconds = int(limits["cpu_seconds"])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def say(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    sys.stdout.write("\n")


if __name__ == "__main__":
    sys.exit(main())
