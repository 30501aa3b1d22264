"""The import of a roster of teachers as users run it, beside the same rows by the ways of other projects."""

from __future__ import annotations

import io
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from importlib.util import find_spec
from typing import Any

from bench import database, peers, workbooks
from bench.measuring import Report

SIZE = 38_000
# Ways that write row by row are tried with so many rows first, and ours with as many beside them.
FEW = 2_000
# Seconds that a slow way may take for the whole file.
LONGEST = 600
OURS = "ours: two checks, encryption, posts, timeline, history; search words follow in the outbox"
COLUMNS = (
    "name",
    "sex",
    "born_on",
    "id_kind",
    "document",
    "school",
    "stage",
    "subject",
    "form",
    "since",
    "phone",
)
GOALS = {"django-import-export, bulk and tuned": 4, "django-import-export, defaults": 30}
MOST_MEGABYTES = 300


@dataclass(frozen=True)
class Taken:
    rows: int
    seconds: float
    worked: float  # processor seconds of the process and its children; a busy machine does not stretch them
    megabytes: float

    @property
    def speed(self) -> float:
        return self.rows / self.seconds

    @property
    def thrift(self) -> float:
        """Rows for each second of the processor."""
        return self.rows / self.worked


def run(size: int = SIZE) -> Report:
    report = Report(f"Import of a roster: {size:,} teachers, 12 columns, .xlsx")
    stages, few = _house(), min(size, FEW)
    _plain_table()
    rosters = {
        few: workbooks.teachers(few, stages, with_faults=False, first=size + 1),
        size: workbooks.teachers(size, stages, with_faults=False),
    }
    ours = {rows: _apart(_ours, roster.content, rows) for rows, roster in rosters.items()}
    files = {rows: _plain_file(rows, stages) for rows in rosters}
    found = {name: _taken(way, files, is_slow=is_slow) for name, (way, is_slow) in _peers().items()}
    for name, by_rows in {OURS: ours, **found}.items():
        for rows, taken in by_rows.items():
            _row(report, name, taken, ours[rows])
    _judge(report, found, ours)
    return report


def _taken(way: Callable[[bytes], None], files: dict[int, bytes], *, is_slow: bool) -> dict[int, Taken]:
    """By number of rows, the whole file last; a slow way meets it only where that takes no longer than LONGEST."""
    few, size = min(files), max(files)
    if not is_slow:
        return {size: _apart(way, files[size], size)}
    found = {few: _apart(way, files[few], few)}
    if few < size and size / found[few].speed < LONGEST:
        found[size] = _apart(way, files[size], size)
    return found


def _peers() -> dict[str, tuple[Callable[[bytes], None], bool]]:
    ways: dict[str, tuple[Callable[[bytes], None], bool]] = {
        "openpyxl and save() row by row, into one plain table": (_row_by_row, True),
        "openpyxl and bulk_create, into one plain table": (_in_bulk, False),
    }
    if peers.sheets() and find_spec("import_export") is not None:
        ways["django-import-export, defaults"] = (_resource, True)
        ways["django-import-export, bulk and tuned"] = (_tuned_resource, False)
    else:
        sys.stderr.write("django-import-export is not installed here and was not measured.\n")
    return ways


def _row(report: Report, name: str, taken: Taken, ours: Taken) -> None:
    report.row(
        "The whole import; the peers write one table without encryption, posts and history",
        way=name,
        rows=taken.rows,
        seconds=taken.seconds,
        **{
            "rows/s": taken.speed,
            "ours is faster by": ours.speed / taken.speed,
            "CPU s": taken.worked,
            "ours by CPU": ours.thrift / taken.thrift,
            "peak MB": taken.megabytes,
        },
    )


def _judge(report: Report, found: dict[str, dict[int, Taken]], ours: dict[int, Taken]) -> None:
    """Beside as many rows of ours as the peer had: what is done once weighs more in a short file."""
    for name, times in GOALS.items():
        if name in found:
            rows = max(found[name])
            ratio = ours[rows].speed / found[name][rows].speed
            report.goal(f"faster than {name}, {rows:,} rows", f"≥ {times}×", ratio, is_met=ratio >= times)
    peak = max(taken.megabytes for taken in ours.values())
    report.goal("peak memory", f"< {MOST_MEGABYTES} MB", peak, is_met=peak < MOST_MEGABYTES)


# --- each way in a process of its own -------------------------------------------------------------------


def _apart(way: Callable[[bytes], None], content: bytes, rows: int) -> Taken:
    """Run a way in a process that begins empty: what seeded the city would else be counted as its memory."""
    from django.db import connection

    connection.close()
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_measured, args=(way, content, there, database.in_use()))
    child.start()
    there.close()
    seconds, worked, megabytes = here.recv()  # EOFError where the child failed; it has said why
    child.join()
    return Taken(rows, seconds, worked, megabytes)


def _measured(way: Callable[[bytes], None], content: bytes, answer: Any, name: str) -> None:
    database.start()
    from django.db import connection

    connection.settings_dict["NAME"] = name
    peers.sheets()
    started, before = time.perf_counter(), _worked()
    way(content)
    seconds, worked = time.perf_counter() - started, _worked() - before
    answer.send((seconds, worked, _peak()))


def _worked() -> float:
    """Seconds of the processor, children that have ended included."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _peak() -> float:
    """Megabytes of this process or its largest child, whichever is more.

    `ru_maxrss` of a process begins with what its parent held; the high-water mark in /proc is its own. A child
    that reads a file begins with what this process holds, which is never above the mark.
    """
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    with open("/proc/self/status") as status:
        own = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    return max(own, children) / 1024


def _house() -> list[tuple[str, str]]:
    """The Jinzhong chart with the schools of a city; the stages of those that are open, by school code."""
    from django.core.management import call_command
    from django.utils import timezone

    from bureau.charter import demo as units
    from bureau.demo import DemoRun
    from schools import demo as schools
    from schools.models import SchoolStage

    call_command("reference", verbosity=0)
    call_command("charter", "load", "jinzhong", verbosity=0, stdout=io.StringIO())
    made = DemoRun("city", "jinzhong", timezone.localdate(), password_hash="!", say=lambda line: None)  # noqa: S106
    units.seed(made)
    schools.seed(made)
    rows = SchoolStage.objects.filter(school__status="open", stage__in=workbooks.SUBJECTS)
    return list(rows.order_by("school__code", "order").values_list("school__code", "stage"))


def _ours(content: bytes) -> None:
    """What the pages do with an upload: take it, check it, look through it again, save it in one transaction."""
    from bureau.access.standing import rights_scope
    from bureau.charter.models import Membership
    from bureau.sheets.declare import SHEETS
    from bureau.sheets.saving import save_upload
    from bureau.sheets.uploading import check_upload, take

    by = Membership.objects.get(unit__key="personnel", role="chief").user
    sheet = SHEETS["personnel.roster"]
    with rights_scope():
        scope = sheet.scopes(by)[0]
        upload = take(sheet=sheet, scope=scope, name="roster.xlsx", content=content, by=by)
        check_upload(upload, by=by)
        upload.refresh_from_db()
        upload.ticks = upload.report["doubt_signs"]
        upload.save(update_fields=["ticks"])
        save_upload(upload, by=by)


# --- the peers: one plain table, one row of heads -------------------------------------------------------


def _plain_file(count: int, stages: list[tuple[str, str]]) -> bytes:
    """The same persons without title, second row of heads or anything untidy."""
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, COLUMNS)
    for place, row in enumerate(workbooks._teachers(count, stages, 1), start=1):
        born_on, since = _iso(row[3]), _iso(row[10])
        sheet.write_row(place, 0, [row[1], row[2], born_on, *row[4:10], since, row[11]])
    book.close()
    return target.getvalue()


def _iso(text: str) -> str:
    parts = text.replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-")
    return datetime.strptime(parts, "%Y-%m-%d").date().isoformat()


def _plain_table() -> None:
    from django.db import connection

    with connection.schema_editor() as editor:
        editor.create_model(_plain())


def _plain() -> Any:
    """A table of eleven columns with the checks that a model carries, and one key to find a row by."""
    from django.apps import apps
    from django.db import models

    from bureau.identifiers.validators import validate_resident_id

    if "plain" in apps.all_models["personnel"]:
        return apps.all_models["personnel"]["plain"]

    class Plain(models.Model):
        name = models.CharField(max_length=60)
        sex = models.CharField(max_length=6)
        born_on = models.DateField()
        id_kind = models.CharField(max_length=80)
        document = models.CharField(max_length=18, unique=True, validators=[validate_resident_id])
        school = models.CharField(max_length=10)
        stage = models.CharField(max_length=20)
        subject = models.CharField(max_length=20)
        form = models.CharField(max_length=20)
        since = models.DateField()
        phone = models.CharField(max_length=20)

        class Meta:
            app_label = "personnel"
            db_table = "bench_plain"

        def __str__(self) -> str:
            return self.name

    return Plain


def _rows(content: bytes) -> Any:
    import openpyxl

    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    for row in sheet.iter_rows(min_row=2, values_only=True):
        values = dict(zip(COLUMNS, row, strict=True))
        values["born_on"], values["since"] = (
            date.fromisoformat(values[name]) for name in ("born_on", "since")
        )
        yield _plain()(**values)


def _row_by_row(content: bytes) -> None:
    from django.db import transaction

    _plain().objects.all().delete()
    with transaction.atomic():
        for record in _rows(content):
            record.full_clean()
            record.save()


def _in_bulk(content: bytes) -> None:
    from django.db import transaction

    _plain().objects.all().delete()
    with transaction.atomic():
        records = []
        for record in _rows(content):
            record.clean_fields()
            records.append(record)
        _plain().objects.bulk_create(records, batch_size=1000)


def _resource(content: bytes) -> None:
    _import(content)


def _tuned_resource(content: bytes) -> None:
    _import(content, use_bulk=True, batch_size=1000, skip_diff=True, force_init_instance=True)


def _import(content: bytes, **tuning: Any) -> None:
    """As its documentation has it: a dry run for the preview, then the import."""
    import tablib
    from import_export.resources import modelresource_factory

    _plain().objects.all().delete()
    meta = {"import_id_fields": ["document"], "exclude": ["id"], "clean_model_instances": True, **tuning}
    resource_class = modelresource_factory(_plain(), meta_options=meta)
    for is_dry_run in (True, False):
        data = tablib.Dataset().load(content, format="xlsx")
        resource_class().import_data(data, dry_run=is_dry_run, raise_errors=True, use_transactions=True)
