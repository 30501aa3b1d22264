"""Looks into one file under limits: `python -m bureau.files.readers.child`.

Standard input: the file. Argument: JSON with its type, what to do and the limits. Standard output: for "inspect"
JSON {"found": [[kind, where, excerpt]], "texts": [[where, text]]} or {"problem": code}; for "clean" the bytes of
the cleaned copy, or nothing.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from bureau.confined import confine


def main() -> int:
    limits: dict[str, Any] = json.loads(sys.argv[1])
    confine(limits)
    data = sys.stdin.buffer.read()
    if limits["do"] == "clean":
        sys.stdout.buffer.write(cleaned(data, limits))
    else:
        sys.stdout.write(json.dumps(inspected(data, limits), ensure_ascii=False))
    return 0


def inspected(data: bytes, limits: dict[str, Any]) -> dict[str, Any]:
    from bureau.files.readers.report import Problem, Report

    report = Report(int(limits["characters"]))
    try:
        _reader(limits["type"]).inspect(data, report, limits)
    except Problem as problem:
        return {"problem": problem.code}
    except MemoryError:
        return {"problem": "too_large"}
    except Exception:  # whatever a foreign file brings a reader to: it was not read, and is not published
        return {"problem": "damaged"}
    return {
        "found": report.found,
        "texts": [[where, "\n".join(parts)] for where, parts in report.texts.items()],
    }


def cleaned(data: bytes, limits: dict[str, Any]) -> bytes:
    try:
        found: bytes | None = _reader(limits["type"]).clean(data, limits)
    except Exception:  # no copy is offered of what cannot be taken apart
        return b""
    return found or b""


def _reader(file_type: str) -> Any:
    from importlib import import_module

    names = {"docx": "docx", "xlsx": "xlsx", "pdf": "pdf", "ofd": "ofd", "jpg": "pictures", "png": "pictures"}
    return import_module(f"bureau.files.readers.{names[file_type]}")


if __name__ == "__main__":
    sys.exit(main())
