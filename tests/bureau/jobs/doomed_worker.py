"""A worker of its own process. In its second batch it reports and then waits to be killed."""

import sys

import django

from bureau.jobs.kinds import job


def anybody(user, payload):
    from bureau.access.services import Decision

    return Decision(True)


def three_batches(run):
    from bureau.accounts.models import User

    for number in range(run.done, 3):
        with run.batch():
            User.objects.create_user(f"made{number}", name="Made")
            run.advance(number + 1, 3)
            if number == 1 and "wait" in sys.argv:
                sys.stdout.write("in the second batch\n")
                sys.stdout.flush()
                sys.stdin.read()


if __name__ == "__main__":
    job("t.three", label="Three batches", check=anybody)(three_batches)
    django.setup()
    from bureau.jobs.draining import drain

    drain()
