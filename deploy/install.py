"""Make the environment `.venv` and install hashed requirements into it, only when they changed.

Needs Python 3.11 and a package registry. Ways, in order: uv where it is installed; `python3 -m venv`;
a venv without pip, served by the machine's own pip; else one sentence that names what is missing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def run(*command: str | Path, quiet: bool = False) -> bool:
    out = subprocess.DEVNULL if quiet else None
    return subprocess.run([str(part) for part in command], cwd=ROOT, stdout=out, stderr=out).returncode == 0


def stop(sentence: str) -> None:
    sys.exit(f"make: {sentence}")


def make_environment() -> None:
    if PYTHON.exists():
        return
    uv = shutil.which("uv")
    if uv and run(
        uv, "venv", "--quiet", "--no-python-downloads", "--python", sys.executable, VENV, quiet=True
    ):
        return
    if run(sys.executable, "-m", "venv", VENV, quiet=True):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if not run(sys.executable, "-m", "venv", "--without-pip", VENV, quiet=True):
        stop("this Python cannot make an environment. Install the Debian package python3-venv.")


def install(requirements: Path) -> None:
    uv = shutil.which("uv")
    if uv:
        done = run(
            uv, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", requirements
        )
    elif run(PYTHON, "-m", "pip", "--version", quiet=True):
        done = run(PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", requirements)
    elif run(sys.executable, "-m", "pip", "--version", quiet=True):
        done = run(
            sys.executable,
            "-m",
            "pip",
            "--python",
            PYTHON,
            "install",
            "-q",
            "--require-hashes",
            "-r",
            requirements,
        )
    else:
        stop("no pip is at hand. Install the Debian package python3-pip or python3-venv.")
    if not done:
        stop("the packages could not be installed; the lines above say why.")


def pins() -> None:
    uv = shutil.which("uv")
    if not uv:
        stop("pinning needs uv (https://docs.astral.sh/uv); installing does not.")
    for name in ("base", "dev"):
        run(
            *(uv or "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
            *("--generate-hashes", "--no-emit-index-url", "--no-header", f"requirements/{name}.in"),
            *("-o", f"requirements/{name}.txt"),
        )


def main() -> None:
    if sys.version_info < (3, 11):
        stop(
            f"Python 3.11 or newer is needed; this one is {sys.version.split()[0]}. Try: make PYTHON=python3.11 …"
        )
    wanted = sys.argv[1] if len(sys.argv) > 1 else "base"
    if wanted == "pins":
        pins()
        return
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # without .pyc files every start takes seconds longer
    requirements = ROOT / "requirements" / f"{wanted}.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    stamp = VENV / f"installed-{wanted}"
    if not stamp.exists() or stamp.read_text() != digest:
        print(f"Installing what {requirements.relative_to(ROOT)} names …", flush=True)
        make_environment()
        install(requirements)
        stamp.write_text(digest)
    run(PYTHON, "manage.py", "messages", "compile")


if __name__ == "__main__":
    main()
