"""A worker of its own process: in the second batch of a long step it reports and then waits to be killed."""

import sys

import django


def wait_in_the_second_batch():
    from bureau.pages import bulk

    bulk.BATCH = 2
    take, batches = bulk.take, []

    def take_and_wait(*args, **options):
        done = take(*args, **options)
        batches.append(done)
        if len(batches) == 2:
            sys.stdout.write("in the second batch\n")
            sys.stdout.flush()
            sys.stdin.read()
        return done

    bulk.take = take_and_wait


if __name__ == "__main__":
    django.setup()
    wait_in_the_second_batch()
    from bureau.jobs.draining import drain

    drain()
