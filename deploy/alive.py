"""For health checks, without Django: `alive.py http://…` (does it answer 200?) or `alive.py FILE` (was it touched?)."""

from __future__ import annotations

import http.client
import os
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

SECONDS = 300  # a worker or beat that has not been heard of for so long hangs


def answers(address: str) -> bool:
    parts = urlsplit(address)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=4)
    # Django answers to its own names only.
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0] or "localhost"
    try:
        line.request("GET", parts.path, headers={"Host": host})
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


def was_touched(path: Path) -> bool:
    return path.exists() and time.time() - path.stat().st_mtime < SECONDS


if __name__ == "__main__":
    what = sys.argv[1]
    sys.exit(0 if (answers(what) if what.startswith("http://") else was_touched(Path(what))) else 1)
