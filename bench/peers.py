"""The peers in environments of their own below var/bench/, made by pip from the files in bench/peers/.

An environment is made again when its file has changed. Where it cannot be made, its benchmarks say what they left out.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent / "peers"
ROOM = Path(__file__).parent.parent / "var" / "bench"


def wagtail() -> str:
    """The interpreter of the environment with Wagtail; WAGTAIL_PYTHON names another one. "" where there is none."""
    named = os.environ.get("WAGTAIL_PYTHON", "")
    if named:
        return named
    folder = ROOM / "wagtail"
    python = folder / "bin" / "python"
    make = [[sys.executable, "-m", "venv", str(folder)], [str(python), *_install("wagtail")]]
    return str(python) if _made("wagtail", folder, make) else ""


def sheets() -> bool:
    """Other projects' ways with workbooks, made importable beside the portal's own packages."""
    folder = ROOM / "sheets"
    there = _made(
        "sheets",
        folder,
        [[sys.executable, *_install("sheets"), "--no-deps", "--target", str(folder), "--upgrade"]],
    )
    if there and str(folder) not in sys.path:
        sys.path.append(str(folder))
    return there


def nginx() -> str:
    """The machine's own nginx; "" where it is not installed."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or ""


def _install(name: str) -> list[str]:
    return ["-m", "pip", "install", "-q", "-r", str(HERE / f"{name}.txt")]


def _made(name: str, folder: Path, commands: list[list[str]]) -> bool:
    wanted = hashlib.sha256((HERE / f"{name}.txt").read_bytes()).hexdigest()
    known = folder / "made-from"
    if known.exists() and known.read_text() == wanted:
        return True
    folder.mkdir(parents=True, exist_ok=True)
    for command in commands:
        if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:  # noqa: S603
            sys.stderr.write(f"The environment of {name} could not be made: {' '.join(command)}\n")
            return False
    known.write_text(wanted)
    return True
