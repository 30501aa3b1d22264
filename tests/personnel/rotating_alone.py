"""A process of its own that changes the key of look-up. In its second batch it reports and waits to be killed."""

import os
import sys

import django
from django.conf import settings


def stop_in_the_second_batch(lookup_key):
    real, calls = lookup_key.write, []

    def write(rows, name, changes):
        calls.append(name)
        if len(calls) == 2:
            sys.stdout.write("in the second batch\n")
            sys.stdout.flush()
            sys.stdin.read()
        return real(rows, name, changes)

    lookup_key.write = write


if __name__ == "__main__":
    django.setup()
    from bureau.identifiers import lookup_key

    settings.LOOKUP_KEYS_FORMER = [settings.LOOKUP_KEY]
    settings.LOOKUP_KEY = os.environ["NEW_KEY"]
    lookup_key.BATCH = 2
    stop_in_the_second_batch(lookup_key)
    lookup_key.COLUMNS["personnel.teacher.id_digest"].rotate()
