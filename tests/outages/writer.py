"""Citizens who write letters as fast as they can, in a process that a test asks over its standard input.

Each line is a number of letters. A child of this process writes them, so that its publisher has met no fault of Redis
before, and tells after each commit how many there are; then it says "all".
"""

import os
import sys

import django


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def write(count: int) -> None:
    from tests.factories.letters import sent

    for number in range(count):
        sent(token=f"{os.getpid()}-{number}")
        say(number + 1)


def serve() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            write(int(line))
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        say("all" if status == 0 else "failed")


if __name__ == "__main__":
    django.setup()
    import tests.factories.letters  # noqa: F401  once, before the children

    say("ready")
    serve()
