"""Start the trial: prepare the database where needed, then the web server and the worker, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable


def manage(*words: str) -> None:
    if subprocess.run([PYTHON, "manage.py", *words], cwd=ROOT).returncode:
        sys.exit(1)


def start(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([PYTHON, *words], cwd=ROOT, start_new_session=True)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings.demo")
    (ROOT / "var").mkdir(exist_ok=True)
    size, charter = os.environ.get("SIZE", "small"), os.environ.get("CHARTER", "jinzhong")
    manage("demo", "seed", "--size", size, "--charter", charter)
    port = os.environ.get("PORT", "8000")
    processes = [
        start(
            "-m",
            "gunicorn",
            "bureau.wsgi:application",
            "--bind",
            f"127.0.0.1:{port}",
            "--workers",
            "2",
            "--timeout",
            "120",
            "--no-control-socket",
            "--log-level",
            "warning",
        ),
        start("manage.py", "work"),
    ]
    manage("demo", "accounts")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
        sys.exit("One of the two processes stopped; the lines above say why.")
    except KeyboardInterrupt:
        print("\nStopped. What was typed stays; `make clean-demo` forgets it.")
    finally:
        for process in processes:
            if process.poll() is None:
                process.terminate()
        for process in processes:
            process.wait(timeout=20)


if __name__ == "__main__":
    main()
