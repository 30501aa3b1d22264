"""A process killed, or its database gone, while it writes a workbook: all of it is there or nothing. Never between."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from signal import SIGKILL
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from bureau.backup.databases import counts
from bureau.sheets.declare import SHEETS, Scope
from bureau.sheets.saving import save_upload
from bureau.sheets.uploading import check_upload, take
from personnel.models import Teacher
from schools.returns.models import CellChange
from schools.returns.workbook import uploading
from tests.bureau.sheets.books import saved, xlsx
from tests.cast import Cast
from tests.factories import returns
from tests.personnel.test_roster import HEADS, new
from tests.schools.returns.test_workbook import BOYS, book_of, cell, fresh, raws

pytestmark = pytest.mark.django_db(transaction=True)


def killed_at(number: int, act: Callable[[], object]) -> bool:
    """Run `act` in a process that kills itself before its statement `number`; whether it came so far."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        seen = 0

        def count(execute: Any, *asked: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen == number:
                os.kill(os.getpid(), SIGKILL)
            return execute(*asked)

        try:
            with connection.execute_wrapper(count):
                act()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert status in (0, SIGKILL), "the process failed by itself"
    return status == SIGKILL


def cut_off_at(number: int, act: Callable[[], object]) -> bool:
    """Run `act`; before its statement `number` the server ends the connection, as one that restarts does."""
    seen = 0

    def count(execute: Any, sql: str, *asked: Any) -> Any:
        nonlocal seen
        seen += 1
        return execute("SELECT pg_terminate_backend(pg_backend_pid())" if seen == number else sql, *asked)

    try:
        with connection.execute_wrapper(count):
            act()
    except OperationalError:
        connection.close()
        return True
    return False


def killed_everywhere(act: Callable[[], object], ended_at: Callable[..., bool]) -> int:
    """Ended before statement 1, 2, 3, 4, 5, 6, 7, 9, 11, … until one run comes to its end; returns how many were ended."""
    before, kills, number = counts(), 0, 1
    while ended_at(number, act):
        kills, number = kills + 1, max(number + 1, number * 5 // 4)
        assert counts() == before
    assert counts() != before
    return kills


WAYS = pytest.mark.parametrize("ended_at", [killed_at, pytest.param(cut_off_at, marks=pytest.mark.postgres)])


@WAYS
def test_an_import_is_whole_or_not_there(ended_at: Callable[..., bool], cast: Cast) -> None:
    by, content = (
        cast.personnel_clerk,
        xlsx(
            HEADS,
            *(new(number, f"赵{chr(0x4E00 + number)}", school=cast.school.code) for number in range(30)),
        ),
    )
    upload = take(sheet=SHEETS["personnel.roster"], scope=Scope(""), name="x.xlsx", content=content, by=by)
    check_upload(upload, by=by)
    assert killed_everywhere(lambda: save_upload(upload, by=by), ended_at) >= 15
    assert Teacher.objects.count() == 30


@WAYS
def test_a_workbook_of_a_return_is_whole_or_not_there(
    ended_at: Callable[..., bool], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "read_every", raws)
    record = returns.filled(cast)
    book = book_of(record)
    cell(book, "A·A1").value = 25
    by = cast.school_clerk
    upload = uploading.take(record=fresh(record), name="x.xlsx", content=saved(book), by=by)
    uploading.check(upload, record=fresh(record), by=by)
    changes = CellChange.objects.count()
    assert killed_everywhere(lambda: uploading.confirm(upload, record=fresh(record), by=by), ended_at) >= 10
    assert fresh(record).values[BOYS] == "25"
    assert CellChange.objects.count() > changes
