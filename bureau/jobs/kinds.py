"""Kinds of long jobs: what they are called, who may run them, how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from django.utils.functional import Promise

from bureau.registry import Registry

if TYPE_CHECKING:
    from bureau.access.services import Decision
    from bureau.accounts.models import User
    from bureau.jobs.running import Run

Check: TypeAlias = "Callable[[User, dict[str, Any]], Decision]"
Work: TypeAlias = "Callable[[Run], dict[str, Any] | None]"


@dataclass(frozen=True)
class JobKind:
    """`check(owner, payload)` is asked when the job is started, when it begins and before each batch."""

    name: str
    label: str | Promise
    check: Check
    work: Work


JOB_KINDS: Registry[JobKind] = Registry("kinds of jobs")


def job(name: str, *, label: str | Promise, check: Check) -> Callable[[Work], Work]:
    """Register `f(run) -> result | None`: it works in `with run.batch():` and calls `run.advance()`."""

    def mark(work: Work) -> Work:
        JOB_KINDS.add(name, JobKind(name, label, check, work))
        return work

    return mark
