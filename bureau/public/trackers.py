"""Records that a citizen follows by number and code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase

from bureau.accounts.principals import Holder
from bureau.registry import Registry


@dataclass(frozen=True)
class Tracker:
    """One kind of record under /{lang}/track/.

    `prefix`: how its numbers begin. `find`: number → record or None.
    `check`: whether the code is the record's.
    `page`: the status page for who proved both; it serves GET and its own POSTs.
    `lost_code`: the public page that sends a new code to the telephone in the record, by its name.
    `decoy`: the work of `check` for a number that does not exist, so that both answers cost the same.
    """

    prefix: str
    find: Callable[[str], Model | None]
    check: Callable[[Model, str], bool]
    page: Callable[[HttpRequest, Holder], HttpResponseBase]
    decoy: Callable[[str], object] | None = None
    lost_code: str = ""


TRACKERS: Registry[Tracker] = Registry("trackers")


def register(tracker: Tracker) -> Tracker:
    return TRACKERS.add(tracker.prefix, tracker)


def of_number(number: str) -> Tracker | None:
    """The tracker with the longest prefix that the number begins with."""
    fitting = [one for one in TRACKERS if number.startswith(one.prefix)]
    return max(fitting, key=lambda one: len(one.prefix), default=None)
