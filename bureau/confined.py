"""Work on a foreign file in a process of its own, under limits: whatever the file does, nothing else suffers."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

MEGABYTE = 1024 * 1024


def confine(limits: Mapping[str, Any]) -> None:
    """For the child, before the first byte is read: memory, processor time, no core, no further file, no network."""
    memory = int(limits["memory_mb"]) * MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    seconds = int(limits["cpu_seconds"])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.addaudithook(_refuse_network)


def _refuse_network(event: str, _details: tuple[Any, ...]) -> None:
    """A file may name an address; whoever reads it has none of the means to go there. It cannot be taken off."""
    if event.startswith("socket."):
        raise PermissionError("This process opens no connection.")


def run(module: str, data: bytes, limits: Mapping[str, Any], *, wall_seconds: float, root: str) -> bytes:
    """What `python -m module` says to `data`. Killed by its limits, it says nothing: b"".

    `root`: the folder of the project, the only one that the child reads modules from.
    """
    environment = {"PYTHONPATH": root, "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", module, json.dumps(limits)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=wall_seconds,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout if done.returncode == 0 else b""
