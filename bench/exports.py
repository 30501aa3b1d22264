"""Lists that leave: our writers beside xlsxwriter and openpyxl, and a whole list beside django-import-export."""

from __future__ import annotations

import csv
import io
import multiprocessing
import multiprocessing.connection
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import lists, peers
from bench.measuring import Report, cpu_milliseconds, in_turn

SIZE = 50_000
ROUNDS = 3
HEADS = ("编号", "姓名", "学校", "学段", "学科", "职称", "出生日期", "任教起始", "周课时", "基本工资")
SIGNS = ("", "", "", "=1+1", "+86", "@总务", "-")  # as people write them; no cell may become a formula
MOST_MEMORY, MOST_TIME = 1.0, 1.0  # against xlsxwriter in its sparing mode

# What performance.md asks of a whole list that leaves, against django-import-export.
LEAST = {"xlsx": 15, "csv": 5}
# The peer as its documentation begins, and with the joins that a careful user adds; the first asks for each row anew.
TUNED = "with joins"
PEER_ROWS = {"as documented": 2_000, TUNED: 50_000}

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from personnel.models import Teacher

Row = list[str | int | float]
Writer = Callable[[Path, int], None]


def rows(count: int) -> Iterator[Row]:
    """Invented teachers, made as they are asked for: what is kept is kept by the writer."""
    first = date(1965, 1, 1)
    for n in range(count):
        born = first + timedelta(days=n % 12_000)
        yield [
            f"T2020{n:06d}",
            f"教师{n}{SIGNS[n % len(SIGNS)]}",
            f"第{n % 900}小学",
            "小学教育",
            "语文",
            "一级教师",
            born.isoformat(),
            (born + timedelta(days=8_200)).isoformat(),
            n % 22,
            4_000 + n % 3_000 + 0.5,
        ]


def ours(path: Path, count: int) -> None:
    from bureau.sheets.streaming import workbook

    with path.open("wb") as file:
        file.writelines(workbook("教师", HEADS, rows(count)))


def sparing_xlsxwriter(path: Path, count: int) -> None:
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(path, options)
    sheet = book.add_worksheet("教师")
    sheet.write_row(0, 0, HEADS)
    for place, row in enumerate(rows(count), start=1):
        sheet.write_row(place, 0, row)
    book.close()


def write_only_openpyxl(path: Path, count: int) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("教师")
    sheet.append(HEADS)

    def cell(value: str | int | float) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            made.data_type = "s"  # else a leading "=" would calculate
        return made

    for row in rows(count):
        sheet.append([cell(value) for value in row])
    book.save(path)


def our_csv(path: Path, count: int) -> None:
    from bureau.pages.csv import safe

    with path.open("w", encoding="utf-8-sig", newline="") as file:
        for row in rows(count):
            line = io.StringIO()
            csv.writer(line).writerow([safe(one) if isinstance(one, str) else one for one in row])
            file.write(line.getvalue())


WRITERS: dict[str, Writer] = {
    "ours, streamed": ours,
    "xlsxwriter, constant_memory": sparing_xlsxwriter,
    "openpyxl, write_only": write_only_openpyxl,
    "ours, CSV": our_csv,
}


def run(size: int = SIZE) -> Report:
    report = Report(f"Lists that leave as files, {size:,} rows of {len(HEADS)} columns")
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / f"{place}.out" for place, name in enumerate(WRITERS)}
        times = in_turn({name: _act(name, paths[name], size) for name in WRITERS}, ROUNDS)
        memory = {name: peak(name, paths[name], size) for name in WRITERS}
        _tell(report, times, memory, {name: path.stat().st_size for name, path in paths.items()})
    _whole_lists(report, size)
    return report


def _act(name: str, path: Path, size: int) -> Callable[[], None]:
    return lambda: WRITERS[name](path, size)


def peak(name: str, path: Path, size: int) -> float:
    """MiB that one writing adds to a fresh process."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    child = context.Process(target=_measure, args=(name, str(path), size, theirs))
    child.start()
    found: float = mine.recv()
    child.join()
    return found


def _measure(name: str, path: str, size: int, pipe: multiprocessing.connection.Connection) -> None:
    """In the child: a few rows first, so that imports do not count; then the highest point from there."""
    from bench import database

    database.start()
    WRITERS[name](Path(path), 10)
    Path("/proc/self/clear_refs").write_text("5")  # Linux forgets the highest point so far
    before = _kib("VmRSS")
    WRITERS[name](Path(path), size)
    pipe.send((_kib("VmHWM") - before) / 1024)


def _kib(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])


def _tell(report: Report, times: dict[str, float], memory: dict[str, float], sizes: dict[str, int]) -> None:
    peer = "xlsxwriter, constant_memory"
    for name in WRITERS:
        report.row(
            "Writers",
            writer=name,
            ms=times[name],
            ratio=times[name] / times[peer],
            added_mib=memory[name],
            file_kib=sizes[name] // 1024,
        )
    mine = "ours, streamed"
    slower, larger = times[mine] / times[peer], memory[mine] / max(memory[peer], 1.0)
    report.goal("time against xlsxwriter", f"≤ {MOST_TIME}", slower, is_met=slower <= MOST_TIME)
    report.goal("memory against xlsxwriter", f"≤ {MOST_MEMORY}", larger, is_met=larger <= MOST_MEMORY)


# --- the list of teachers as it leaves, from the database to the file -----------------------------------


def _whole_lists(report: Report, size: int) -> None:
    """The same eight columns of the same teachers, found by the person's rights, by both ways, to a file each.

    Judged by processor time of the portal and of its server process: each way runs once, which takes long enough.
    """
    people = lists.house()
    lists.fill(size)
    user = people["whole register"]
    taken = {kind: (cpu_milliseconds(partial(_ours_whole, user, kind)), size) for kind in LEAST}
    for kind, (spent, count) in taken.items():
        _tell_whole(report, f"ours, {kind}", spent, count)
    if not peers.sheets():
        return
    for way, most in PEER_ROWS.items():
        for kind, least in LEAST.items():
            count = min(size, most)
            spent = cpu_milliseconds(partial(_theirs_whole, kind, count, is_joined=way == TUNED))
            _tell_whole(report, f"django-import-export, {way}, {kind}", spent, count)
            ratio = (spent / count) / (taken[kind][0] / size)
            report.goal(f"{kind}, against {way}", f"≥ {least}×", ratio, is_met=ratio >= least)


def _tell_whole(report: Report, way: str, spent: float, count: int) -> None:
    figures = {"CPU µs a row": spent * 1000 / count}
    report.row("The list of teachers as it leaves", way=way, rows=count, **figures)


def _ours_whole(user: Any, kind: str) -> int:
    """What the page does: the keys that the list shows and that may leave, then the rows under the same masks."""
    from django.http import QueryDict

    from bureau.access.standing import rights_scope
    from bureau.pages import csv as lines
    from bureau.pages import exporting
    from bureau.pages.pagesets import pageset_of
    from personnel.models import Teacher

    pageset = pageset_of("desk", Teacher)
    if pageset is None:
        raise RuntimeError("the list of teachers is not there")
    with rights_scope():
        keys = exporting.exported_keys(pageset, user, QueryDict())
        if kind == "csv":
            parts = lines.lines(pageset, keys)
        else:
            parts = exporting.as_workbook(pageset, exporting.chunks(pageset, keys))
        return sum(len(part) for part in parts)


def _theirs_whole(kind: str, count: int, *, is_joined: bool) -> int:
    """A resource with the same eight fields."""
    from import_export import fields, resources

    from personnel.models import Teacher

    class Teachers(resources.ModelResource):  # type: ignore[misc]
        school = fields.Field(attribute="main_post__school__name_zh")
        stage = fields.Field(attribute="main_post__stage")
        subject = fields.Field(attribute="main_post__subject__name_zh")
        title = fields.Field(attribute="title__name_zh")
        hiring_form = fields.Field(attribute="main_post__hiring_form__name_zh")

        class Meta:
            model = Teacher
            fields = ("name", "number", "school", "stage", "subject", "title", "hiring_form", "status")

        def get_queryset(self) -> QuerySet[Teacher]:
            rows = Teacher.objects.order_by("name_sort", "pk")
            if is_joined:
                joins = ("title", "main_post__school", "main_post__subject", "main_post__hiring_form")
                rows = rows.select_related(*joins).defer("id_number", "phone", "email")
            return rows[:count]

    return len(Teachers().export().export(kind))
