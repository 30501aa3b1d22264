"""A reader of files that does what a bad file would want: it calls the address that it is given."""

from __future__ import annotations

import json
import socket
import sys

from bureau.confined import confine


def main() -> None:
    limits = json.loads(sys.argv[1])
    if limits["confined"]:
        confine(limits)
    host, port = sys.stdin.read().split()
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except PermissionError:
        sys.stdout.write("refused")
    else:
        sys.stdout.write("called")


if __name__ == "__main__":
    main()
