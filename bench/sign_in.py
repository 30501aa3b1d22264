"""A failed sign-in of a known, an unknown and an inactive user, in turn: does the time tell them apart?"""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable
from typing import Any

from bench.measuring import Report, milliseconds

SAMPLES = 200
GOAL = 1.1
LOGIN = "/account/login/"
PASSWORD = "quiet-river-stone-41"  # noqa: S105
WRONG = "another-river-stone-41"
# Who knocks, with which password. The inactive one even knows the right one.
KNOCKS = {"known": WRONG, "unknown": WRONG, "inactive": PASSWORD}


def people() -> None:
    """With the hash of production: the tests use a quick one."""
    from django.conf import settings
    from django.contrib.auth import hashers

    from bureau.accounts.models import User
    from bureau.settings import base

    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS
    hashers.get_hashers.cache_clear()
    hashers.get_hashers_by_algorithm.cache_clear()
    User.objects.create_user("known", PASSWORD, name="Known")
    User.objects.create_user("inactive", PASSWORD, name="Inactive", is_active=False)


def knock(login: str, password: str) -> None:
    """The page as a stranger sends it, with everything that it writes down."""
    from django.test import Client

    answer = Client().post(LOGIN, {"login": login, "password": password})
    if answer.status_code != 200 or b'class="errsum"' not in answer.content:
        raise RuntimeError(f"{login}: answered {answer.status_code}, which is no failed sign-in")


def forget_tries() -> None:
    """So that nobody is locked out; outside what is measured."""
    from django.core.cache import cache

    from bureau.accounts.models import Bucket

    Bucket.objects.all().delete()
    cache.clear()


def taken(samples: int) -> dict[str, list[float]]:
    """Milliseconds of each knock. One after the other in every round, in another order each time."""
    acts: dict[str, Callable[[], Any]] = {
        name: lambda name=name, password=password: knock(name, password)  # type: ignore[misc]
        for name, password in KNOCKS.items()
    }
    found: dict[str, list[float]] = {name: [] for name in acts}
    names = list(acts)
    gc.disable()
    for round_ in range(-3, samples):  # three to warm up
        for name in names[round_ % 3 :] + names[: round_ % 3]:
            forget_tries()
            spent = milliseconds(acts[name])
            if round_ >= 0:
                found[name].append(spent)
    gc.enable()
    return found


def run(size: int = SAMPLES) -> Report:
    report = Report(f"A failed sign-in, {size:,} times each")
    people()
    found = taken(size)
    medians = {name: statistics.median(times) for name, times in found.items()}
    for name, times in found.items():
        lower, _middle, upper = statistics.quantiles(times, n=4)
        report.row(
            "Milliseconds for the answer",
            who=name,
            median=medians[name],
            **{"middle half from": lower, "to": upper, "fastest": min(times)},
        )
    ratio = max(medians.values()) / min(medians.values())
    report.goal("slowest median ÷ fastest median", f"at most {GOAL}", ratio, is_met=ratio <= GOAL)
    return report
